"""What a model is. Knows nothing of data, runs or pages."""
