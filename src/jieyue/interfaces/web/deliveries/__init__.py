"""Messages to readers, for staff: what became of each, and what to do."""
