"""The school year in one step (升级): every class by its new name, and those who leave."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Staff
from jieyue.patrons.models.people import Patron


class Promotion(LibraryOwned):
    """Classes that move up together: written down, done in steps, perhaps taken back.

    `plan` is a list of {"was", "now", "leaves"}, one for each class that changes.
    """

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    public_id = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices)
    plan = models.JSONField(default=list)
    leave_on = models.DateField()  # the last day of the cards of those who leave
    total = models.PositiveIntegerField()
    made_by = InnerKey(Staff, null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # done, or taken back

    class Meta:
        constraints: ClassVar = [
            anchor("promotion"),
            SameLibrary("made_by", name="promotion_made_by_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="promotion_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library"],
                condition=Q(state__in=("running", "undoing")),
                name="promotion_one_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "started_at"], name="promotion_newest"),
        ]


class PromotedReader(LibraryOwned):
    """A reader of a promotion, with what undoing it goes back to."""

    class State(models.TextChoices):
        """What became of them; `left`: somebody changed the reader meanwhile, so they stay."""

        WAITING = "waiting"
        DONE = "done"
        LEFT = "left"
        UNDONE = "undone"
        KEPT = "kept"  # changed since, so undoing left them

    promotion = InnerKey(Promotion)
    patron = InnerKey(Patron)
    was_group = models.CharField(max_length=60)
    now_group = models.CharField(max_length=60)
    leaves = models.BooleanField(default=False)
    was_expires_on = models.DateField(null=True)
    now_expires_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("promotion", name="promoted_reader_promotion_same_library"),
            SameLibrary("patron", name="promoted_reader_patron_same_library"),
            models.UniqueConstraint(
                fields=["library", "promotion", "patron"], name="promoted_reader_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "promotion", "state", "id"], name="promoted_reader_next"
            ),
            models.Index(fields=["library", "patron"], name="promoted_reader_of"),
        ]
