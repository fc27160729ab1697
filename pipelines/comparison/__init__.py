"""What may be concluded from several runs: seeds, intervals and paired tests. Knows numbers, not Keras."""
