"""Changing a pile of copies together: chosen, looked at, done, taken back."""
