"""What staff write of a copy, where its way between branches has a say too."""

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import (
    Refused,
    barcode_conflicts,
    branch_of,
    elsewhere,
    item_type_of,
    refused,
)
from jieyue.catalog.models import Copy
from jieyue.catalog.queries import taken_accessions
from jieyue.catalog.rules.call_order import call_key
from jieyue.catalog.rules.copies import (
    CopyDetails,
    barcode_faults,
    price_faults,
    read_barcode,
    text_faults,
)
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.record_values import clean
from jieyue.circulation.actions.effects.relocation import relocation_faults
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

_TEXTS: Final = ("shelf", "call_number", "accession_number", "source", "supplier", "parts", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyEdited:
    """What the copy says now; `changed` names the fields that differ from before."""

    type: Literal["copy_edited"] = "copy_edited"
    copy: str  # public id
    barcode: str
    changed: tuple[str, ...]


@action(needs=Permission.CATALOG_EDIT)
def edit_copy(desk: Desk, *, copy: str, details: CopyDetails) -> CopyEdited | Refused:
    """Write what somebody says of a copy. Its standing has actions of its own."""
    row = lock_one(Copy.objects.filter(public_id=copy))
    if row is None:
        return refused([Fault(FaultCode.COPY_UNKNOWN, "copy", copy[:40])])
    details = _tidied(details)
    branch_id = branch_of(desk, details.branch)
    if details.branch == "":
        branch_id = row.branch_id
    item_type_id = item_type_of(details.item_type) if details.item_type else row.item_type_id
    faults = _faults(row, details)
    if branch_id is None:
        faults.append(Fault(FaultCode.BRANCH_UNKNOWN, "branch", details.branch[:40]))
    if item_type_id is None:
        faults.append(Fault(FaultCode.ITEM_TYPE_UNKNOWN, "item_type", details.item_type[:40]))
    faults += elsewhere(desk, row.branch_id, branch_id)
    if branch_id is not None:
        faults += relocation_faults(row, branch_id)
    if faults:
        return refused(faults, copy_id=row.pk, title_id=row.title_id)
    values = {name: getattr(details, name) for name in (*_TEXTS, "barcode", "price_cents")}
    values |= {"branch_id": branch_id, "item_type_id": item_type_id}
    changed = tuple(name for name, value in values.items() if getattr(row, name) != value)
    Copy.objects.filter(pk=row.pk).update(**values, call_key=call_key(details.call_number))
    note(Note(title_id=row.title_id, copy_id=row.pk, data={"changed": list(changed)}))
    return CopyEdited(copy=copy, barcode=details.barcode, changed=changed)


def _tidied(details: CopyDetails) -> CopyDetails:
    texts: dict[str, Any] = {name: clean(getattr(details, name), 1_000) for name in _TEXTS}
    return replace(details, barcode=read_barcode(details.barcode), **texts)


def _faults(row: Copy, details: CopyDetails) -> list[Fault]:
    faults = text_faults(
        shelf=details.shelf,
        call_number=details.call_number,
        accession=details.accession_number,
        source=details.source,
        supplier=details.supplier,
        parts=details.parts,
        note=details.note,
    )
    faults += price_faults(details.price_cents)
    if details.barcode != row.barcode:
        faults += barcode_faults([details.barcode]) or barcode_conflicts([details.barcode])
    number = details.accession_number
    if number and number != row.accession_number and taken_accessions([number]):
        faults.append(Fault(FaultCode.ACCESSION_TAKEN, "accession", number))
    return faults
