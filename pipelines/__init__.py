"""What happens to a model: data, runs, launching, training, comparison, inspection, export."""
