"""What each kind of change does to a bulletin: the parts of `replay`."""
