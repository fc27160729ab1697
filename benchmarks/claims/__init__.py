"""What the lectures say of training, tried on MNIST by real runs: `python -m benchmarks.claims`. A claim is a file."""
