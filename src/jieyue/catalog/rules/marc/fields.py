"""MARC records read into the fields of a book record, and into a title's description."""

import re
from typing import Final

from pymarc import Field, Record

from jieyue.catalog.rules.descriptions import Description, description_of
from jieyue.catalog.rules.isbn import UnifiedNumber, isbn13_of, parse
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.marc.layouts import (
    MARC21,
    Layout,
    coded_data,
    every,
    fields_at,
    first,
    layout_of,
    vernacular,
)
from jieyue.catalog.rules.record_values import clean
from jieyue.catalog.rules.records import BookRecord, record_of

_TRANSLATOR: Final = re.compile(r"译|譯|trl|730|transl|übers|tradu", re.IGNORECASE)
_MINOR: Final = re.compile(r"ill|440|绘|插图|ctb|pbl|prt|dnr|aui|080|oth|fmo|spn", re.IGNORECASE)
_ENDING: Final = re.compile(r"\s*[/:;,=]+\s*$")


def isbns_of(record: Record) -> tuple[str, ...]:
    """Every valid ISBN of the edition described, as 13 digits; cancelled ones are not."""
    at = layout_of(record).isbn
    found = (isbn13_of(text) for text in every(record.get_fields(*at.tags), at.code))
    return tuple(dict.fromkeys(isbn13 for isbn13 in found if isbn13))


def raw_fields(record: Record, isbn13: str) -> dict[str, object]:
    """The fields `records.record_of` takes. Price and binding are those of `isbn13`."""
    layout = layout_of(record)
    number = number_field(record, layout, isbn13)
    title = fields_at(record, layout, layout.title)
    imprint = fields_at(record, layout, layout.published)
    parts = [cut(value) for code in layout.parts for value in every(title, code)]
    name = cut(first(title, layout.title.code))
    authors, translators = people_in(record, layout)
    names: object = [name for _, name in authors]
    if not authors and layout is not MARC21:
        # Records without access points still have the statements on the title page.
        codes = layout.statements[:1] if translators else layout.statements
        names = "；".join(text for code in codes for text in every(title, code))
    return {
        "title": name.rstrip(".") if parts else name,
        "volume": " ".join(parts),
        "subtitle": cut(first(title, layout.subtitle.code)),
        "authors": names,
        "translators": [name for _, name in translators],
        "place": cut(first(imprint, layout.place.code)),
        "publisher": cut(first(imprint, layout.publisher.code)),
        "published": _date_in(first(imprint, layout.published.code), layout),
        "pages": first(fields_at(record, layout, layout.pages), layout.pages.code),
        "price": first(number, layout.price),
        "binding": first(number, layout.binding).strip("()"),
        "series": cut(first(fields_at(record, layout, layout.series), layout.series.code)),
        "edition": cut(first(fields_at(record, layout, layout.edition), layout.edition.code)),
        "subjects": [subject for _, subject in subjects_in(record, layout)],
        "clc": first(fields_at(record, layout, layout.clc), layout.clc.code),
        "language": language_in(record, layout),
        "summary": first(fields_at(record, layout, layout.summary), layout.summary.code),
    }


def book_record_of(record: Record, *, source: str = "", isbn13: str = "") -> BookRecord:
    """Return what a record says of the edition with `isbn13`, or else with its first ISBN.

    A price without a currency is in yuan, except in CMARC.
    """
    stated = isbns_of(record)
    isbn13 = isbn13 or (stated[0] if stated else "")
    currency = "?" if format_of(record) is MarcFormat.CMARC else "CNY"
    raw = raw_fields(record, isbn13) | {"isbn": isbn13}
    return record_of(raw, source=source, default_currency=currency)


def described(record: Record) -> Description:
    """Return a record as a title's row would describe it. The name may be missing."""
    book = book_record_of(record)
    layout = layout_of(record)
    description = description_of(book, isbn13=book.isbn13, audience=audience_in(record, layout))
    unified = unified_number_in(record, layout)
    return Description(
        **{name: getattr(description, name) for name in Description.__slots__}
        | {"unified_number": unified}
    )


