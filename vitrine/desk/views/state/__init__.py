"""The state of the register at the desk."""
