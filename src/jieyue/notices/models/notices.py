"""Messages on readers' own pages."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.patrons.models import Patron


class Notice(LibraryOwned):
    """A message to one reader, shown on their own page (消息). Never changed but for `read_at`
    and `planned_at`.

    `facts` holds public ids, codes and dates, never names or addresses. `about` names the event:
    a promise kept twice says it once.
    """

    class Kind(models.TextChoices):
        """What it is about. Stored: never rename one."""

        HOLD_READY = "hold_ready"
        HOLD_PASSED_ON = "hold_passed_on"  # not fetched in time
        LOAN_RENEWED = "loan_renewed"  # by itself
        LOAN_RECALLED = "loan_recalled"
        DATE_MOVED = "date_moved"  # a closure came up
        FETCH_MOVED = "fetch_moved"  # for the same reason
        PICKUP_MOVED = "pickup_moved"  # its branch closed for good
        LOAN_LOST = "loan_lost"
        SUSPENDED = "suspended"  # 停借
        DUE_SOON = "due_soon"
        DUE_TODAY = "due_today"
        OVERDUE = "overdue"
        HOLD_EXPIRING = "hold_expiring"  # the last day to fetch it comes near
        CARD_EXPIRING = "card_expiring"
        RECEIPT = "receipt"  # what was borrowed, returned or renewed just now
        APPLICATION_ANSWERED = "application_answered"  # 入馆: they are a reader now
        LINK_ASKED = "link_asked"  # 家人: somebody asks to act for them
        WISH_ANSWERED = "wish_answered"  # 荐购
        FEEDBACK_ANSWERED = "feedback_answered"
        ACTIVITY = "activity"  # signed up, moved up, moved, cancelled, tomorrow
        MESSAGE = "message"  # to a group of readers, who agreed

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    about = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When somebody decided by which way it leaves the house; null: nobody has looked yet.
    planned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("notice"),
            SameLibrary("patron", name="notice_patron_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="notice_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "patron", "kind", "about"], name="notice_said_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "patron", "created_at"], name="notice_of_patron"),
            models.Index(
                fields=["library", "created_at"],
                condition=Q(planned_at=None),
                name="notice_unplanned",
            ),
        ]
