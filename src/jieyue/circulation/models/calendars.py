"""Dates that move loans: vacations, last days of term, and closures that came up."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.circulation.models.holds import Hold
from jieyue.circulation.models.loans import Loan
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.models import Branch
from jieyue.patrons.models import PatronCategory


class Vacation(LibraryOwned):
    """寒暑假 with its four switches: which loans move, to when, what counts as late, how many.

    Local dates, inclusive. (Switches as collected in field/china.md §4.)
    """

    class Moves(models.TextChoices):
        """Which loans are due after the vacation instead."""

        NONE = "none"
        ALL = "all"  # every loan that would be due from the window's start to the new date
        MADE = "made"  # those made inside the window
        DUE = "due"  # those that fall due inside the window

    class Counts(models.TextChoices):
        """Whether vacation days count as late days."""

        NEVER = "never"
        IF_LATE_BEFORE = "if_late_before"  # only for loans overdue when the vacation began
        IF_LATE_AFTER = "if_late_after"  # all of them, unless back within the grace after it

    public_id = models.CharField(max_length=12)
    branch = InnerKey(Branch, null=True)  # null: the whole library
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    moves = models.CharField(max_length=10, choices=Moves.choices)
    window_starts_on = models.DateField(null=True)  # null: the vacation itself
    window_ends_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # a fixed day …
    due_after_open_days = models.PositiveSmallIntegerField(null=True)  # … or the nth open day after
    late_days = models.CharField(max_length=16, choices=Counts.choices)
    grace_days = models.PositiveSmallIntegerField(default=0)  # after it, for if_late_after
    extra_loans = models.PositiveSmallIntegerField(default=0)  # on top of the limit, in the window

    class Meta:
        constraints: ClassVar = [
            anchor("vacation"),
            SameLibrary("branch", name="vacation_branch_same_library"),
            Known("library", name="vacation_library_known"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="vacation_public_id_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="vacation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(moves="none")
                | Q(due_on__isnull=False, due_after_open_days=None)
                | Q(due_on=None, due_after_open_days__isnull=False),
                name="vacation_says_until_when",
            ),
        ]


class TermEnd(LibraryOwned):
    """A day no loan made before it may pass, for one card type or all (学期末还书日)."""

    category = InnerKey(PatronCategory, null=True)
    name = models.CharField(max_length=100)
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("category", name="term_end_category_same_library"),
            Known("library", name="term_end_library_known"),
            models.CheckConstraint(condition=~Q(name=""), name="term_end_has_a_name"),
        ]


class Closure(LibraryOwned):
    """What moved the dates of open loans at once; it can be undone.

    A closure that came up (临时闭馆), a vacation, or another change of the calendar: later only. Or
    the last day of a term, when staff choose to bring forward what is due after it.
    """

    class Cause(models.TextChoices):
        """What it was."""

        CLOSURE = "closure"
        VACATION = "vacation"
        CALENDAR = "calendar"
        TERM_END = "term_end"

    cause = models.CharField(max_length=10, choices=Cause.choices, db_default="closure")
    public_id = models.CharField(max_length=12)
    special_days_id = models.BigIntegerField(null=True)  # the calendar's row while it stands
    term_end_id = models.BigIntegerField(null=True)  # the last day of term while it stands
    branch = InnerKey(Branch, null=True)
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("closure"),
            SameLibrary("branch", name="closure_branch_same_library"),
            Known("library", name="closure_library_known"),
            models.UniqueConstraint(fields=["library", "public_id"], name="closure_public_id_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="closure_ends_after_start"
            ),
        ]


class MovedDate(LibraryOwned):
    """An open loan's date that a closure moved, and what it was before."""

    closure = InnerKey(Closure)
    loan = InnerKey(Loan)
    due_before = models.DateTimeField()
    due_after = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("closure", name="moved_date_closure_same_library"),
            SameLibrary("loan", name="moved_date_loan_same_library"),
            models.UniqueConstraint(fields=["library", "closure", "loan"], name="moved_date_once"),
            models.CheckConstraint(
                condition=~Q(due_after=F("due_before")), name="moved_date_is_another"
            ),
        ]


class MovedHold(LibraryOwned):
    """The last day on the hold shelf that a closure moved, later only, and what it was before."""

    closure = InnerKey(Closure)
    hold = InnerKey(Hold)
    fetch_before = models.DateField()
    fetch_after = models.DateField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("closure", name="moved_hold_closure_same_library"),
            SameLibrary("hold", name="moved_hold_hold_same_library"),
            models.UniqueConstraint(fields=["library", "closure", "hold"], name="moved_hold_once"),
            models.CheckConstraint(
                condition=Q(fetch_after__gt=F("fetch_before")), name="moved_hold_only_later"
            ),
        ]
