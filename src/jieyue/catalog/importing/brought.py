"""What a list brought in, for whoever goes on with it: labels, a pile."""

from jieyue.catalog.models import Copy
from jieyue.catalog.queries import CopyView, copies_by_public_id
from jieyue.imports.queries import made_in_order


def copies_brought(run: str, *, limit: int, offset: int = 0) -> tuple[list[CopyView], int]:
    """Return copies that an import made, in the order of its rows, and how many it made.

    Those that went since are left out. Three statements.
    """
    made = copies_made_by(run)
    part = made[offset : offset + limit]
    names = Copy.objects.filter(pk__in=part, withdrawn_at=None).values_list("public_id", flat=True)
    found = {copy.id: copy for copy in copies_by_public_id(names)}
    return [found[pk] for pk in part if pk in found], len(made)


def copies_made_by(run: str) -> list[int]:
    """Return the row ids of all copies an import made, in the order of its rows. One statement."""
    return [int(pk) for row in made_in_order(run) for pk in row.get("copies", ())]
