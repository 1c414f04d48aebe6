"""MARC records written: ISO 2709 with every length counted in bytes, and MARCXML.

A record that does not fit the format's limits is refused: a cut one would harm whoever reads it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.etree import ElementTree as ET

from pymarc import Field, Indicators, Leader, Record, Subfield
from pymarc.marcxml import MARC_XML_NS, record_to_xml_node

from jieyue.catalog.rules.marc.encodings import without_controls
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.marc.iso2709 import (
    END_OF_FIELD,
    END_OF_RECORD,
    LEADER_LENGTH,
    SUBFIELD,
)

MAX_FIELD: Final = 9_999
MAX_WHOLE: Final = 99_999
XML_HEAD: Final = f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{MARC_XML_NS}">\n'
XML_TAIL: Final = "</collection>\n"

_CHARSETS: Final = {Encoding.UTF8: "50", Encoding.GB18030: "01"}  # 100 $a 26-27


class Limit(StrEnum):
    """Why a record cannot be written as ISO 2709. Never rename."""

    FIELD_TOO_LONG = "field_too_long"  # the value is its tag
    RECORD_TOO_LONG = "record_too_long"  # the value is its length in bytes


@dataclass(frozen=True, slots=True)
class Unwritable:
    """A record beyond a limit of ISO 2709. MARCXML has none."""

    code: Limit
    value: str


def as_iso2709(record: Record, encoding: Encoding = Encoding.UTF8) -> bytes | Unwritable:
    """Return a record's bytes, with its end. GB18030 is for old partners."""
    marked = marked_as(record, encoding)
    directory, data = b"", b""
    for field in marked.fields:
        content = _bytes_of(field, encoding)
        if len(content) > MAX_FIELD:
            return Unwritable(Limit.FIELD_TOO_LONG, field.tag)
        if len(data) > MAX_WHOLE:
            return Unwritable(Limit.RECORD_TOO_LONG, str(len(data)))
        directory += f"{field.tag}{len(content):04d}{len(data):05d}".encode("ascii")
        data += content
    base = LEADER_LENGTH + len(directory) + 1
    length = base + len(data) + 1
    if length > MAX_WHOLE:
        return Unwritable(Limit.RECORD_TOO_LONG, str(length))
    leader = str(marked.leader)
    head = f"{length:05d}{leader[5:10]}22{base:05d}{leader[17:]}".encode("ascii")
    return head + directory + END_OF_FIELD + data + END_OF_RECORD


def as_xml(record: Record) -> str:
    """Return a record as a MARCXML element, without a namespace of its own."""
    marked = marked_as(record, Encoding.UTF8)
    element = record_to_xml_node(marked)  # type: ignore[no-untyped-call] # pymarc leaves it so
    return str(ET.tostring(element, encoding="unicode"))


def xml_file(records: Iterable[Record]) -> Iterator[str]:
    """Yield a MARCXML file piece by piece."""
    yield XML_HEAD
    for record in records:
        yield as_xml(record) + "\n"
    yield XML_TAIL


def copied(record: Record) -> Record:
    """Return a record of its own with the same fields, without signs that cannot be written."""
    fresh = Record()
    fresh.leader = Leader(str(record.leader))
    for field in record.fields:
        if field.control_field:
            fresh.fields.append(Field(tag=field.tag, data=without_controls(field.data or "")))
            continue
        ends = field.indicators or Indicators(" ", " ")
        parts = [Subfield(part.code, without_controls(part.value)) for part in field.subfields]
        fresh.fields.append(Field(tag=field.tag, indicators=ends, subfields=parts))
    return fresh


def marked_as(record: Record, encoding: Encoding) -> Record:
    """Return a copy that says its encoding where its format says it.

    Perl's MARC::Record shows MARC21 wrongly without it; UNIMARC leaves that sign undefined.
    """
    fresh = copied(record)
    leader = str(fresh.leader)
    is_marc21 = format_of(record) is MarcFormat.MARC21
    ends = leader[20:] if leader[20:23] == "450" else "4500" if is_marc21 else "450 "
    sign = leader[9]
    if is_marc21:
        sign = "a" if encoding is Encoding.UTF8 else " "
    fresh.leader = Leader(leader[:9] + sign + leader[10:20] + ends)
    if not is_marc21 and encoding in _CHARSETS:
        for field in fresh.get_fields("100")[:1]:
            _mark(field, _CHARSETS[encoding])
    return fresh


def _mark(field: Field, charset: str) -> None:
    """Write the character set into 100 $a. A GBK record keeps what it said, unless that was 50."""
    for place, part in enumerate(field.subfields):
        if part.code == "a":
            text = part.value.ljust(36)
            if (text[26:28] == "50") != (charset == "50"):
                text = text[:26] + charset + "  " + text[30:]
            field.subfields[place] = Subfield("a", text)
            return


def _bytes_of(field: Field, encoding: Encoding) -> bytes:
    name = encoding.value
    if field.control_field:
        return (field.data or "").encode(name, "replace") + END_OF_FIELD
    ends = "".join(field.indicators or (" ", " "))
    parts = (SUBFIELD + (code + value).encode(name, "replace") for code, value in field.subfields)
    return ends.encode("ascii", "replace") + b"".join(parts) + END_OF_FIELD
