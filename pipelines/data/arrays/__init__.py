"""NPZ files: looked into without loading them, and arrays of targets turned into classes or numbers."""
