"""What a library's own lists say of its books and copies."""
