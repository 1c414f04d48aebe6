"""The pages of bringing lists in."""
