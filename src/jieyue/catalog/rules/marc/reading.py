"""MARC files as libraries have them, read record by record; nothing is dropped in silence.

A file is read once, holding a few hundred records at most: those that are looked at to know in
which encoding most of it is.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO, Final, TypeAlias, cast

from pymarc import Record

from jieyue.catalog.rules.marc import iso2709, xml
from jieyue.catalog.rules.marc.encodings import evidence, majority
from jieyue.catalog.rules.marc.findings import (
    Encoding,
    Oddity,
    Piece,
    Place,
    Problem,
    ReadRecord,
    Unreadable,
)
from jieyue.catalog.rules.marc.iso2709 import Notes

SAMPLE_BYTES: Final = 1 << 20
SAMPLE_RECORDS: Final = 500

_Parse: TypeAlias = Callable[[bytes, Encoding, Notes], Record | Problem]
_LOOKS_LIKE_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z_]")
_PACKED: Final = (b"PK", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def read_records(
    file: BinaryIO, *, encoding: Encoding | None = None
) -> Iterator[ReadRecord | Unreadable]:
    """Read a file of MARC21, CNMARC or CMARC records in ISO 2709 or MARCXML.

    What is no record is an `Unreadable` in its place. `encoding`, if somebody has chosen it, is
    taken for records that could be in several; otherwise that of most of the file.
    """
    file, head = _opened(file)
    is_xml = _LOOKS_LIKE_XML.match(head) is not None and iso2709.END_OF_FIELD not in head
    cut, parse = (xml.pieces, xml.record_in) if is_xml else (iso2709.pieces, iso2709.record_in)
    pieces = cut(file)
    sample, size = [], 0
    for piece in pieces:
        sample.append(piece)
        size += len(piece.raw)
        if size > SAMPLE_BYTES or len(sample) >= SAMPLE_RECORDS:
            break
    if is_xml and not sample:
        sample = [Piece(raw=head[: iso2709.KEPT], offset=0, problem=Problem.NO_RECORDS)]
    if encoding is None and is_xml:
        encoding = xml.declared(head.lstrip(b"\xef\xbb\xbf"))
    usual = encoding or majority(piece.raw for piece in sample)
    for number, piece in enumerate(chain(sample, pieces), 1):
        yield _read(piece, number, usual, parse)


def looks_like_marc(file: BinaryIO) -> bool:
    """Say whether a file rather holds records, in ISO 2709 or as XML, than anything else."""
    _, head = _opened(file)
    if head.startswith(_PACKED):  # any byte at all may stand in them
        return False
    if _LOOKS_LIKE_XML.match(head) and iso2709.END_OF_FIELD not in head:
        return b"record" in head
    return iso2709.END_OF_FIELD in head and iso2709.SUBFIELD in head


def _read(piece: Piece, number: int, usual: Encoding, parse: _Parse) -> ReadRecord | Unreadable:
    place = Place(number, piece.offset)
    if piece.problem:
        return Unreadable(place=place, problem=piece.problem, original=piece.raw[: iso2709.KEPT])
    notes = Notes()
    encoding = evidence(piece.raw) or usual
    if encoding is not usual:
        notes.add(Oddity.ENCODING_DIFFERS, encoding.value)
    if piece.ran_on:
        notes.add(Oddity.END_MISSING)
    record = parse(piece.raw, encoding, notes)
    if isinstance(record, Problem):
        return Unreadable(place=place, problem=record, original=piece.raw[: iso2709.KEPT])
    return ReadRecord(
        place=place,
        record=record,
        encoding=encoding,
        warnings=notes.warnings(),
        original=piece.raw,
    )


def _opened(file: BinaryIO) -> tuple[BinaryIO, bytes]:
    """A file that begins at its first byte, and that beginning; UTF-16 becomes UTF-8."""
    head = file.read(iso2709.CHUNK)
    for mark, name in _UTF16.items():
        if head.startswith(mark):
            recoded = _Recoded(_Chained(head[len(mark) :], file), name)
            head = recoded.read(iso2709.CHUNK)
            return cast("BinaryIO", _Chained(head, recoded)), head
    return cast("BinaryIO", _Chained(head, file)), head


class _Chained(io.RawIOBase):
    """What was read already, then the rest of the file."""

    def __init__(self, head: bytes, file: "BinaryIO | _Recoded") -> None:
        super().__init__()
        self._head = head
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        if self._head:
            head, self._head = self._head, b""
            return head
        return self._file.read(size)


class _Recoded(io.RawIOBase):
    """A UTF-16 file in UTF-8."""

    def __init__(self, file: _Chained, name: str) -> None:
        super().__init__()
        self._file = file
        self._decoder = codecs.getincrementaldecoder(name)("replace")

    def read(self, size: int = -1) -> bytes:
        """Return some bytes, none only at the end."""
        while chunk := self._file.read(size):
            if text := self._decoder.decode(chunk):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", final=True).encode("utf-8", "replace")
