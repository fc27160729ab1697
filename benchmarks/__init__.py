"""Figures, each a ratio of two sides measured side by side in one run: `make bench`."""
