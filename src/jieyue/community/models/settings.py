"""What a library lets its readers say, wish and be told."""

from typing import ClassVar

from django.db import models

from jieyue.kit.constraints import Known
from jieyue.kit.models import LibraryOwned


class CommunityRules(LibraryOwned):
    """The library's own limits, one row; without it those of `rules/limits.py` hold."""

    takes_feedback = models.BooleanField(default=True)
    takes_visitors = models.BooleanField(default=True)  # feedback by people who did not sign in
    wishes_per_month = models.PositiveSmallIntegerField(default=5)  # of a reader; 0: none taken
    messages_per_month = models.PositiveSmallIntegerField(default=2)  # to a reader

    class Meta:
        constraints: ClassVar = [
            Known("library", name="community_rules_library_known"),
            models.UniqueConstraint(fields=["library"], name="community_rules_once"),
        ]
