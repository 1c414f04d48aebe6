"""A title as a MARC record: the one it came with, made to say what we say, or a new one."""

from pymarc import Record

from jieyue.catalog.rules.exporting.things import ExportedCopy, ExportedTitle
from jieyue.catalog.rules.marc.filling import empty_record, filled_in
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.marc.holdings import Holding
from jieyue.catalog.rules.marc.keeping import unpacked


def record_for(title: ExportedTitle, kind: MarcFormat) -> Record:
    """Return the record. What we do not model is as it came, if it came in this format."""
    original = unpacked(title.original) if title.original else None
    if original is None or format_of(original) is not kind:
        original = empty_record(kind, number=title.public_id, entered=title.entered_on)
    return filled_in(original, title.book, tuple(_holding(copy) for copy in title.copies))


def own_format(title: ExportedTitle) -> MarcFormat | None:
    """Return the format of the record a title came with, None if it came with none."""
    original = unpacked(title.original) if title.original else None
    return format_of(original) if original else None


def _holding(copy: ExportedCopy) -> Holding:
    return Holding(
        barcode=copy.barcode,
        accession=copy.accession_number,
        branch=copy.branch_code,
        shelf=copy.shelf,
        call_number=copy.call_number,
        price_cents=copy.price_cents,
    )
