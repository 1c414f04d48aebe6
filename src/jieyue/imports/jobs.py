"""Nightly work on the imports of every library."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from jieyue.imports.actions import forget_contents
from jieyue.imports.keeping import forget_leftovers
from jieyue.imports.models import Import, ImportPart, ImportRow
from jieyue.imports.rules.runs import AT_WORK, KEPT
from jieyue.kit.scope import library_scope
from jieyue.libraries.queries import all_libraries


def forget_old_imports(now: datetime) -> int:
    """Delete files and rows of imports that ended 30 days ago, and of those nobody went on with.

    The import itself stays: when it was, and how many rows came in. Returns how many were deleted.
    """
    count = forget_leftovers()
    for library_id in all_libraries().values():
        with library_scope(library_id):
            parts = ImportPart.objects.filter(run_id=OuterRef("pk"))
            rows = ImportRow.objects.filter(run_id=OuterRef("pk"))
            old = Import.objects.filter(
                Exists(parts) | Exists(rows),
                Q(ended_at=None) | Q(ended_at__lt=now - KEPT),
                created_at__lt=now - KEPT,
            ).exclude(state__in=[state.value for state in AT_WORK])
            for run in old.order_by("pk").values_list("pk", flat=True):
                count += forget_contents(Import.objects.filter(pk=run))
                Import.objects.filter(pk=run).update(samples="")
    return count
