"""Recurring jobs of lending: each computes from the data, so it may run late, twice or again."""
