"""The desk at which the worker keeps a library's promises."""

from datetime import datetime
from zoneinfo import ZoneInfo

from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import Branch, Library
from jieyue.libraries.rules.permissions import OWNER


def worker_desk(library_id: int, now: datetime) -> Desk | None:
    """Return a desk with every right at the library's first branch; None if the library is gone.

    Two statements. What was promised was allowed when it was promised.
    """
    library = Library.objects.filter(pk=library_id).first()
    if library is None:
        return None
    with library_scope(library_id):
        branch = Branch.objects.order_by("id").first()
    return Desk(
        library_id=library_id,
        slug=library.slug,
        branch_id=branch.pk if branch else 0,
        zone=ZoneInfo(library.time_zone),
        door=Door.WORKER,
        now=now,
        permissions=OWNER,
        caller="worker",
    )
