"""More copies of a title the library has."""

from dataclasses import dataclass
from typing import Literal

from jieyue.catalog.actions.making import (
    AddedCopy,
    Refused,
    insert_copies,
    plan_copies,
    refused,
    title_to_add_to,
)
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiesAdded:
    """More copies of a title."""

    type: Literal["copies_added"] = "copies_added"
    title: str  # public id
    name: str
    copies: tuple[AddedCopy, ...]


@action(needs=Permission.CATALOG_EDIT)
def add_copies(desk: Desk, *, title: str, copies: NewCopies) -> CopiesAdded | Refused:
    """Add 1 to 500 copies to a title, all or none; their barcodes scanned or our own."""
    row = title_to_add_to(public_id=title)
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    plan = plan_copies(desk, copies)
    if isinstance(plan, list):
        return refused(plan, title_id=row.pk)
    return CopiesAdded(title=row.public_id, name=row.name, copies=insert_copies(desk, row, plan))
