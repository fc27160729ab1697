"""Edits of a network: pure functions from ModelSpec to ModelSpec. No keras."""
