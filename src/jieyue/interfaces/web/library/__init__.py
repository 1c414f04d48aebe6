"""What a library says of itself: where it is, when it is open, how one borrows there."""
