"""The queue panel: what runs, what waits and in which order, and how many may run at a time."""
