"""MARCXML and MARC-XchangeXML from any namespace, one record element at a time.

The file is cut at the ends of its records before anything is parsed: one bad record spoils no
other, and a document type with its entities never reaches the parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final
from xml.parsers import expat

from pymarc import Field, Indicators, Leader, Record, Subfield

from jieyue.catalog.rules.marc.encodings import decoded
from jieyue.catalog.rules.marc.findings import Encoding, Oddity, Piece, Problem
from jieyue.catalog.rules.marc.iso2709 import (
    CHUNK,
    KEPT,
    Notes,
    field_of,
    indicators_of,
    is_control,
    leader_of,
    tag_of,
)

MAX_RECORD: Final = 1 << 22
MAX_FIELDS: Final = 5_000

_START: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?record(?=[\s>])")
_END: Final = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?record\s*>")
_HAS_FIELDS: Final = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:controlfield|datafield|leader)\b")


def pieces(file: BinaryIO) -> Iterator[Piece]:
    """Cut a file into its record elements. An element around one, as SRU has it, is none."""
    rest, offset, searched = b"", 0, 0
    while chunk := file.read(CHUNK):
        rest += chunk
        while end := _END.search(rest, searched):
            yield from _pieces_before(rest[: end.end()], offset, is_ended=True)
            offset += end.end()
            rest, searched = rest[end.end() :], 0
        searched = max(0, len(rest) - 200)
        if len(rest) > MAX_RECORD:
            yield Piece(raw=rest[:KEPT], offset=offset, problem=Problem.TOO_LONG)
            offset += len(rest)
            rest, searched = b"", 0
    yield from _pieces_before(rest, offset, is_ended=False)


def _pieces_before(raw: bytes, offset: int, *, is_ended: bool) -> Iterator[Piece]:
    """The last element begun in `raw` is a record if it is ended; any before it lost its end."""
    starts = [match.start() for match in _START.finditer(raw)] or [0]
    cuts = [0, *starts] if starts[0] else starts
    for cut, end in zip(cuts, [*cuts[1:], len(raw)], strict=True):
        is_whole = is_ended and end == len(raw) and _START.match(raw, cut) is not None
        if is_whole or _HAS_FIELDS.search(raw, cut, end):
            problem = None if is_whole else Problem.CUT_SHORT
            yield Piece(raw=raw[cut:end], offset=offset + cut, problem=problem)


def record_in(raw: bytes, encoding: Encoding, notes: Notes) -> Record | Problem:
    """Read one record element. Prefixes need no declaration: only local names count."""
    text = notes.text(raw, encoding, "")
    building = _Building(notes)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.text.append
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, ValueError):
        return Problem.XML_BAD
    return building.record if building.record.fields else Problem.NO_FIELDS


@dataclass(slots=True)
class _Building:
    """A record while its element is read."""

    notes: Notes
    record: Record = field(default_factory=Record)
    text: list[str] = field(default_factory=list)
    tag: str = ""
    ends: Indicators = field(default_factory=lambda: Indicators(" ", " "))
    code: str = ""
    parts: list[Subfield] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.text.clear()
        match name.rpartition(":")[2]:
            case "controlfield" | "datafield":
                self.tag = tag_of(attributes.get("tag", ""), self.notes)
                ends = (attributes.get("ind1") or " ")[:1] + (attributes.get("ind2") or " ")[:1]
                self.ends = indicators_of(ends, self.notes)
                self.parts = []
            case "subfield":
                self.code = self._code(attributes.get("code", ""))
            case _:
                pass

    def end(self, name: str) -> None:
        text = self.notes.tidied("".join(self.text))
        self.text.clear()
        match name.rpartition(":")[2]:
            case "leader":
                self.record.leader = Leader(str(leader_of(text, self.notes)))
            case "subfield":
                self.parts.append(Subfield(self.code, text))
            case "controlfield":
                self._keep([Subfield("?", text)], text)
            case "datafield":
                if not self.parts and text.strip():
                    self.notes.add(Oddity.SUBFIELD_BAD)
                    self.parts = [Subfield("?", text)]
                self._keep(self.parts, " ".join(part.value for part in self.parts))
            case _:
                pass

    def _keep(self, parts: list[Subfield], text: str) -> None:
        if not self.tag or len(self.record.fields) >= MAX_FIELDS:
            self.notes.add(Oddity.TAG_BAD, self.tag)
        elif is_control(self.tag):
            self.record.fields.append(Field(tag=self.tag, data=text))
        else:
            self.record.fields.append(field_of(self.tag, self.ends, parts))

    def _code(self, code: str) -> str:
        if len(code) == 1 and " " < code <= "~":
            return code
        self.notes.add(Oddity.SUBFIELD_BAD)
        return "?"


def declared(head: bytes) -> Encoding | None:
    """Return the encoding the XML declaration names, if it is one of ours."""
    match = re.match(rb"""\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.-]{1,20})""", head)
    name = decoded(match.group(1), Encoding.UTF8).lower() if match else ""
    if name in {"gbk", "gb2312", "gb18030", "cp936"}:
        return Encoding.GB18030
    return Encoding.UTF8 if name in {"utf-8", "utf8"} else None
