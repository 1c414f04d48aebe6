"""What travels between branches (在途): packing, sending, receiving."""
