"""Nightly: does any library contradict itself? Staff see when it was looked, and the outcome."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.circulation.models import CheckRun
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import at_every_library

log = logging.getLogger("jieyue.check")

EXAMPLES: Final = 20
KEPT: Final = timedelta(days=90)


def check_libraries(now: datetime) -> dict[str, Any]:
    """Look at every library; return how much was found where."""
    counts = at_every_library(now, _check)
    return {"contradictions": {slug: count for slug, count in counts.items() if count}}


def _check(desk: Desk) -> int:
    found = contradictions()
    CheckRun.objects.create(
        library_id=desk.library_id,
        at=desk.now,
        contradictions=len(found),
        examples=[asdict(one) for one in found[:EXAMPLES]],
    )
    CheckRun.objects.filter(at__lt=desk.now - KEPT).delete()
    if found:
        said = "%s: %s contradictions; see `jieyue check --library %s`"
        log.error(said, desk.slug, len(found), desk.slug)
    return len(found)
