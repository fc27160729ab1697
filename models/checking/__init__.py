"""What is wrong with a network, in plain sentences, and the mend that takes it away. No keras."""
