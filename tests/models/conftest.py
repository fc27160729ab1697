"""Property tests here draw the same few examples each time: quick, and equal on every machine."""

from hypothesis import settings

settings.register_profile("models", max_examples=40, deadline=None, derandomize=True)
settings.load_profile("models")
