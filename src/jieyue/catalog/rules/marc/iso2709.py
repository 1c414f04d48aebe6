"""ISO 2709 as it is found: no length is trusted, only the signs that end records and fields.

Those signs never occur inside a character of UTF-8, GBK or GB18030.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import BinaryIO, Final

from pymarc import Field, Indicators, Leader, Record, Subfield

from jieyue.catalog.rules.marc.encodings import REPLACED, decoded, without_controls
from jieyue.catalog.rules.marc.findings import Encoding, Oddity, Piece, Problem, Warn

END_OF_RECORD: Final = b"\x1d"
END_OF_FIELD: Final = b"\x1e"
SUBFIELD: Final = b"\x1f"
LEADER_LENGTH: Final = 24
CHUNK: Final = 1 << 16
MAX_RECORD: Final = 1 << 20
"""Bytes. The format's own limit is 99,999; wrong lengths and long contents notes exceed it."""
KEPT: Final = 1 << 16  # bytes of what is no record
MAX_WARNING: Final = 80

_AFTER: Final = b"\r\n\x00\x1a \t"
_BEFORE: Final = re.compile(rb"(?:[\r\n\x00\x1a]|\xef\xbb\xbf)*")
_ENTRY: Final = re.compile(rb"([0-9A-Za-z]{3})([0-9]{4})([0-9]{5})")
_NEXT_HEADER: Final = re.compile(rb"[0-9]{5}[ -~]{19}(?:[0-9A-Za-z]{3}[0-9]{9})+\x1e")
_CONTROL_TAG: Final = re.compile(r"00[0-9]")


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """Cut a file at the ends of its records, holding at most one of them at a time."""
    rest, offset, is_skipping = b"", 0, False
    while chunk := file.read(CHUNK):
        *whole, rest_of_chunk = (rest + chunk).split(END_OF_RECORD)
        for raw in whole:
            if not is_skipping:
                yield from _pieces_in(raw, offset)
            is_skipping = False
            offset += len(raw) + 1
        rest = rest_of_chunk
        if is_skipping:
            offset, rest = offset + len(rest), b""
        elif len(rest) > MAX_RECORD:
            *fit, last = _pieces_in(rest, offset) or (Piece(raw=rest, offset=offset),)
            yield from fit
            if len(last.raw) > MAX_RECORD:
                yield Piece(raw=last.raw[:KEPT], offset=last.offset, problem=Problem.TOO_LONG)
                is_skipping, rest = True, b""
                offset = last.offset + len(last.raw)
            else:
                rest, offset = rest[last.offset - offset :], last.offset
    if not is_skipping:
        yield from _pieces_in(rest, offset)


def _pieces_in(raw: bytes, offset: int) -> list[Piece]:
    """Usually one; more when ends of records got lost; none of nothing but line ends."""
    before = _BEFORE.match(raw)
    start = before.end() if before else 0
    raw = raw[start:].rstrip(_AFTER)
    if not raw:
        return []
    cuts = [0]
    first_field = raw.find(END_OF_FIELD) + 1
    if 0 < first_field < len(raw) and _is_ill_counted(raw, first_field):
        cuts += [match.start() for match in _NEXT_HEADER.finditer(raw, first_field)]
    ends = [*cuts[1:], len(raw)]
    return [
        Piece(raw=raw[cut:end].rstrip(_AFTER), offset=offset + start + cut, ran_on=end < len(raw))
        for cut, end in zip(cuts, ends, strict=True)
    ]


def _is_ill_counted(raw: bytes, first_field: int) -> bool:
    """Whether there are not as many fields as entries, which a lost end of record brings about."""
    listed, odd = divmod(first_field - 1 - LEADER_LENGTH, 12)
    return odd != 0 or listed != raw.count(END_OF_FIELD, first_field)


@dataclass(slots=True)
class Notes:
    """What was odd so far, each code once."""

    found: dict[Oddity, list[str]] = field(default_factory=dict)

    def add(self, code: Oddity, value: str = "") -> None:
        """Note `code`, with another `value` if it has one."""
        values = self.found.setdefault(code, [])
        if value and value not in values:
            values.append(value)

    def warnings(self) -> tuple[Warn, ...]:
        """Return them, gravest first."""
        return tuple(
            Warn(code, " ".join(self.found[code])[:MAX_WARNING])
            for code in Oddity
            if code in self.found
        )

    def text(self, raw: bytes, encoding: Encoding, tag: str) -> str:
        """Return the text of `raw`, noting what of it cannot be kept."""
        text = decoded(raw, encoding)
        if REPLACED in text:
            self.add(Oddity.BYTES_BROKEN, tag)
        return self.tidied(text)

    def tidied(self, text: str) -> str:
        """Return `text` without control signs, noting if there were any."""
        plain = without_controls(text)
        if plain != text:
            self.add(Oddity.CONTROL_SIGNS)
        return plain


def record_in(raw: bytes, encoding: Encoding, notes: Notes) -> Record | Problem:
    """Read one record's bytes."""
    header, sign, data = raw.partition(END_OF_FIELD)
    if not sign:
        return Problem.NO_LEADER
    entries = _entries(header)
    if not entries:
        return Problem.NO_FIELDS if len(header) == LEADER_LENGTH else Problem.NO_LEADER
    leader = header[: len(header) - 12 * len(entries)]
    if len(leader) != LEADER_LENGTH:
        notes.add(Oddity.LEADER_BAD)
    record = Record()
    record.leader = leader_of(leader[-LEADER_LENGTH:].decode("latin-1"), notes)
    base = len(header) + 1
    if (header[:5], header[12:17]) != (b"%05d" % (len(raw) + 1), b"%05d" % base):
        notes.add(Oddity.LENGTHS_WRONG)
    for entry, content in _paired(entries, data, notes):
        tag = tag_of(entry[:3].decode("ascii", "replace"), notes)
        if tag:
            record.fields.append(_field(tag, content, encoding, notes))
    return record if record.fields else Problem.NO_FIELDS


