"""Rules on signing in: no rows, no clock."""
