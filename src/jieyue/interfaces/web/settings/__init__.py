"""The pages where a library changes what it can change about itself."""
