"""Readers of a library, the kinds of card, and the cards themselves."""

from jieyue.patrons.models.people import Card, Patron, PatronCategory

__all__ = ["Card", "Patron", "PatronCategory"]
