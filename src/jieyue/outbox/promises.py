"""Making a promise."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jieyue.kit.scope import current_library_id
from jieyue.outbox.models import Task


def promise(kind: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Have `kind` done at or after `at` (aware), if and only if the transaction commits."""
    Task.objects.create(
        library_id=current_library_id(), kind=kind, payload=dict(payload), run_at=at
    )
