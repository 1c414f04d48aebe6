"""Stock-taking: along the shelves with a phone, and the short list at the end."""
