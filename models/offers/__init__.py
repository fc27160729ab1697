"""Mends that are offered beside a problem: which edit of `models.editing.mends` takes it away. No keras."""
