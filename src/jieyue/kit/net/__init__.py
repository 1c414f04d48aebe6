"""Going out to other machines, within limits."""
