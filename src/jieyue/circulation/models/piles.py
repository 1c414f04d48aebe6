"""A pile of copies that is changed together, and what became of each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.catalog.models import Copy
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch


class PileChange(LibraryOwned):
    """A change of many copies at once (批量修改): looked at first, then done, perhaps taken back.

    `wanted` are the columns each copy gets; see rules/piles.py.
    """

    class State(models.TextChoices):
        """How far it is."""

        DRAFT = "draft"
        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    public_id = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)  # see rules/piles.py
    wanted = models.JSONField(default=dict)
    came_from = models.CharField(max_length=200, default="", blank=True)  # the search, for people
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    total = models.PositiveIntegerField()
    branch = InnerKey(Branch)
    staff_id = models.BigIntegerField(null=True)  # in whose name it is done, or taken back
    token_id = models.BigIntegerField(null=True)  # or by which program's token
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # done, or taken back

    class Meta:
        constraints: ClassVar = [
            anchor("pile_change"),
            SameLibrary("branch", name="pile_change_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="pile_change_public_id_once"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") ^ Q(started_at__isnull=False),
                name="pile_change_started_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "created_at"], name="pile_change_newest"),
        ]


class PileRow(LibraryOwned):
    """A copy of a pile. Without a copy: a barcode that is on none here, or a copy that has gone.

    `before` and `after` are the columns that were changed; `why` is a code of catalog/rules/faults.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        DONE = "done"
        LEFT = "left"  # left out, see `why`
        UNDONE = "undone"
        STAYED = "stayed"  # not taken back, see `why`

    pile = InnerKey(PileChange, on_delete=models.CASCADE)
    position = models.PositiveIntegerField()
    copy = InnerKey(Copy, null=True, on_delete=models.SET_NULL)
    barcode = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.CharField(max_length=30, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("pile", name="pile_row_pile_same_library"),
            SameLibrary("copy", name="pile_row_copy_same_library"),
            models.UniqueConstraint(
                fields=["library", "pile", "position"], name="pile_row_position_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "pile", "state", "position"], name="pile_row_in_state"),
            models.Index(fields=["library", "copy"], name="pile_row_copy"),
        ]
