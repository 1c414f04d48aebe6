"""The nightly look for contradictions."""

from typing import ClassVar

from django.db import models

from jieyue.kit.constraints import Known
from jieyue.kit.models import LibraryOwned


class CheckRun(LibraryOwned):
    """One look for anything that contradicts itself, and how much it found; kept 90 days."""

    at = models.DateTimeField()
    contradictions = models.PositiveIntegerField()
    examples = models.JSONField(default=list)  # the first few: check and what it names

    class Meta:
        constraints: ClassVar = [Known("library", name="check_run_library_known")]
        indexes: ClassVar = [models.Index(fields=["library", "at"], name="check_run_at")]
