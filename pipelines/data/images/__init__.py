"""Image files: found, checked, decoded one by one when they are wanted."""
