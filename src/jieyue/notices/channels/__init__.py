"""The ways a message reaches a reader, each a module with one function `send`."""
