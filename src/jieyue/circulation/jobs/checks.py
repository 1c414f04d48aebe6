"""Nightly: does any library contradict itself? Staff see when it was looked, and the outcome."""

import logging
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.circulation.models import CheckRun
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.kit.scope import library_scope
from jieyue.libraries.queries import all_libraries

log = logging.getLogger("jieyue.check")

EXAMPLES: Final = 20
KEPT: Final = timedelta(days=90)


def check_libraries(now: datetime) -> dict[str, Any]:
    """Look at every library; one that fails holds no other up. Returns how much was found."""
    found: dict[str, int] = {}
    failed: list[Exception] = []
    for slug, library_id in all_libraries().items():
        try:
            with library_scope(library_id):
                count = check_library(library_id, now)
        except Exception as error:  # noqa: BLE001 (raised below)
            failed.append(error)
            continue
        if count:
            found[slug] = count
            log.error("%s: %s contradictions; see `jieyue check --library %s`", slug, count, slug)
    if failed:
        raise failed[0]
    return {"contradictions": found}


def check_library(library_id: int, now: datetime) -> int:
    """Look at the library in scope and write down what came of it; return how much was found."""
    found = contradictions()
    CheckRun.objects.create(
        library_id=library_id,
        at=now,
        contradictions=len(found),
        examples=[asdict(one) for one in found[:EXAMPLES]],
    )
    CheckRun.objects.filter(at__lt=now - KEPT).delete()
    return len(found)
