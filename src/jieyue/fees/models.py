"""An append-only ledger in integer fen: what a reader owes is the sum of its lines."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron


class Method(models.TextChoices):
    """How money changed hands; only cash is counted in the drawer."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    BANK = "bank"
    OTHER = "other"


class LedgerLine(LibraryOwned):
    """A charge or refund (positive), or a payment or waiver (negative). Never changed or deleted.

    A refund gives money back that was paid for a charge waived since.
    """

    class Kind(models.TextChoices):
        """What the line is."""

        CHARGE = "charge"
        PAYMENT = "payment"
        WAIVER = "waiver"
        REFUND = "refund"

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_cents = models.IntegerField()
    reason = models.CharField(max_length=200)  # late, yearly_fee, … or staff's words
    settles = InnerKey("self", null=True)  # the charge a payment, waiver or refund is for
    method = models.CharField(max_length=10, choices=Method.choices, db_default="")
    branch = InnerKey(Branch, null=True)  # where it was written, for the drawer
    receipt_number = models.PositiveBigIntegerField(null=True)  # range `receipt`
    staff_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("ledger_line"),
            SameLibrary("patron", name="ledger_line_patron_same_library"),
            SameLibrary("settles", name="ledger_line_settles_same_library"),
            SameLibrary("branch", name="ledger_line_branch_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="ledger_public_id_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["charge", "refund"], amount_cents__gt=0)
                | Q(kind__in=["payment", "waiver"], amount_cents__lt=0),
                name="ledger_line_sign",
            ),
            models.CheckConstraint(
                condition=~Q(kind="charge") | Q(settles=None), name="ledger_charge_settles_nothing"
            ),
            # One receipt may be for several charges; its number is given out once all the same.
            models.UniqueConstraint(
                fields=["library", "receipt_number", "settles"],
                condition=Q(receipt_number__isnull=False),
                name="ledger_receipt_once_per_charge",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "patron"], name="ledger_patron"),
            models.Index(
                fields=["library", "settles"],
                condition=Q(settles__isnull=False),
                name="ledger_settles",
            ),
            models.Index(fields=["library", "branch", "at"], name="ledger_branch_at"),
        ]


class DepositLine(LibraryOwned):
    """押金: money kept for a reader (positive) or given back or kept for good (negative).

    A reader's deposit is the sum of the lines. Never changed, never deleted.
    """

    class Kind(models.TextChoices):
        """What the line is."""

        PAID_IN = "paid_in"
        PAID_BACK = "paid_back"
        KEPT = "kept"  # settles what the reader owes

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_cents = models.IntegerField()
    reason = models.CharField(max_length=200, db_default="")
    method = models.CharField(max_length=10, choices=Method.choices, db_default="")
    branch = InnerKey(Branch, null=True)
    receipt_number = models.PositiveBigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("deposit_line"),
            SameLibrary("patron", name="deposit_line_patron_same_library"),
            SameLibrary("branch", name="deposit_line_branch_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="deposit_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "receipt_number"],
                condition=Q(receipt_number__isnull=False),
                name="deposit_receipt_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="paid_in", amount_cents__gt=0)
                | Q(kind__in=["paid_back", "kept"], amount_cents__lt=0),
                name="deposit_line_sign",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "patron"], name="deposit_patron"),
            models.Index(fields=["library", "branch", "at"], name="deposit_branch_at"),
        ]


class DepositRequest(LibraryOwned):
    """A reader asks for the deposit back; one open request at a time."""

    patron = InnerKey(Patron)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, db_default="")  # paid_back, refused, withdrawn

    class Meta:
        constraints: ClassVar = [
            anchor("deposit_request"),
            SameLibrary("patron", name="deposit_request_patron_same_library"),
            models.UniqueConstraint(
                fields=["library", "patron"],
                condition=Q(ended_at=None),
                name="deposit_request_one_open",
            ),
        ]


class Abolition(LibraryOwned):
    """A run that gives all deposits back, step by step; one at a time.

    The steps go through the readers in order of id; `readers` counts those it began with.
    """

    public_id = models.CharField(max_length=12)
    method = models.CharField(max_length=10, choices=Method.choices)
    branch = InnerKey(Branch)
    staff_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    readers = models.PositiveIntegerField()
    steps = models.PositiveIntegerField(db_default=0)
    last_patron_id = models.BigIntegerField(db_default=0)
    paid_back = models.PositiveIntegerField(db_default=0)
    kept = models.PositiveIntegerField(db_default=0)  # who had something open
    amount_cents = models.BigIntegerField(db_default=0)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="abolition_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="abolition_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library"], condition=Q(ended_at=None), name="abolition_one_at_a_time"
            ),
        ]


class DrawerClose(LibraryOwned):
    """The end of a day at a branch's cash drawer: what should be in it, and what was counted."""

    public_id = models.CharField(max_length=12)
    branch = InnerKey(Branch)
    closed_at = models.DateTimeField()
    expected_cents = models.IntegerField()
    counted_cents = models.PositiveIntegerField()
    note = models.CharField(max_length=300, db_default="")
    staff_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("drawer_close"),
            SameLibrary("branch", name="drawer_close_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="drawer_close_public_id_once"
            ),
        ]


class DrawerLine(LibraryOwned):
    """A cash line that a close counted: each is counted once."""

    close = InnerKey(DrawerClose)
    ledger_line = InnerKey(LedgerLine, null=True)
    deposit_line = InnerKey(DepositLine, null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("close", name="drawer_line_close_same_library"),
            SameLibrary("ledger_line", name="drawer_line_ledger_same_library"),
            SameLibrary("deposit_line", name="drawer_line_deposit_same_library"),
            models.UniqueConstraint(
                fields=["library", "ledger_line"],
                condition=Q(ledger_line__isnull=False),
                name="drawer_line_ledger_once",
            ),
            models.UniqueConstraint(
                fields=["library", "deposit_line"],
                condition=Q(deposit_line__isnull=False),
                name="drawer_line_deposit_once",
            ),
            models.CheckConstraint(
                condition=Q(ledger_line=None) ^ Q(deposit_line=None), name="drawer_line_is_one"
            ),
        ]
