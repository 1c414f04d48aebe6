"""Reserving one copy and no other: which there are, in words, and which was chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from django.http import Http404, HttpRequest

from jieyue.catalog.queries import CopyView, copy_by_public_id
from jieyue.circulation.queries.shelf import CopyOnShelf

LENT: Final = "in_use"  # what staff say of a copy that can be lent

Candidate: TypeAlias = CopyOnShelf | CopyView


@dataclass(frozen=True, slots=True)
class CopyChoice:
    """One copy (public id) and how it is told from the others."""

    copy: str
    words: str


@dataclass(frozen=True, slots=True)
class CopyChoices:
    """Copies to choose one of; `differ`: as volumes or parts of a work do."""

    copies: tuple[CopyChoice, ...]
    differ: bool


def choices_of(copies: Iterable[Candidate], *, barcodes: bool = False) -> CopyChoices | None:
    """Return what there is to choose from; None where there is nothing to choose.

    Readers tell copies apart by what stands on the back; staff also by their barcodes.
    """
    lent = [copy for copy in copies if copy.standing == LENT]
    if len(lent) < 2:
        return None
    return CopyChoices(
        tuple(CopyChoice(copy.public_id, _words(copy, barcodes=barcodes)) for copy in lent),
        differ=len({(copy.call_number, copy.parts) for copy in lent}) > 1,
    )


def chosen_barcode(request: HttpRequest, title: str) -> str:
    """Return the barcode of the copy of this title (public id) that was posted; "" for any."""
    chosen = request.POST.get("copy", "")[:12]
    if not chosen:
        return ""
    found = copy_by_public_id(chosen)
    if found is None or found.title_public_id != title:
        raise Http404("no such copy of the title")
    return found.barcode


def _words(copy: Candidate, *, barcodes: bool) -> str:
    barcode = copy.barcode if barcodes and isinstance(copy, CopyView) else ""
    said = (copy.call_number, copy.parts, copy.branch, copy.shelf, barcode)
    return " · ".join(part for part in said if part)
