"""What people type at the desk, checked."""
