"""Where each value stands in MARC21, CNMARC and CMARC: the one map for reading and for writing.

CNMARC deviates from UNIMARC in giving roles in words (`$4 著`) and the country in `$c`.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from pymarc import Field, Record

from jieyue.catalog.rules.marc.formats import MarcFormat, format_of


@dataclass(frozen=True, slots=True)
class At:
    """A subfield: the fields it may be in, of which the first is written, and its code."""

    tags: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a format keeps what we keep."""

    isbn: At
    price: str  # code in the field of the ISBN
    binding: str
    unified_number: At
    title: At
    subtitle: At
    parts: tuple[str, ...]  # codes of volume numbers and names in the field of the title
    statements: tuple[str, ...]  # codes of who made it, as the title page says
    place: At
    publisher: At
    published: At
    pages: At
    series: At
    edition: At
    subjects: tuple[str, ...]  # of which the first is written
    subject_codes: str  # what narrows a subject
    clc: At
    language: At
    summary: At
    persons: tuple[str, ...]
    bodies: tuple[str, ...]
    coded: str  # the field of coded data
    coded_year: int  # where the year, the language and the audience begin in it
    coded_language: int
    coded_audience: int
    audiences: dict[str, str]  # codes of readers, the first for each is written


CNMARC: Final = Layout(
    isbn=At(("010",), "a"),
    price="d",
    binding="b",
    unified_number=At(("091",), "a"),
    title=At(("200",), "a"),
    subtitle=At(("200",), "e"),
    parts=("h", "i"),
    statements=("f", "g"),
    place=At(("210", "214"), "a"),
    publisher=At(("210", "214"), "c"),
    published=At(("210", "214"), "d"),
    pages=At(("215",), "a"),
    series=At(("225",), "a"),
    edition=At(("205",), "a"),
    subjects=("606", "610", "600", "601", "605", "607"),
    subject_codes="jxyz",
    clc=At(("690",), "a"),
    language=At(("101",), "a"),
    summary=At(("330",), "a"),
    persons=("700", "701", "702"),
    bodies=("710", "711", "712"),
    coded="100",
    coded_year=9,
    coded_language=-1,  # that there is the cataloguer's
    coded_audience=17,
    audiences={"b": "early", "c": "child", "a": "child", "d": "child", "e": "teen", "m": "adult"},
)
CMARC: Final = replace(CNMARC, clc=At(("681",), "a"))
MARC21: Final = Layout(
    isbn=At(("020",), "a"),
    price="c",
    binding="q",
    unified_number=At(("024",), "a"),
    title=At(("245",), "a"),
    subtitle=At(("245",), "b"),
    parts=("n", "p"),
    statements=("c",),
    place=At(("264", "260"), "a"),
    publisher=At(("264", "260"), "b"),
    published=At(("264", "260"), "c"),
    pages=At(("300",), "a"),
    series=At(("490", "830"), "a"),
    edition=At(("250",), "a"),
    subjects=("650", "653", "600", "610", "651"),
    subject_codes="vxyz",
    clc=At(("084",), "a"),
    language=At(("041",), "a"),
    summary=At(("520",), "a"),
    persons=("100", "700"),
    bodies=("110", "710"),
    coded="008",
    coded_year=7,
    coded_language=35,
    coded_audience=22,
    audiences={"a": "early", "j": "child", "b": "child", "c": "child", "d": "teen", "e": "adult"},
)
LAYOUTS: Final = {
    MarcFormat.MARC21: MARC21,
    MarcFormat.CNMARC: CNMARC,
    MarcFormat.CMARC: CMARC,
}


def layout_of(record: Record) -> Layout:
    """Return the layout of a record's own format."""
    return LAYOUTS[format_of(record)]


def fields_at(record: Record, layout: Layout, at: At) -> list[Field]:
    """Return the fields a value is in, each in its original script (880) where there is one."""
    if at.tags == MARC21.publisher.tags and layout is MARC21:
        return _imprint(record)
    if at == MARC21.clc:
        # 084 holds any classification; $2 says which.
        named = {"clc", "中图法"}
        return [f for f in record.get_fields("084") if first([f], "2").lower() in named]
    return [f for tag in at.tags for f in vernacular(record, tag)]


def _imprint(record: Record) -> list[Field]:
    made = vernacular(record, "264")
    published = [f for f in made if f.indicators and f.indicators[1] == "1"]
    return published or vernacular(record, "260") or made


def vernacular(record: Record, tag: str) -> list[Field]:
    """Return the fields with `tag`, each in its original script (880) where there is one."""
    originals = {
        match.group(1): field
        for field in record.get_fields("880")
        if (match := re.match(rf"{tag}-(\d\d)", first([field], "6"))) and match.group(1) != "00"
    }
    if not originals:
        return record.get_fields(tag)
    return [
        originals.get(link.group(1), field)
        if (link := re.match(r"880-(\d\d)", first([field], "6")))
        else field
        for field in record.get_fields(tag)
    ]


def first(fields: list[Field], code: str) -> str:
    """Return the first value with `code` that says anything."""
    return next((value for value in every(fields, code) if value.strip()), "")


def every(fields: list[Field], code: str) -> list[str]:
    """Return every value with `code`."""
    return [value for field in fields for value in field.get_subfields(code)]


def coded_data(record: Record, layout: Layout) -> str:
    """Return the text of the field of coded data."""
    fields = record.get_fields(layout.coded)
    if not fields:
        return ""
    return (fields[0].data or "") if layout.coded == "008" else first(fields, "a")
