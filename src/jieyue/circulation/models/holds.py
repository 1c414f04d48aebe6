"""Holds: places in a queue, from placing to the hold shelf."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.catalog.models import Copy, Title
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron

OPEN_STATES = ["waiting", "in_transit", "ready"]
CAPTURED_STATES = ["in_transit", "ready"]


class Hold(LibraryOwned):
    """A place in the queue for a title, or for one copy of it (预约).

    The queue's order is (queue_class, queued_at, id): never a dense number, so two desks cannot
    make one twice. A copy is captured for at most one hold, a hold has at most one copy.
    """

    class State(models.TextChoices):
        """Where it stands; the last three are final."""

        WAITING = "waiting"
        IN_TRANSIT = "in_transit"  # a copy is on its way to the pick-up branch
        READY = "ready"  # on the hold shelf
        FULFILLED = "fulfilled"
        CANCELLED = "cancelled"
        EXPIRED = "expired"  # not fetched in time

    public_id = models.CharField(max_length=12)
    title = InnerKey(Title)
    copy = InnerKey(Copy, null=True)  # only this copy will do
    patron = InnerKey(Patron, null=True)  # emptied when retention ends
    pickup_branch = InnerKey(Branch)
    queue_class = models.PositiveSmallIntegerField()  # of the card type when placed; 1 first
    queued_at = models.DateTimeField()  # the place in the queue; an audited reorder moves it
    placed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, db_default="waiting")
    suspended_at = models.DateTimeField(null=True)  # keeps its place, is passed over
    wakes_on = models.DateField(null=True)  # first local day it counts again; null: by hand
    captured_copy = InnerKey(Copy, null=True)
    captured_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)  # on the shelf; only then is the reader told
    fetch_by = models.DateField(null=True)  # last local day on the shelf, an open one
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, db_default="")  # reader, staff, not_fetched, …

    class Meta:
        constraints: ClassVar = [
            anchor("hold"),
            SameLibrary("title", name="hold_title_same_library"),
            SameLibrary("copy", name="hold_copy_same_library"),
            SameLibrary("patron", name="hold_patron_same_library"),
            SameLibrary("pickup_branch", name="hold_pickup_branch_same_library"),
            SameLibrary("captured_copy", name="hold_captured_copy_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="hold_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "title", "patron"],  # in this order it serves the queue too
                condition=Q(state__in=OPEN_STATES),
                name="hold_one_open_per_patron_and_title",
            ),
            models.UniqueConstraint(
                fields=["library", "captured_copy"],
                condition=Q(state__in=CAPTURED_STATES),
                name="hold_one_capture_per_copy",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", captured_copy=None, ended_at=None)
                | Q(state="in_transit", captured_copy__isnull=False, ended_at=None)
                | Q(
                    state="ready",
                    captured_copy__isnull=False,
                    ready_at__isnull=False,
                    fetch_by__isnull=False,
                    ended_at=None,
                )
                | Q(state__in=["fulfilled", "cancelled", "expired"], ended_at__isnull=False),
                name="hold_state_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at=None, wakes_on=None)
                | Q(state="waiting", suspended_at__isnull=False),
                name="hold_only_waiting_is_suspended",
            ),
            models.CheckConstraint(
                condition=Q(patron__isnull=False) | Q(ended_at__isnull=False),
                name="hold_open_has_a_patron",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "title", "queue_class", "queued_at", "id"],
                condition=Q(state="waiting"),
                name="hold_queue",
            ),
            models.Index(
                fields=["library", "patron"],
                condition=Q(state__in=OPEN_STATES),
                name="hold_open_of_patron",
            ),
            models.Index(
                fields=["library", "pickup_branch", "fetch_by"],
                condition=Q(state="ready"),
                name="hold_shelf",
            ),
            # Books to be taken off the hold shelf.
            models.Index(
                fields=["library", "pickup_branch", "ended_at"],
                condition=Q(state__in=["expired", "cancelled"], ready_at__isnull=False),
                name="hold_left_over",
            ),
            # What a copy has to do with holds, whatever became of them: asked before it is deleted,
            # and on SQLite, which looks nothing up in an index with such conditions as above.
            models.Index(
                fields=["library", "copy"], condition=Q(copy__isnull=False), name="hold_of_copy"
            ),
            models.Index(
                fields=["library", "captured_copy"],
                condition=Q(captured_copy__isnull=False),
                name="hold_of_captured_copy",
            ),
            # No-shows of the last year are counted, never stored.
            models.Index(
                fields=["library", "patron", "ended_at"],
                condition=Q(state="expired"),
                name="hold_no_shows",
            ),
        ]
