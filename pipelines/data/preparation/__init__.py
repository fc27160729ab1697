"""Numbers as the network is fed them: scaling and principal components."""
