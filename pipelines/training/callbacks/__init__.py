"""What happens around the batches and epochs of a run: one class a file, called in the order of `session.callbacks`."""
