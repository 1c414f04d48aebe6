"""The children's view: pictures to choose from, no sign-in, on a shared tablet or a phone."""
