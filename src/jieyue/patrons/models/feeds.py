"""Calendars that follow a reader's due dates."""

from typing import ClassVar

from django.db import models

from jieyue.kit.constraints import SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.patrons.models.people import Patron


class CalendarFeed(LibraryOwned):
    """The secret address at which calendar programs read a reader's due dates (日历订阅)."""

    patron = InnerKey(Patron)
    token = EncryptedField()  # shown again to its reader, for the next device
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("patron", name="calendar_feed_patron_same_library"),
            models.UniqueConstraint(fields=["library", "patron"], name="calendar_feed_once"),
            models.UniqueConstraint(
                fields=["library", "token_hash"], name="calendar_feed_token_once"
            ),
        ]
