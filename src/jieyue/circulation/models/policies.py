"""The terms of a loan, by branch × card type × item type."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from jieyue.catalog.models import ItemType
from jieyue.kit.constraints import SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import PatronCategory


class LoanPolicy(LibraryOwned):
    """Terms for branch × patron category × item type; empty keys mean any (借阅规则).

    Empty terms fall through to the next row of rules/policies.py's order. The row without keys
    is the library's default; a term that no row has is the one built in (rules/policies.py).
    """

    class ClosedDays(models.TextChoices):
        """What happens to a due date on a closed day."""

        NEXT_OPEN = "next_open"
        PREVIOUS_OPEN = "previous_open"
        KEEP = "keep"

    class RenewalFrom(models.TextChoices):
        """The day a renewal counts from."""

        TODAY = "today"
        DUE_DATE = "due_date"

    class SettledBy(models.TextChoices):
        """How being late is settled."""

        NOTHING = "nothing"
        MONEY = "money"
        DAYS = "days"  # 停借: no loans for a while
        EITHER = "either"  # pay, or wait

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
    # Everything below has a built-in value, so the default row may leave it empty.
    loan_hours = models.PositiveSmallIntegerField(null=True)  # 0: lent by days
    busy_loan_days = models.PositiveSmallIntegerField(null=True)  # while others wait; 0: the same
    max_on_site = models.PositiveSmallIntegerField(null=True)  # read in the library, at once
    renewal_from = models.CharField(max_length=10, choices=RenewalFrom.choices, null=True)
    renew_window_days = models.PositiveSmallIntegerField(null=True)  # before due; 0: any time
    max_unseen_renewals = models.PositiveSmallIntegerField(null=True)  # without showing the copy
    auto_renews = models.BooleanField(null=True)
    recall_days = models.PositiveSmallIntegerField(null=True)  # left after a recall; 0: no recall
    recall_from_days = models.PositiveSmallIntegerField(null=True)  # by itself; 0: staff only
    recall_min_days = models.PositiveSmallIntegerField(null=True)  # of the loan, whoever asks
    hold_days = models.PositiveSmallIntegerField(null=True)  # open days on the hold shelf
    max_no_shows = models.PositiveSmallIntegerField(null=True)  # in a year, still tolerated
    max_overdue_days = models.PositiveSmallIntegerField(null=True)  # of one loan, still tolerated
    max_lost = models.PositiveSmallIntegerField(null=True)  # unsettled, still tolerated
    settled_by = models.CharField(max_length=10, choices=SettledBy.choices, null=True)
    fine_cents = models.PositiveIntegerField(null=True)  # per day, or per hour of an hourly loan
    fine_grace = models.PositiveSmallIntegerField(null=True)  # days (hours) late without a fine
    fine_spares_grace = models.BooleanField(null=True)  # later, the grace is still not charged
    fine_counts_closed = models.BooleanField(null=True)
    max_fine_cents = models.PositiveIntegerField(null=True)  # per loan; 0: no cap
    fine_price_cap = models.BooleanField(null=True)  # never more than the copy's price
    max_fines_cents = models.PositiveIntegerField(null=True)  # unpaid, per reader; 0: no cap
    suspension_days = models.PositiveSmallIntegerField(null=True)  # per day late
    max_suspension_days = models.PositiveSmallIntegerField(null=True)  # per loan; 0: no cap
    max_suspended_days = models.PositiveSmallIntegerField(null=True)  # from a return on; 0: no cap
    lost_after_days = models.PositiveSmallIntegerField(null=True)  # late; 0: never by itself
    lost_percent = models.PositiveSmallIntegerField(null=True)  # of the copy's price
    lost_fee_cents = models.PositiveIntegerField(null=True)  # for the work of replacing it
    lost_refund_days = models.PositiveSmallIntegerField(null=True)  # found within; 0: never
    needs_deposit = models.BooleanField(null=True)  # prices on loan may not pass the 押金

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
