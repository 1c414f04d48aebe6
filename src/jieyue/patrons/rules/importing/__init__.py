"""What a library's own lists say of its readers, and which reader a row of any list means."""
