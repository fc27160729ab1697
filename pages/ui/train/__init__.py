"""The Train page in parts: what a run is called, how it is trained, what it needs, and its launch."""
