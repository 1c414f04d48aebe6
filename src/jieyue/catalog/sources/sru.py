"""A client for SRU 1.1 and 1.2, the way national and university catalogues are asked.

MARCXML and MARC-XchangeXML are read from any namespace, since servers differ. XML is parsed
without document types: an answer that declares one is refused before its entities mean anything.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET
from xml.parsers import expat

import pymarc

from jieyue.catalog.rules.isbn import isbn10_of
from jieyue.catalog.rules.marc.fields import isbns_of, raw_fields
from jieyue.catalog.rules.marc.iso2709 import LEADER_LENGTH
from jieyue.catalog.rules.marc.keeping import MAX_KEPT, packed
from jieyue.catalog.rules.records import record_of
from jieyue.catalog.sources.base import (
    Answer,
    BadSettingsError,
    Failed,
    FailureKind,
    Found,
    NotFound,
)
from jieyue.catalog.sources.http import Call, Web, fetch

MAX_RECORDS = 5
"""Asked for at once: reprints share an ISBN, and not every server ranks the right one first."""
MAX_FIELDS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SruForm:
    """How one server wants to be asked. `query` is CQL with `{isbn}` or `{isbn10}` in it.

    `default_currency` is that of prices without a currency sign: "CNY" for Chinese catalogues.
    """

    version: str
    query: str
    record_schema: str
    default_currency: str = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sru:
    """A `Source` that asks an SRU server."""

    name: str
    identity: str
    timeout_seconds: float
    base_url: str
    form: SruForm
    web: Web

    def look_up(self, isbn13: str) -> Answer:
        """Ask for one ISBN. See `base.Source`."""
        if "{isbn10}" in self.form.query and isbn10_of(isbn13) is None:
            return NotFound()
        page = fetch(self._call(isbn13), web=self.web, seconds=self.timeout_seconds)
        if isinstance(page, Failed):
            return page
        if page.status == 404:
            return Failed(FailureKind.HTTP_STATUS, "HTTP 404", 404)
        return read_response(page.body, self.form, isbn13, source=self.name)

    def _call(self, isbn13: str) -> Call:
        query = self.form.query.replace("{isbn}", isbn13)
        query = query.replace("{isbn10}", isbn10_of(isbn13) or "")
        asked = {
            "version": self.form.version,
            "operation": "searchRetrieve",
            "maximumRecords": str(MAX_RECORDS),
            "recordPacking": "xml",
            "query": query,
        }
        if self.form.record_schema:
            asked["recordSchema"] = self.form.record_schema
        sign = "&" if "?" in self.base_url else "?"
        return Call(url=self.base_url + sign + urlencode(asked, quote_via=quote))


def form_from(params: Mapping[str, object]) -> SruForm:
    """Read `version` (1.1 or 1.2), `query`, `record_schema`, `flavour` as entered.

    `flavour` is "unimarc" (CNMARC: prices are CNY), "marc21", or "auto". Which of the two a
    record is in shows in the record itself.

    Raises:
        BadSettingsError: params_bad, with the entry that is wrong.

    """
    texts = {}
    for name in ("version", "query", "record_schema", "flavour"):
        value = params.get(name, "")
        if not isinstance(value, str) or len(value) > 200:
            raise BadSettingsError("params_bad", name)
        texts[name] = value
    if texts["version"] not in {"", "1.1", "1.2"}:
        raise BadSettingsError("params_bad", "version")
    if not re.search(r"\{isbn(?:10)?\}", texts["query"]):
        raise BadSettingsError("params_bad", "query")
    if texts["flavour"] not in {"", "auto", "unimarc", "marc21"}:
        raise BadSettingsError("params_bad", "flavour")
    return SruForm(
        version=texts["version"] or "1.1",
        query=texts["query"],
        record_schema=texts["record_schema"],
        default_currency="CNY" if texts["flavour"] == "unimarc" else "?",
    )


def read_response(body: bytes, form: SruForm, isbn13: str, *, source: str) -> Answer:
    """What a searchRetrieveResponse says about the book asked for."""
    root = safe_xml(body)
    if root is None:
        return Failed(FailureKind.BAD_ANSWER, "not XML we accept")
    if _name(root) != "searchRetrieveResponse":
        return Failed(FailureKind.BAD_ANSWER, "not an SRU answer")
    records = list(_records(root))
    if not records:
        if any(_name(element) == "diagnostic" for element in root.iter()):
            return Failed(FailureKind.BAD_ANSWER, "server reports a fault")
        return NotFound()
    stated = [isbns_of(record) for record in records]
    best = next((r for r, isbns in zip(records, stated, strict=True) if isbn13 in isbns), None)
    if best is None:
        if any(stated):
            return Failed(FailureKind.WRONG_ISBN, "answered for another ISBN")
        best = records[0]
    raw = raw_fields(best, isbn13) | {"isbn": isbn13 if any(stated) else ""}
    record = record_of(raw, source=source, default_currency=form.default_currency)
    record = replace(record, original=_kept(best))
    return Found(record) if record.title else NotFound()


def _kept(record: pymarc.Record) -> str:
    content = packed(record)
    return content.decode() if len(content) <= MAX_KEPT else ""


class _DoctypeError(Exception):
    pass


def safe_xml(body: bytes) -> ET.Element | None:
    """The root element, or None for what is no XML or declares a document type or entities.

    The parser itself looks for the declaration, so that no encoding can hide it.
    """

    def refuse(*_: object) -> None:
        raise _DoctypeError

    try:
        guard = expat.ParserCreate()
        guard.StartDoctypeDeclHandler = refuse
        guard.EntityDeclHandler = refuse
        guard.Parse(body, True)
        return ET.fromstring(body)  # noqa: S314 # no document type, so no entities
    except (_DoctypeError, expat.ExpatError, ET.ParseError, ValueError, LookupError):
        return None


def _records(root: ET.Element) -> Iterator[pymarc.Record]:
    """Every MARC record below `root`; SRU's own element is called record as well."""
    for element in root.iter():
        if _name(element) != "record":
            continue
        fields = [f for f in element if _name(f) in {"controlfield", "datafield"}]
        if fields:
            record = _record(fields[:MAX_FIELDS])
            leader = next((f.text or "" for f in element if _name(f) == "leader"), "")
            if len(leader) == LEADER_LENGTH and leader.isascii():
                record.leader = pymarc.Leader(leader)
            yield record


def _record(elements: list[ET.Element]) -> pymarc.Record:
    fields = []
    for element in elements:
        tag = element.get("tag", "")
        if not re.fullmatch(r"[0-9A-Za-z]{3}", tag):
            continue
        is_control = _name(element) == "controlfield"
        if is_control and tag < "010":
            fields.append(pymarc.Field(tag=tag, data=element.text or ""))
        elif not is_control and tag >= "010":
            subfields = [
                pymarc.Subfield(part.get("code", ""), part.text or "")
                for part in element
                if _name(part) == "subfield"
            ]
            ends = pymarc.Indicators(element.get("ind1") or " ", element.get("ind2") or " ")
            fields.append(pymarc.Field(tag=tag, indicators=ends, subfields=subfields))
    record = pymarc.Record()
    record.add_field(*fields)  # type: ignore[no-untyped-call] # pymarc leaves it so
    return record


def _name(element: ET.Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]
