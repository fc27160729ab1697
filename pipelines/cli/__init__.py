"""What the command line reads and prints. The verbs are in `pipelines/__main__.py`."""