def _entries(header: bytes) -> list[bytes]:
    """The directory, counted from its end: what stands before may be too short or too long."""
    count = max(0, len(header) - LEADER_LENGTH) // 12
    before = header[: len(header) - 12 * count]
    if len(before) != LEADER_LENGTH and _ENTRY.fullmatch(before[-12:]):
        count += 1
    first = len(header) - 12 * count
    entries = [header[at : at + 12] for at in range(first, len(header), 12)]
    good = sum(_ENTRY.fullmatch(entry) is not None for entry in entries)
    return entries if good * 2 >= count else []


def leader_of(text: str, notes: Notes) -> Leader:
    """Return a leader of 24 ASCII signs, with blanks where blanks are marked."""
    plain = re.sub(r"[^ -~]", " ", text)[:LEADER_LENGTH].ljust(LEADER_LENGTH)
    if plain != text:
        notes.add(Oddity.LEADER_BAD)
    blank = re.sub(r"[#-]", " ", plain)
    if blank != plain:
        notes.add(Oddity.BLANKS_MARKED)
    return Leader(blank)


def tag_of(text: str, notes: Notes) -> str:
    """Return the tag, or "" if it cannot be one."""
    if re.fullmatch(r"[0-9A-Za-z]{3}", text):
        return text
    notes.add(Oddity.TAG_BAD, re.sub(r"[^ -~]", "?", text)[:3])
    return ""


def indicators_of(text: str, notes: Notes) -> Indicators:
    """Return two ASCII signs, with blanks where blanks are marked."""
    plain = re.sub(r"[^ -~]", " ", text[:2]).ljust(2)
    if plain != text:
        notes.add(Oddity.SUBFIELD_BAD)
    blank = re.sub(r"[#-]", " ", plain)
    if blank != plain:
        notes.add(Oddity.BLANKS_MARKED)
    return Indicators(blank[0], blank[1])


def field_of(tag: str, ends: Indicators, parts: list[Subfield]) -> Field:
    """Return a data field."""
    return Field(tag=tag, indicators=ends, subfields=parts)


def is_control(tag: str) -> bool:
    """Whether a field has neither indicators nor subfields."""
    return _CONTROL_TAG.fullmatch(tag) is not None


def _paired(entries: list[bytes], data: bytes, notes: Notes) -> Iterator[tuple[bytes, bytes]]:
    """Each directory entry with its field, in the order of the directory.

    In order, unless the directory adds up and says otherwise.
    """
    contents = data.split(END_OF_FIELD)
    if not contents[-1].strip(_AFTER):
        contents.pop()
    spans = [_span(entry) for entry in entries]
    in_place = sorted(spans)
    adds_up = in_place[0][0] == 0 and all(
        start + length == after for (start, length), (after, _) in pairwise(in_place)
    )
    is_exact = adds_up and sum(in_place[-1]) in {len(data), len(data) + 1}
    if not is_exact:
        notes.add(Oddity.LENGTHS_WRONG)
    if len(contents) != len(entries):
        notes.add(Oddity.FIELDS_DIFFER, f"{len(entries)}/{len(contents)}")
        if is_exact:
            for entry, (start, length) in zip(entries, spans, strict=True):
                yield entry, data[start : start + length].replace(END_OF_FIELD, b"")
            return
    elif adds_up:
        by_start = dict(zip(in_place, contents, strict=True))
        contents = [by_start[span] for span in spans] if len(by_start) == len(spans) else contents
    for entry, content in zip_longest(entries, contents):
        if entry is not None and content is not None:
            yield entry, content


def _span(entry: bytes) -> tuple[int, int]:
    match = _ENTRY.fullmatch(entry)
    return (int(match.group(3)), int(match.group(2))) if match else (-1, -1)


def _field(tag: str, content: bytes, encoding: Encoding, notes: Notes) -> Field:
    content = content.strip(b"\r\n\x00\x1a")
    if is_control(tag):
        if SUBFIELD in content:
            notes.add(Oddity.SUBFIELD_BAD)
            content = b" ".join(part[1:] for part in content.split(SUBFIELD)[1:])
        return Field(tag=tag, data=notes.text(content, encoding, tag))
    head, *rest = content.split(SUBFIELD)
    if not rest:
        notes.add(Oddity.SUBFIELD_BAD)
        return field_of(tag, Indicators(" ", " "), [Subfield("?", notes.text(head, encoding, tag))])
    parts = [Subfield("?", notes.text(head[2:], encoding, tag))] if head[2:] else []
    if parts:
        notes.add(Oddity.SUBFIELD_BAD)
    parts += [_subfield(part, encoding, tag, notes) for part in rest if part]
    if len([part for part in rest if part]) != len(rest):
        notes.add(Oddity.SUBFIELD_BAD)
    return field_of(tag, indicators_of(decoded(head[:2], encoding), notes), parts)


def _subfield(part: bytes, encoding: Encoding, tag: str, notes: Notes) -> Subfield:
    if 0x20 < part[0] < 0x7F:
        return Subfield(chr(part[0]), notes.text(part[1:], encoding, tag))
    notes.add(Oddity.SUBFIELD_BAD)
    return Subfield("?", notes.text(part, encoding, tag))
