"""Readers of a library, their cards, how they join, and what they agreed to."""

from jieyue.patrons.models.codes import OneTimeCode
from jieyue.patrons.models.consents import Consent, ConsentText
from jieyue.patrons.models.feeds import CalendarFeed
from jieyue.patrons.models.joining import Application, Invitation, JoiningForm
from jieyue.patrons.models.links import FamilyRules, PatronLink, StaffGroup
from jieyue.patrons.models.people import Card, Patron, PatronCategory
from jieyue.patrons.models.promotions import PromotedReader, Promotion

__all__ = [
    "Application",
    "CalendarFeed",
    "Card",
    "Consent",
    "ConsentText",
    "FamilyRules",
    "Invitation",
    "JoiningForm",
    "OneTimeCode",
    "Patron",
    "PatronCategory",
    "PatronLink",
    "PromotedReader",
    "Promotion",
    "StaffGroup",
]
