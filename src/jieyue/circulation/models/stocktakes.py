"""Stock-taking: what should stand on the shelves, and what was seen there."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.catalog.models import Copy
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch, Staff


class StockTake(LibraryOwned):
    """A count of a part of the shelves (盘点), by as many people at once as like to.

    Empty `branch`, `shelf`, `first` and `last` are no limits. `first` and `last` are call numbers,
    both included; what lies between them is `first_key` ≤ key < `last_key`.
    """

    class State(models.TextChoices):
        """Whether scans count now."""

        OPEN = "open"
        PAUSED = "paused"
        CLOSED = "closed"

    public_id = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    branch = InnerKey(Branch, null=True)
    shelf = models.CharField(max_length=60, default="", blank=True)
    first = models.CharField(max_length=60, default="", blank=True)
    last = models.CharField(max_length=60, default="", blank=True)
    first_key = models.CharField(max_length=440, default="", blank=True)
    last_key = models.CharField(max_length=440, default="", blank=True)
    checks_order = models.BooleanField(default=True)  # says when a book stands out of order
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    expected = models.PositiveIntegerField()  # copies, when it began
    started_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    totals = models.JSONField(default=dict)  # as of `closed_at`: lines by verdict

    class Meta:
        constraints: ClassVar = [
            anchor("stock_take"),
            SameLibrary("branch", name="stock_take_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="stock_take_public_id_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="stock_take_has_a_name"),
            models.CheckConstraint(
                condition=Q(state="open", paused_at=None, closed_at=None)
                | Q(state="paused", paused_at__isnull=False, closed_at=None)
                | Q(state="closed", paused_at=None, closed_at__isnull=False),
                name="stock_take_state_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "started_at"], name="stock_take_newest"),
        ]


class StockLine(LibraryOwned):
    """A copy of a stock-take, once: expected, seen, or both. Without a copy: an unknown barcode.

    `place` and `call_key` are as of the start (or of the scan), so that lists keep their order.
    """

    stock_take = InnerKey(StockTake, on_delete=models.CASCADE)
    copy = InnerKey(Copy, null=True, on_delete=models.CASCADE)
    barcode = models.CharField(max_length=60, default="", blank=True)  # of an unknown one
    is_expected = models.BooleanField()
    place = models.CharField(max_length=60, default="", blank=True)  # shelf, else main class
    call_key = models.CharField(max_length=440, default="", blank=True)
    seen_at = models.DateTimeField(null=True)  # when it was scanned, not when we heard of it
    seen_by = InnerKey(Staff, null=True)
    seen_branch = InnerKey(Branch, null=True)
    seen_shelf = models.CharField(max_length=60, default="", blank=True)
    scanner = models.CharField(max_length=20, default="", blank=True)  # one person's run of scans
    findings = models.JSONField(default=list)  # what was odd when it was scanned, gravest first
    is_odd = models.BooleanField(default=False)  # it has findings
    settled_at = models.DateTimeField(null=True)
    settled_how = models.CharField(max_length=20, default="", blank=True)
    settled = models.JSONField(default=dict)  # what taking that back needs
    was_standing = models.CharField(max_length=10, default="", blank=True)  # before "missing"
    verdict = models.CharField(max_length=12, default="", blank=True)  # when it was closed

    counts_while: ClassVar = ~Q(stock_take__state=StockTake.State.CLOSED)
    """Till then nothing that is counted goes (kit/relations.py); later its lines go with it."""

    class Meta:
        constraints: ClassVar = [
            anchor("stock_line"),
            SameLibrary("stock_take", name="stock_line_take_same_library"),
            SameLibrary("copy", name="stock_line_copy_same_library"),
            SameLibrary("seen_by", name="stock_line_staff_same_library"),
            SameLibrary("seen_branch", name="stock_line_branch_same_library"),
            # However often and by however many it is scanned, it counts once.
            models.UniqueConstraint(
                fields=["library", "stock_take", "copy"],
                condition=Q(copy__isnull=False),
                name="stock_line_copy_once",
            ),
            models.UniqueConstraint(
                fields=["library", "stock_take", "barcode"],
                condition=Q(copy=None),
                name="stock_line_barcode_once",
            ),
            models.CheckConstraint(
                condition=Q(copy__isnull=False, barcode="")
                | Q(copy=None, is_expected=False, seen_at__isnull=False) & ~Q(barcode=""),
                name="stock_line_names_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(is_expected=True) | Q(seen_at__isnull=False),
                name="stock_line_expected_or_seen",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "stock_take", "place", "call_key", "id"],
                name="stock_line_in_order",
            ),
            models.Index(  # asked before a copy is deleted
                fields=["library", "copy"],
                condition=Q(copy__isnull=False),
                name="stock_line_of_copy",
            ),
            models.Index(
                fields=["library", "stock_take", "seen_at"],
                condition=Q(seen_at__isnull=False),
                name="stock_line_seen",
            ),
            models.Index(
                fields=["library", "stock_take", "settled_at"],
                condition=Q(is_odd=True),
                name="stock_line_odd",
            ),
        ]
