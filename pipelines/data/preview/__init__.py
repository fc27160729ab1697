"""What a person looks at before training: one file an idea, all about raw rows, none in need of Keras."""
