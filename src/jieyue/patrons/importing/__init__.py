"""Readers that a library brings along: judged and written batch by batch, set-based."""
