"""The append-only journal: who did what, where, under which rule, overriding what."""

from typing import ClassVar

from django.db import models

from jieyue.kit.models import LibraryOwned


class Entry(LibraryOwned):
    """One thing an action did or refused. Plain ids, no keys: history outlives what it names."""

    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)  # the outcome's `type`
    door = models.CharField(max_length=16)
    branch_id = models.BigIntegerField(null=True)
    staff_id = models.BigIntegerField(null=True)
    patron_id = models.BigIntegerField(null=True)
    acting_patron_id = models.BigIntegerField(null=True)  # the reader who did it for patron_id
    # Why somebody did it for another: a code of libraries/rules/behalf.py, or staff's own words.
    on_behalf = models.CharField(max_length=120, null=True)
    title_id = models.BigIntegerField(null=True)
    copy_id = models.BigIntegerField(null=True)
    reasons = models.JSONField(default=list)  # codes of what stood against it
    overridden = models.JSONField(default=list)  # codes waived by name of staff_id
    data = models.JSONField(default=dict)  # what else "why?" needs; no personal data

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(action=""), name="entry_names_its_action"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "at"], name="entry_at"),
            models.Index(fields=["library", "copy_id", "at"], name="entry_copy_at"),
            models.Index(fields=["library", "patron_id", "at"], name="entry_patron_at"),
            models.Index(
                fields=["library", "at"],
                condition=models.Q(on_behalf__isnull=False),
                name="entry_on_behalf",
            ),
        ]
