"""Readers' voice: what readers write, wish and come to, and what they are told."""
