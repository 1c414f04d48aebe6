"""What readers and staff do with one another's words."""
