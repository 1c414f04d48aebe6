"""What stops a reader from borrowing, renewing or reserving."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.circulation.models.loans import Loan
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.patrons.models import Patron


class BlockRule(LibraryOwned):
    """Which actions a condition stops. How much is too much is a loan term.

    No row: all three, but a lost card stops no renewal (rules/blocks.py: DEFAULT).
    """

    class Condition(models.TextChoices):
        """What is true of the reader; `loans` and `deposit` concern borrowing only."""

        OVERDUE = "overdue"  # more overdue loans than max_overdue
        OVERDUE_DAYS = "overdue_days"  # one later than max_overdue_days
        LOST = "lost"  # more unsettled lost loans than max_lost
        OWED = "owed"  # owes more than max_owed_cents
        NO_SHOWS = "no_shows"  # more than max_no_shows in a year
        EXPIRED = "expired"
        CARD_LOST = "card_lost"

    condition = models.CharField(max_length=16, choices=Condition.choices)
    stops_borrowing = models.BooleanField(default=True)
    stops_renewing = models.BooleanField(default=True)
    stops_holds = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="block_rule_library_known"),
            models.UniqueConstraint(fields=["library", "condition"], name="block_rule_once"),
        ]


class Block(LibraryOwned):
    """A block on one reader: set by staff, or 停借 for having been late. Never deleted.

    In force from `starts_on` to `ends_on` (local, inclusive; null: until lifted) while not lifted.
    """

    class Kind(models.TextChoices):
        """Where it comes from."""

        MANUAL = "manual"
        SUSPENSION = "suspension"  # 停借: settles a fine by days

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=200, db_default="")  # the reader sees it
    note = models.CharField(max_length=300, db_default="")  # staff only
    stops_borrowing = models.BooleanField(db_default=True)
    stops_renewing = models.BooleanField(db_default=True)
    stops_holds = models.BooleanField(db_default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    loan = InnerKey(Loan, null=True)  # whose lateness it settles; emptied with the loan's patron
    created_at = models.DateTimeField()
    staff_id = models.BigIntegerField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.CharField(max_length=200, db_default="")  # paid, or staff's words

    class Meta:
        constraints: ClassVar = [
            anchor("block"),
            SameLibrary("patron", name="block_patron_same_library"),
            SameLibrary("loan", name="block_loan_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="block_public_id_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="block_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(kind="manual") | Q(ends_on__isnull=False),
                name="block_suspension_ends",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "patron"],
                condition=Q(lifted_at=None),
                name="block_of_patron",
            ),
        ]
