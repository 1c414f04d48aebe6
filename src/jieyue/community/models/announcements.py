"""Announcements (公告)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch


class Announcement(LibraryOwned):
    """Something all readers are told, from one day until another. A draft is not published yet."""

    public_id = models.CharField(max_length=12)
    name = models.CharField(max_length=100)
    text = models.TextField(default="", blank=True)  # plain, see rules/texts.py
    branch = InnerKey(Branch, null=True)  # null: all of them
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)  # its last day; null: until it is ended
    is_pinned = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("announcement"),
            Known("library", name="announcement_library_known"),
            SameLibrary("branch", name="announcement_branch_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="announcement_id_once"),
            models.CheckConstraint(condition=~Q(name=""), name="announcement_has_a_name"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="announcement_ends_after_start",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "ended_at", "starts_on"], name="announcement_shown"),
        ]
