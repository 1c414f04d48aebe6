"""What left the house: one message to one reader by one way, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.notices.models.notices import Notice
from jieyue.patrons.models import Patron


class Delivery(LibraryOwned):
    """A message to one reader through one channel (发送). A digest carries several notices.

    Open while `ended_at` is empty. Whoever has `leased_until` is handing it over: `attempts` and
    the lease are committed before the network is touched, and `public_id` is the same each time.
    The text is made in that moment and never stored. What goes by hand (`rules.kinds.HAND_WAYS`)
    waits for staff, not for the sender: on paper `reference` is the class sheet it stands on, by
    telephone `attempts` counts the calls and `due_at` is when to call again.
    """

    class State(models.TextChoices):
        """What became of it. Stored: never rename one."""

        WAITING = "waiting"
        HANDED = "handed"  # the service has taken it
        DROPPED = "dropped"  # nothing it says is true or new any more
        FAILED = "failed"  # this way did not work, another was taken
        GIVEN_UP = "given_up"  # this way did not work, and no other was left
        UNREACHED = "unreached"  # there was no way from the start

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)  # who gets it
    channel = models.CharField(max_length=10)  # rules.kinds.ALL_WAYS, person; empty: none
    state = models.CharField(max_length=10, choices=State.choices, default="waiting")
    is_digest = models.BooleanField(default=False)
    planned_for = models.DateTimeField()  # when it was to go at first
    due_at = models.DateTimeField(null=True)  # when it is tried next
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    tried = models.JSONField(default=list)  # channels that failed before this one
    passed_over = models.JSONField(default=dict)  # channel → why it was not taken
    reference = models.CharField(max_length=200, default="", blank=True)  # the service's own
    code = models.CharField(max_length=40, default="", blank=True)  # why not
    detail = models.CharField(max_length=300, default="", blank=True)  # in the service's words
    cost_cents = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("delivery"),
            SameLibrary("patron", name="delivery_patron_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="delivery_public_id_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "unreached"]) | Q(ended_at__isnull=False),
                name="delivery_state_is_whole",
            ),
        ]
        indexes: ClassVar = [
            # SQLite looks nothing up in an index with a condition, unless a literal repeats it:
            # NULL does.
            models.Index(
                fields=["library", "due_at"], condition=Q(ended_at=None), name="delivery_open"
            ),
            models.Index(
                fields=["library", "patron"],
                condition=Q(ended_at=None),
                name="delivery_open_of_patron",
            ),
            models.Index(fields=["library", "patron", "created_at"], name="delivery_of_patron"),
            models.Index(fields=["library", "state", "created_at"], name="delivery_by_state"),
            models.Index(fields=["library", "created_at"], name="delivery_latest"),
            # What a channel has cost this month, and how much it has sent today.
            models.Index(fields=["library", "channel", "ended_at"], name="delivery_by_channel"),
        ]


class DeliveryNotice(LibraryOwned):
    """A notice that a delivery carries."""

    delivery = InnerKey(Delivery)
    notice = InnerKey(Notice)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("delivery", name="delivery_notice_delivery_same_library"),
            SameLibrary("notice", name="delivery_notice_notice_same_library"),
            models.UniqueConstraint(
                fields=["library", "delivery", "notice"], name="delivery_notice_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "notice"], name="delivery_of_notice"),
        ]
