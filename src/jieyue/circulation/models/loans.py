"""Loans."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.catalog.models import Copy
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron


class Loan(LibraryOwned):
    """A copy in a patron's hands. Open while `returned_at` is empty; never reopened.

    The database, not the code, guarantees that a copy has at most one open loan.
    """

    class Ending(models.TextChoices):
        """How a loan ended; a history shows only what was really returned."""

        RETURNED = "returned"
        UNDONE = "undone"  # the checkout was a mistake
        CONTINUED = "continued"  # the return was a mistake: another row goes on with the loan
        LOST = "lost"  # settled without the copy: paid, let off or replaced
        NEVER_LENT = "never_lent"  # claimed, and believed

    class LostHow(models.TextChoices):
        """Who said that it is lost."""

        STAFF = "staff"
        READER = "reader"
        OVERDUE = "overdue"  # nobody: it has been late for too long

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
    unseen_renewals = models.PositiveSmallIntegerField(db_default=0)  # since the copy was seen
    # Why it did not renew itself last night, for its reader: {"on": …, "reasons": […]}.
    not_renewed = models.JSONField(null=True)
    is_hourly = models.BooleanField(db_default=False)
    is_on_site = models.BooleanField(db_default=False)  # read in the library
    recalled_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)  # the reader says it is back; fines stop here
    lost_at = models.DateTimeField(null=True)  # fines stop here
    lost_how = models.CharField(max_length=10, choices=LostHow.choices, null=True)
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
            models.CheckConstraint(
                condition=Q(lost_at=None, lost_how=None)
                | Q(lost_at__isnull=False, lost_how__isnull=False),
                name="loan_lost_says_how",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "patron", "lent_at"], name="loan_of_patron"),
            models.Index(fields=["library", "copy", "lent_at"], name="loan_of_copy"),
            # Of equal ones SQLite takes the index made last, so those of open loans stand below.
            # Neither can serve a statement that asks for something else: with few open loans
            # PostgreSQL's planner took the one on due dates for one reader's. So lists of what is
            # due say `lost_at IS NULL`, as they should.
            models.Index(
                fields=["library", "patron"],
                condition=Q(returned_at=None, patron__isnull=False),
                name="loan_open_of_patron",
            ),
            models.Index(
                fields=["library", "due_at"],
                condition=Q(returned_at=None, lost_at=None),
                name="loan_open_due",
            ),
        ]
