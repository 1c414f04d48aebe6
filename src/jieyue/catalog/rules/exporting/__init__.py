"""The catalogue written out, so that our own import reads it back."""
