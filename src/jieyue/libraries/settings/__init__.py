"""What a library can change about itself: address, branches, calendar, staff and their rights."""
