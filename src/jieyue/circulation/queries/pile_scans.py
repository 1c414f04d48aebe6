"""What somebody has scanned onto their pile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jieyue.catalog.models import Copy
from jieyue.circulation.models import PileScan
from jieyue.circulation.rules.scanned import Scan
from jieyue.libraries.desk import Desk

SHOWN: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPile:
    """A copy that lies on somebody's pile."""

    copy: str  # public id
    barcode: str
    title: str
    call_number: str
    shelf: str


def pile_size(desk: Desk) -> int:
    """Return how many copies lie on the pile. One statement."""
    return PileScan.objects.filter(staff_id=desk.staff_id).count()


def scanned_last(desk: Desk, *, limit: int = SHOWN) -> list[OnPile]:
    """Return the copies scanned last, newest first. One statement."""
    names = ("public_id", "barcode", "title__name", "call_number", "shelf")
    rows = PileScan.objects.filter(staff_id=desk.staff_id).order_by("-pk")
    return [
        OnPile(copy=copy, barcode=barcode, title=title, call_number=number, shelf=shelf)
        for copy, barcode, title, number, shelf in rows.values_list(
            *(f"copy__{name}" for name in names)
        )[:limit]
    ]


def all_scanned(desk: Desk) -> tuple[str, ...]:
    """Return the barcodes of the copies on the pile, in the order of the scans."""
    rows = PileScan.objects.filter(staff_id=desk.staff_id).order_by("pk")
    return tuple(rows.values_list("copy__barcode", flat=True))


def copies_meant(desk: Desk, scans: Iterable[Scan]) -> Mapping[str, Copy]:
    """Return the copies that scans may mean, by barcode and "/" + public id. Two statements."""
    scans = list(scans)
    found = Copy.objects.select_related("title")
    codes = {code for scan in scans for code in scan.codes}
    copies = {scan.copy for scan in scans if scan.copy and scan.slug == desk.slug}
    by_code = {copy.barcode: copy for copy in found.filter(barcode__in=codes)} if codes else {}
    by_address = found.filter(public_id__in=copies) if copies else ()
    return by_code | {f"/{copy.public_id}": copy for copy in by_address}
