"""An append-only ledger in integer fen: what a reader owes is the sum of its lines."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.patrons.models import Patron


class LedgerLine(LibraryOwned):
    """A charge (positive), or a payment or waiver (negative). Never changed, never deleted."""

    class Kind(models.TextChoices):
        """What the line is."""

        CHARGE = "charge"
        PAYMENT = "payment"
        WAIVER = "waiver"

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    amount_cents = models.IntegerField()
    reason = models.CharField(max_length=200)  # yearly_fee, card_replacement, or staff's words
    staff_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("ledger_line"),
            SameLibrary("patron", name="ledger_line_patron_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="ledger_public_id_once"),
            models.CheckConstraint(
                condition=Q(kind="charge", amount_cents__gt=0)
                | Q(kind__in=["payment", "waiver"], amount_cents__lt=0),
                name="ledger_line_sign",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["library", "patron"], name="ledger_patron")]
