"""What happened in the library, live."""
