"""Networks on their way in and out: Keras's own files, notebooks, links. No keras."""
