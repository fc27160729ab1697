"""What happens around the batches and epochs of a run: one class a file; `Session` has them in their order."""
