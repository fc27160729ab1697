"""The controls of the Data page, one idea a file: where rows come from, and what is done with them before training."""
