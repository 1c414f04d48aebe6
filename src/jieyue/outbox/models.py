"""Promises: rows written in the transaction that makes them true, kept later by the worker."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.models import LibraryOwned


class Task(LibraryOwned):
    """Have `kind` done at or after `run_at`. Holds ids, never names or addresses."""

    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["library", "run_at"], condition=Q(done_at=None), name="task_waiting"
            ),
        ]


class Schedule(models.Model):
    """When a recurring job of the installation last ran; one row a job, so it catches up."""

    job = models.CharField(max_length=60, unique=True)
    last_run_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    last_result = models.JSONField(default=dict)
