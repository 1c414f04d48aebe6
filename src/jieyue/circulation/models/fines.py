"""What being late, losing and damaging cost, and the ledger lines that say so."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.catalog.models import Copy
from jieyue.circulation.models.blocks import Block
from jieyue.circulation.models.loans import Loan
from jieyue.fees.models import LedgerLine
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor


class Assessment(LibraryOwned):
    """What a loan cost, with everything the figure was made of; never changed afterwards.

    But that `charge` and `block`, which are the reader's, are emptied when the loan forgets them.
    One per loan and kind, and one more `late` for each period a renewal closed (`period`).
    """

    class Kind(models.TextChoices):
        """What for."""

        LATE = "late"
        LOST = "lost"
        DAMAGED = "damaged"

    public_id = models.CharField(max_length=12)
    loan = InnerKey(Loan)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    period = models.PositiveSmallIntegerField(db_default=0)  # assessments of the loan before it
    units = models.PositiveIntegerField(db_default=0)  # chargeable days, or hours
    amount_cents = models.PositiveIntegerField(db_default=0)
    days = models.PositiveIntegerField(db_default=0)  # of 停借
    charge = InnerKey(LedgerLine, null=True)  # what the reader owes for it
    block = InnerKey(Block, null=True)  # how it is waited out
    inputs = models.JSONField(default=dict)  # rules version, terms, dates, closed days, caps
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("assessment"),
            SameLibrary("loan", name="assessment_loan_same_library"),
            SameLibrary("charge", name="assessment_charge_same_library"),
            SameLibrary("block", name="assessment_block_same_library"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="assessment_public_id_once"
            ),
            models.UniqueConstraint(
                fields=["library", "loan", "kind", "period"], name="assessment_once"
            ),
            models.UniqueConstraint(
                fields=["library", "charge"],
                condition=Q(charge__isnull=False),
                name="assessment_charge_once",
            ),
        ]


class Replacement(LibraryOwned):
    """A copy with a label of its own, accepted for a lost one (赔书): once, for one loan."""

    loan = InnerKey(Loan)
    copy = InnerKey(Copy)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("loan", name="replacement_loan_same_library"),
            SameLibrary("copy", name="replacement_copy_same_library"),
            models.UniqueConstraint(fields=["library", "loan"], name="replacement_of_loan_once"),
            models.UniqueConstraint(fields=["library", "copy"], name="replacement_by_copy_once"),
        ]
