"""Joining (入馆): the page for people without a card, the staff's queue, the form's settings."""
