"""A record as a title keeps it: whole, so that it goes out again with what we do not model."""

import io
from typing import Final

from pymarc import Record

from jieyue.catalog.rules.marc.findings import ReadRecord
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.catalog.rules.marc.writing import Unwritable, as_iso2709, as_xml

MAX_KEPT: Final = 1_000_000  # bytes; no cataloguer writes so much


def packed(record: Record) -> bytes:
    """Return ISO 2709 in UTF-8, or MARCXML where the record is too long for that."""
    written = as_iso2709(record)
    return as_xml(record).encode() if isinstance(written, Unwritable) else written


def unpacked(content: bytes) -> Record | None:
    """Read what `packed` wrote."""
    found = next(read_records(io.BytesIO(content)), None)
    return found.record if isinstance(found, ReadRecord) else None
