"""How long it is known who read what, and what is kept of it when it is forgotten."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.libraries.models import Branch
from jieyue.patrons.models import PatronCategory


class Retention(LibraryOwned):
    """How long a library remembers who borrowed what. No row: see rules/history.py."""

    unchosen_days = models.PositiveSmallIntegerField(null=True)  # null: for ever
    grace_days = models.PositiveSmallIntegerField(default=14)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="retention_library_known"),
            models.UniqueConstraint(fields=["library"], name="retention_once"),
            models.CheckConstraint(
                condition=Q(grace_days__gte=1) & (Q(unchosen_days=None) | Q(unchosen_days__gte=1)),
                name="retention_at_least_a_day",
            ),
        ]


class ReadingFigure(LibraryOwned):
    """Loans of which nobody knows any more whose they were, counted: statistics stay true.

    `month` is the first day of the month they were lent in; `main_class` a letter of 中图法 or "".
    """

    month = models.DateField()
    branch = InnerKey(Branch)
    category = InnerKey(PatronCategory)
    group_name = models.CharField(max_length=60, default="", blank=True)
    main_class = models.CharField(max_length=1, default="", blank=True)
    loans = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="reading_figure_branch_same_library"),
            SameLibrary("category", name="reading_figure_category_same_library"),
            models.UniqueConstraint(
                fields=["library", "month", "branch", "category", "group_name", "main_class"],
                name="reading_figure_once",
            ),
        ]
