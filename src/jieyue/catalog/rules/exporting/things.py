"""What is written out: titles with their copies, as plain values."""

from dataclasses import dataclass
from datetime import date

from jieyue.catalog.rules.descriptions import Description


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedCopy:
    """A copy with the words and codes of its place. Dates are the library's local days."""

    barcode: str
    accession_number: str
    branch: str
    branch_code: str
    item_type: str
    shelf: str
    call_number: str
    price_cents: int | None
    source: str
    supplier: str
    parts: str
    note: str
    standing: str
    added_on: date
    withdrawn_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTitle:
    """A title with those of its copies that are asked for, oldest first.

    `original` is the record it came with (ISO 2709 or MARCXML), None if it came with none or
    nobody asked.
    """

    id: int
    public_id: str
    book: Description
    is_nameless: bool  # a draft named by its number
    entered_on: date
    copies: tuple[ExportedCopy, ...]
    original: bytes | None = None
