"""Copies on their way between branches."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.catalog.models import Copy
from jieyue.circulation.models.holds import Hold
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch


class Manifest(LibraryOwned):
    """What leaves a branch for another in one box (调拨清单), printed and sent with it."""

    number = models.PositiveBigIntegerField()  # of the library's own range `manifest`
    from_branch = InnerKey(Branch)
    to_branch = InnerKey(Branch)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("manifest"),
            SameLibrary("from_branch", name="manifest_from_branch_same_library"),
            SameLibrary("to_branch", name="manifest_to_branch_same_library"),
            models.UniqueConstraint(fields=["library", "number"], name="manifest_number_once"),
        ]


class Transit(LibraryOwned):
    """A copy on its way (在途). Open while `ended_at` is empty; at most one per copy."""

    class Why(models.TextChoices):
        """Why it travels."""

        HOME = "home"  # returned elsewhere than it belongs, or not wanted there any more
        HOLD = "hold"  # a reader waits for it there
        REQUEST = "request"  # staff send it (调拨): it belongs there once it arrives

    class Ending(models.TextChoices):
        """How it ended."""

        ARRIVED = "arrived"
        CANCELLED = "cancelled"
        ELSEWHERE = "elsewhere"  # turned up at another branch, or was lent on the way

    public_id = models.CharField(max_length=12)
    copy = InnerKey(Copy)
    from_branch = InnerKey(Branch)
    to_branch = InnerKey(Branch)
    why = models.CharField(max_length=10, choices=Why.choices)
    hold = InnerKey(Hold, null=True)
    manifest = InnerKey(Manifest, null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("transit"),
            SameLibrary("copy", name="transit_copy_same_library"),
            SameLibrary("from_branch", name="transit_from_branch_same_library"),
            SameLibrary("to_branch", name="transit_to_branch_same_library"),
            SameLibrary("hold", name="transit_hold_same_library"),
            SameLibrary("manifest", name="transit_manifest_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="transit_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "copy"],
                condition=Q(ended_at=None),
                name="transit_one_open_per_copy",
            ),
            models.CheckConstraint(
                condition=~Q(from_branch=F("to_branch")), name="transit_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending=None)
                | Q(ended_at__isnull=False, ending__isnull=False),
                name="transit_ended_says_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "to_branch"],
                condition=Q(ended_at=None),
                name="transit_open_to",
            ),
            models.Index(
                fields=["library", "from_branch"],
                condition=Q(ended_at=None),
                name="transit_open_from",
            ),
            models.Index(
                fields=["library", "manifest"],
                condition=Q(manifest__isnull=False),
                name="transit_on_manifest",
            ),
        ]
