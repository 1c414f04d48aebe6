"""The cash drawer and the deposits, for staff."""
