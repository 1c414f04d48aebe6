"""Jieyue (借阅): lending for libraries of every size. See docs/architecture.md."""

__version__ = "0.1.0"
