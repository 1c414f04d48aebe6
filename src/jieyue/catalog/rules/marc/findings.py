"""What reading a MARC file gives: records, what was odd about them, and what could not be read."""

from dataclasses import dataclass
from enum import StrEnum

from pymarc import Record


class Encoding(StrEnum):
    """How the text of a record is written. GBK is read as GB18030, which contains it."""

    UTF8 = "utf-8"
    GB18030 = "gb18030"
    MARC8 = "marc-8"


class Oddity(StrEnum):
    """Something about a record that could be read all the same. Gravest first; never rename."""

    BYTES_BROKEN = "bytes_broken"  # the value says in which fields signs were lost
    FIELDS_DIFFER = "fields_differ"  # the value: how many the directory lists / how many there are
    TAG_BAD = "tag_bad"  # a field left out, for its tag cannot be one
    SUBFIELD_BAD = "subfield_bad"  # text without a proper subfield code: kept under "?"
    CONTROL_SIGNS = "control_signs"  # invisible signs taken out of the text
    END_MISSING = "end_missing"  # the record ran into the next one
    LEADER_BAD = "leader_bad"
    LENGTHS_WRONG = "lengths_wrong"  # lengths left over, zero, or counted in characters
    BLANKS_MARKED = "blanks_marked"  # "-" or "#" where a blank is meant
    ENCODING_DIFFERS = "encoding_differs"  # from most of the file; the value is the record's


class Problem(StrEnum):
    """Why bytes are no record. Never rename."""

    NO_LEADER = "no_leader"
    NO_FIELDS = "no_fields"
    TOO_LONG = "too_long"
    CUT_SHORT = "cut_short"
    XML_BAD = "xml_bad"
    NO_RECORDS = "no_records"  # an XML file, but with no record in it


@dataclass(frozen=True, slots=True)
class Warn:
    """One oddity, and what explains it."""

    code: Oddity
    value: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: which one in the file, from 1, and at which byte, from 0.

    Of a UTF-16 file the byte is counted in UTF-8.
    """

    number: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The bytes that should be one record. `problem` is set when it is clear they cannot be."""

    raw: bytes
    offset: int
    problem: Problem | None = None
    ran_on: bool = False  # its end was missing


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A record, with the bytes it was read from."""

    place: Place
    record: Record
    encoding: Encoding
    warnings: tuple[Warn, ...]
    original: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Bytes that should have been a record. Very long ones are cut in `original`."""

    place: Place
    problem: Problem
    original: bytes
