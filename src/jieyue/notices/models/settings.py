"""How a library tells its readers things, in which words, and what readers want themselves."""

from datetime import time
from typing import ClassVar

from django.db import models

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.patrons.models import Patron


def three_days() -> list[int]:
    """Return how many days before it is due a loan is mentioned, unless the library says."""
    return [3]


def overdue_steps() -> list[int]:
    """Return on which days of being late readers hear of it, unless the library says."""
    return [1, 7, 14, 30]


class NoticeSettings(LibraryOwned):
    """A library's own way of telling readers; without a row the values here hold.

    Times are local ones. `channels` says by kind which ways are used, in no order; a kind that is
    missing has the built-in ones, an empty list means: on the reader's own page only.
    """

    days_before = models.JSONField(default=three_days)
    says_due_today = models.BooleanField(default=True)
    overdue_days = models.JSONField(default=overdue_steps)
    hold_days_before = models.PositiveSmallIntegerField(default=1)  # 0: not
    card_days_before = models.PositiveSmallIntegerField(default=30)  # 0: not
    skips_closed_days = models.BooleanField(default=True)
    reminds_at_time = models.TimeField(default=time(9))
    sends_from_time = models.TimeField(default=time(8))
    sends_until_time = models.TimeField(default=time(21))
    channels = models.JSONField(default=dict)
    order = models.JSONField(default=list)  # of channels; empty: the built-in one
    most_a_day = models.PositiveSmallIntegerField(default=5)  # messages to one reader; 0: no limit
    language = models.CharField(max_length=10, default="zh-hans")
    site_url = models.CharField(max_length=200, default="", blank=True)  # https://…, for links
    reminded_on = models.DateField(null=True)  # the last local day that was done
    # What people carry themselves, on paper and by telephone: house_rules.ByHand. Null: nothing.
    by_hand = models.JSONField(null=True)
    # The weekly message to class teachers: see teachers.Weekly. Null: none.
    weekly = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="notice_settings_library_known"),
            models.UniqueConstraint(fields=["library"], name="notice_settings_once"),
        ]


class NoticeTemplate(LibraryOwned):
    """A library's own words for a kind of notice in a language through a channel.

    `kind` may also be `frame`: what stands around them. Blanks stand in braces: `{title}`.
    """

    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, default="", blank=True)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            Known("library", name="notice_template_library_known"),
            models.UniqueConstraint(
                fields=["library", "kind", "channel", "language"], name="notice_template_once"
            ),
        ]


class NoticePreference(LibraryOwned):
    """What a reader wants: which way first, when not, of what not, in which language.

    Empty values mean: as the library has it. `off_channels` are those the reader unsubscribed.
    """

    patron = InnerKey(Patron)
    order = models.JSONField(default=list)
    off_channels = models.JSONField(default=list)
    off_kinds = models.JSONField(default=list)
    quiet_from_time = models.TimeField(null=True)
    quiet_until_time = models.TimeField(null=True)
    language = models.CharField(max_length=10, default="", blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("patron", name="notice_preference_patron_same_library"),
            models.UniqueConstraint(fields=["library", "patron"], name="notice_preference_once"),
        ]
