"""The parts of the Design page."""
