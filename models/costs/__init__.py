"""What a network costs: operations, memory, how far a value sees, and the rules behind its sizes. No keras."""