def number_field(record: Record, layout: Layout, isbn13: str) -> list[Field]:
    """The field of the ISBN asked for, else the first: several bindings share a record."""
    numbers = record.get_fields(*layout.isbn.tags)
    code = layout.isbn.code
    mine = [f for f in numbers if any(isbn13_of(a) == isbn13 for a in f.get_subfields(code))]
    return mine[:1] or numbers[:1]


def unified_fields(record: Record, layout: Layout) -> list[Field]:
    """The fields that hold a 统一书号; MARC21 has none of its own for it."""
    fields = record.get_fields(*layout.unified_number.tags)
    return [f for f in fields if isinstance(parse(first([f], "a")), UnifiedNumber)]


def unified_number_in(record: Record, layout: Layout) -> str:
    """Return the 统一书号, or ""."""
    fields = unified_fields(record, layout)
    parsed = parse(first(fields, "a"))
    return parsed.text if isinstance(parsed, UnifiedNumber) else ""


def language_in(record: Record, layout: Layout) -> str:
    """Return the code of the text's language."""
    named = first(fields_at(record, layout, layout.language), layout.language.code)
    if named or layout.coded_language < 0:
        return named
    at = layout.coded_language
    return coded_data(record, layout)[at : at + 3].strip()


def audience_in(record: Record, layout: Layout) -> str:
    """Return whom the coded data say a book is for: early, child, teen, adult, or "".

    CNMARC has up to three codes; `em`, teen and adult, is what cataloguers leave standing.
    """
    width = 1 if layout is MARC21 else 3
    codes = coded_data(record, layout)[layout.coded_audience :][:width]
    found = [layout.audiences[code] for code in codes if code in layout.audiences]
    if found == ["teen", "adult"]:
        return ""
    return next((name for name in ("early", "child", "teen", "adult") if name in found), "")


def subjects_in(record: Record, layout: Layout) -> list[tuple[Field, str]]:
    """Return what a book is about, with the fields: `长篇小说-中国-当代`, `China -- History`."""
    between = " -- " if layout is MARC21 else "-"
    found = []
    for field in (f for tag in layout.subjects for f in vernacular(record, tag)):
        parts = [field.get_subfields("a"), field.get_subfields(*layout.subject_codes)]
        text = between.join(one for part in parts for value in part if (one := cut(value)))
        text = text.rstrip(".") if layout is MARC21 else text
        if text:
            found.append((field, text))
    return found


def people_in(
    record: Record, layout: Layout
) -> tuple[list[tuple[Field, str]], list[tuple[Field, str]]]:
    """Authors and translators, with their fields.

    Illustrators and bodies count only if there is nobody else.
    """
    authors: list[tuple[Field, str]] = []
    translators: list[tuple[Field, str]] = []
    minor: list[tuple[Field, str]] = []
    for field in _people_fields(record, layout, layout.persons):
        role = " ".join(field.get_subfields("4", "e"))
        name = _name(field)
        if not name:
            continue
        if _TRANSLATOR.search(role):
            translators.append((field, name))
        elif _MINOR.search(role):
            minor.append((field, name))
        else:
            authors.append((field, name))
    bodies = _people_fields(record, layout, layout.bodies)
    corporate = [(field, cut(first([field], "a"))) for field in bodies]
    return authors or minor or [pair for pair in corporate if pair[1]], translators


def _people_fields(record: Record, layout: Layout, tags: tuple[str, ...]) -> list[Field]:
    if layout is MARC21:
        return [field for tag in tags for field in vernacular(record, tag)]
    return record.get_fields(*tags)


def _name(field: Field) -> str:
    """`Martin, Peer` and UNIMARC's `$a Martin $b Peer` become `Peer Martin`."""
    family = re.sub(r"(?<=\w\w)\.$", "", cut(first([field], "a")))
    if re.search(r"[\u3400-\u9fff]", family):
        return family
    given = cut(first([field], "b"))
    if given and not re.fullmatch(r"[IVXL]+\.?", given):  # MARC21 has a ruler's number there
        return f"{given} {family}"
    parts = [part.strip() for part in family.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else family


def cut(text: str) -> str:
    """`text` without the catalogue punctuation that leads to the next part."""
    return clean(_ENDING.sub("", text), 20_000)


def _date_in(text: str, layout: Layout) -> str:
    return cut(text).rstrip(".") if layout is MARC21 else cut(text)
