"""Raw rows as numbers: what is learned of the training rows, and the Keras model that does it."""
