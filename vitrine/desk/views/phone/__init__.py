"""The telephone at the desk."""
