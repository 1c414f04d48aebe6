"""The heart: loans, and the terms they are made under."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from jieyue.catalog.models import Copy, ItemType
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron, PatronCategory


class LoanPolicy(LibraryOwned):
    """Terms for branch × patron category × item type; empty keys mean any (借阅规则).

    Empty terms fall through to the next row of rules/policies.py's order. The row without keys
    is the library's default and has every term.
    """

    class ClosedDays(models.TextChoices):
        """What happens to a due date on a closed day."""

        NEXT_OPEN = "next_open"
        PREVIOUS_OPEN = "previous_open"
        KEEP = "keep"

    branch = InnerKey(Branch, null=True)
    category = InnerKey(PatronCategory, null=True)
    item_type = InnerKey(ItemType, null=True)
    may_borrow = models.BooleanField(null=True)
    max_loans = models.PositiveSmallIntegerField(null=True)
    loan_days = models.PositiveSmallIntegerField(null=True)
    max_renewals = models.PositiveSmallIntegerField(null=True)
    renewal_days = models.PositiveSmallIntegerField(null=True)
    max_holds = models.PositiveSmallIntegerField(null=True)
    max_overdue = models.PositiveSmallIntegerField(null=True)  # overdue loans still tolerated
    max_owed_cents = models.PositiveIntegerField(null=True)
    closed_days = models.CharField(max_length=16, choices=ClosedDays.choices, null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("policy"),
            SameLibrary("branch", name="policy_branch_same_library"),
            SameLibrary("category", name="policy_category_same_library"),
            SameLibrary("item_type", name="policy_item_type_same_library"),
            models.UniqueConstraint(
                F("library"),
                Coalesce("branch", 0),
                Coalesce("category", 0),
                Coalesce("item_type", 0),
                name="policy_once",
            ),
            models.CheckConstraint(
                condition=Q(branch__isnull=False)
                | Q(category__isnull=False)
                | Q(item_type__isnull=False)
                | Q(
                    may_borrow__isnull=False,
                    max_loans__isnull=False,
                    loan_days__isnull=False,
                    max_renewals__isnull=False,
                    renewal_days__isnull=False,
                    max_holds__isnull=False,
                    max_overdue__isnull=False,
                    max_owed_cents__isnull=False,
                    closed_days__isnull=False,
                ),
                name="policy_default_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(loan_days=None) | Q(loan_days__gte=1, loan_days__lte=3650),
                name="policy_loan_days",
            ),
            models.CheckConstraint(
                condition=Q(renewal_days=None) | Q(renewal_days__gte=1, renewal_days__lte=3650),
                name="policy_renewal_days",
            ),
        ]


class Loan(LibraryOwned):
    """A copy in a patron's hands. Open while `returned_at` is empty; never reopened.

    The database, not the code, guarantees that a copy has at most one open loan.
    """

    class Ending(models.TextChoices):
        """How a loan ended; a history shows only what was really returned."""

        RETURNED = "returned"
        UNDONE = "undone"  # the checkout was a mistake
        CONTINUED = "continued"  # the return was a mistake: another row goes on with the loan

    public_id = models.CharField(max_length=12)
    copy = InnerKey(Copy)
    patron = InnerKey(Patron, null=True)  # emptied when retention ends
    branch = InnerKey(Branch)  # whose calendar and policy applied
    lent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)
    returned_branch = InnerKey(Branch, null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, null=True)
    renewals = models.PositiveSmallIntegerField(default=0)
    renewed_at = models.DateTimeField(null=True)
    # What the dates were made of (rules/terms.py): enough to rebuild and explain them.
    terms = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            anchor("loan"),
            SameLibrary("copy", name="loan_copy_same_library"),
            SameLibrary("patron", name="loan_patron_same_library"),
            SameLibrary("branch", name="loan_branch_same_library"),
            SameLibrary("returned_branch", name="loan_returned_branch_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="loan_public_id_once"),
            models.UniqueConstraint(
                fields=["library", "copy"],
                condition=Q(returned_at=None),
                name="one_open_loan_per_copy",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("lent_at")), name="loan_due_after_lent"
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None) | Q(returned_at__gte=F("lent_at")),
                name="loan_returned_after_lent",
            ),
            models.CheckConstraint(
                condition=Q(returned_at=None, ending=None)
                | Q(returned_at__isnull=False, ending__isnull=False),
                name="loan_ended_says_how",
            ),
            models.CheckConstraint(
                condition=Q(patron__isnull=False) | Q(returned_at__isnull=False),
                name="loan_open_has_a_patron",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["library", "patron"],
                condition=Q(returned_at=None),
                name="loan_open_of_patron",
            ),
            models.Index(
                fields=["library", "due_at"], condition=Q(returned_at=None), name="loan_open_due"
            ),
            models.Index(fields=["library", "patron", "lent_at"], name="loan_of_patron"),
            models.Index(fields=["library", "copy", "lent_at"], name="loan_of_copy"),
        ]
