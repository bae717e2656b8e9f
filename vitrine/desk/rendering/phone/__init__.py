"""The telephone: what its pages print."""
