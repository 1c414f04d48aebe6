"""What readers said, wished and signed up for."""
