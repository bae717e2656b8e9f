"""Component tags of the desk."""
