"""Data sets that are fetched once, verified, and kept where Keras keeps them."""
