"""The queue's other end: a supervisor, one per home, that places, starts, watches and recovers runs."""
