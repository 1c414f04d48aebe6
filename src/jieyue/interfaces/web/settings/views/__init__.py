"""One module per page of the settings."""
