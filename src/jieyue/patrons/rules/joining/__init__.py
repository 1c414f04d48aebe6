"""What an application for a card may say, and what approves it."""
