"""Purchase wishes (荐购): one row for a book, whoever wishes for it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.community.rules.wishes import OPEN, WishState
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.patrons.models import Patron


class Wish(LibraryOwned):
    """A book that readers wish the library had.

    `key` is what makes two wishes one while they are open: `isbn:…`, or `name:…` for a book
    without one (see `wish_key`). `title` is the public id of what arrived.
    """

    public_id = models.CharField(max_length=12)
    key = models.CharField(max_length=200)
    isbn13 = models.CharField(max_length=13, default="", blank=True)
    name = models.CharField(max_length=300)
    authors = models.CharField(max_length=300, default="", blank=True)
    publisher = models.CharField(max_length=200, default="", blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    name_key = models.CharField(max_length=200, default="", blank=True)  # of name and author
    supporters = models.PositiveIntegerField(default=0)  # its rows of WishSupporter, counted
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in WishState], default="wished"
    )
    reason = models.CharField(max_length=500, default="", blank=True)  # what readers are told
    title = models.CharField(max_length=12, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("wish"),
            Known("library", name="wish_library_known"),
            models.UniqueConstraint(fields=["library", "public_id"], name="wish_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "key"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="wish_once_while_open",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="wish_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "state", "-supporters", "id"], name="wish_wanted"),
            models.Index(fields=["library", "name_key"], name="wish_named"),
            models.Index(fields=["library", "isbn13"], name="wish_isbn"),
        ]


class WishSupporter(LibraryOwned):
    """A reader who wishes for it. `is_first` began the wish: that counts against the limit."""

    wish = InnerKey(Wish)
    patron = InnerKey(Patron)
    is_first = models.BooleanField(default=False)
    wants_hold = models.BooleanField(default=False)  # reserve it for me when it is there
    asked_at = models.DateTimeField()
    hold_at = models.DateTimeField(null=True)  # when it was reserved, or could not be

    class Meta:
        constraints: ClassVar = [
            SameLibrary("wish", name="wish_supporter_wish_same_library"),
            SameLibrary("patron", name="wish_supporter_patron_same_library"),
            models.UniqueConstraint(
                fields=["library", "wish", "patron"], name="wish_supported_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "patron", "asked_at"], name="wish_supporter_of_patron"),
        ]
