"""A title and its copies written as a record.

Of a record the title came with, only what differs from what that record says is written; every
other field and subfield stays as it was.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from pymarc import Field, Indicators, Leader, Record, Subfield

from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.catalog.rules.isbn import hyphenate
from jieyue.catalog.rules.marc.fields import (
    described,
    number_field,
    people_in,
    subjects_in,
    unified_fields,
)
from jieyue.catalog.rules.marc.formats import MarcFormat, format_of
from jieyue.catalog.rules.marc.holdings import Holding, with_holdings
from jieyue.catalog.rules.marc.layouts import (
    CNMARC,
    LAYOUTS,
    MARC21,
    At,
    Layout,
    coded_data,
    fields_at,
    first,
)
from jieyue.catalog.rules.marc.writing import copied
from jieyue.catalog.rules.record_values import clean
from jieyue.catalog.rules.records import subjects_of

_BLANK: Final = Indicators(" ", " ")
_ENDS: Final = {
    "200": Indicators("1", " "),
    "245": Indicators("0", "0"),
    "101": Indicators("0", " "),
    "264": Indicators(" ", "1"),
    "024": Indicators("8", " "),
    "490": Indicators("0", " "),
}
_PEOPLE: Final = {
    MarcFormat.CNMARC: (("authors", "701", "著"), ("translators", "702", "译")),
    MarcFormat.CMARC: (("authors", "700", "著"), ("translators", "702", "譯")),
    MarcFormat.MARC21: (("authors", "700", "aut"), ("translators", "700", "trl")),
}


def empty_record(kind: MarcFormat, *, number: str, entered: date) -> Record:
    """Return a record of a book that says nothing of it yet, as MARC21 or CNMARC.

    `number` is its own in the library.
    """
    record = Record()
    fields = [Field(tag="001", data=clean(number, 60))]
    if kind is MarcFormat.MARC21:
        record.leader = Leader("00000nam a2200000   4500")
        fields += [Field(tag="008", data=f"{entered:%y%m%d}s".ljust(39) + "d")]
    else:
        record.leader = Leader("00000nam0 2200000   450 ")
        coded = f"{entered:%Y%m%d}d".ljust(22) + "chiy50      ea"
        fields += [Field(tag="100", indicators=_BLANK, subfields=[Subfield("a", coded)])]
    # The field of the title decides which format a record is read as.
    tag = (MARC21 if kind is MarcFormat.MARC21 else CNMARC).title.tags[0]
    fields += [Field(tag=tag, indicators=_ENDS[tag], subfields=[])]
    record.fields[:] = fields
    return record


def filled_in(
    original: Record, book: Description, holdings: tuple[Holding, ...] | None = None
) -> Record:
    """Return a copy of `original` that says what `book` says, and lists these copies if given."""
    record = copied(original)
    layout = LAYOUTS[format_of(record)]
    empty = {id(one) for one in record.fields if one.tag not in layout.title.tags + layout.persons}
    empty &= {id(one) for one in record.fields if not one.subfields}
    before = described(record)
    changed = {name for name in FIELDS if _line(getattr(book, name)) != getattr(before, name)}
    if changed & {"authors", "translators"}:
        _write_people(record, layout, book, changed)
    for name, write in _WRITERS.items():
        if name in changed:
            write(record, layout, book, before)
    if holdings is not None:
        with_holdings(record, holdings)
    kept = [one for one in record.fields if one.control_field or one.subfields or id(one) in empty]
    record.fields[:] = sorted(kept, key=lambda one: one.tag) if _is_in_order(original) else kept
    return record


def _is_in_order(record: Record) -> bool:
    tags = [field.tag for field in record.fields]
    return tags == sorted(tags)


def _line(value: str | int | None) -> str | int | None:
    return clean(value, 20_000) if isinstance(value, str) else value


def _set(fields: list[Field], code: str, value: str) -> None:
    """Write the first value with `code` that says anything; none of them if it is to be empty."""
    if not value:
        for field in fields:
            field.subfields = [part for part in field.subfields if part.code != code]
        return
    for field in fields:
        for place, part in enumerate(field.subfields):
            if part.code == code and part.value.strip():
                field.subfields[place] = Subfield(code, value)
                return
    parts = fields[0].subfields
    after = [n for n, part in enumerate(parts) if part.code.isalpha() and part.code > code]
    only_digits = not any(part.code.isalpha() for part in parts)
    at = after[0] if after else 0 if only_digits else len(parts)
    parts.insert(at, Subfield(code, value))


def _fields(record: Record, layout: Layout, at: At) -> list[Field]:
    """The fields a value is in, or a new one."""
    found = fields_at(record, layout, at)
    return found or [_added(record, at.tags[0])]


def _added(record: Record, tag: str) -> Field:
    field = Field(tag=tag, indicators=_ENDS.get(tag, _BLANK), subfields=[])
    if tag == "084":
        field.subfields = [Subfield("2", "clc")]
    record.fields.append(field)
    return field


def _write_text(
    name: str,
    at_of: Callable[[Layout], At],
    record: Record,
    layout: Layout,
    book: Description,
    _: Description,
) -> None:
    at = at_of(layout)
    _set(_fields(record, layout, at), at.code, _text(getattr(book, name)))


def _text(value: str | int | None) -> str:
    return "" if value is None else clean(str(value), 20_000)


def _write_name(record: Record, layout: Layout, book: Description, _: Description) -> None:
    fields = _fields(record, layout, layout.title)
    _set(fields, layout.title.code, _text(book.name))


def _write_volume(record: Record, layout: Layout, book: Description, _: Description) -> None:
    fields = _fields(record, layout, layout.title)
    for code in layout.parts:
        _set(fields, code, "")
    _set(fields, layout.parts[0], _text(book.volume))


def _write_subjects(record: Record, layout: Layout, book: Description, _: Description) -> None:
    """Take out what is no longer said and add what is new; the others stay as they are.

    So does a field that says nothing, `无` or a dash, which catalogues do have.
    """
    wanted = subjects_of(book.subjects.split(" / "))
    there = [(field, one) for field, said in subjects_in(record, layout)
             for one in subjects_of([said])]  # fmt: skip
    _remove(record, [field for field, one in there if one not in wanted])
    known = {one for _, one in there}
    for subject in wanted:
        if subject not in known:
            _set([_added(record, layout.subjects[0])], "a", subject)


def _number(record: Record, layout: Layout, before: Description) -> Field:
    found = number_field(record, layout, before.isbn13)
    return found[0] if found else _added(record, layout.isbn.tags[0])


def _write_isbn(record: Record, layout: Layout, book: Description, before: Description) -> None:
    field = _number(record, layout, before)
    if book.isbn13:
        _set([field], layout.isbn.code, hyphenate(book.isbn13))
        return
    for one in record.get_fields(*layout.isbn.tags):
        _set([one], layout.isbn.code, "")


def _write_price(record: Record, layout: Layout, book: Description, before: Description) -> None:
    isbn13 = book.isbn13 or before.isbn13
    found = number_field(record, layout, isbn13)
    field = found[0] if found else _added(record, layout.isbn.tags[0])
    cents = book.price_cents
    _set([field], layout.price, "" if cents is None else f"CNY{cents / 100:.2f}")


def _write_unified(record: Record, layout: Layout, book: Description, _: Description) -> None:
    found = unified_fields(record, layout)
    if found or book.unified_number:
        fields = found or [_added(record, layout.unified_number.tags[0])]
        _set(fields, layout.unified_number.code, _text(book.unified_number))


def _write_year(record: Record, layout: Layout, book: Description, before: Description) -> None:
    _write_text("year", lambda one: one.published, record, layout, book, before)
    year = "" if book.year is None else str(book.year)
    _write_coded(record, layout, layout.coded_year, year.ljust(4))


def _write_pages(record: Record, layout: Layout, book: Description, _: Description) -> None:
    unit = " pages" if layout is MARC21 else "页"
    text = "" if book.pages is None else f"{book.pages}{unit}"
    _set(_fields(record, layout, layout.pages), layout.pages.code, text)


def _write_language(record: Record, layout: Layout, book: Description, before: Description) -> None:
    if layout.coded_language >= 0:
        is_code = len(book.language) in {0, 3} and book.language.isascii()
        code = book.language if is_code else ""
        _write_coded(record, layout, layout.coded_language, code.ljust(3))
        if is_code and not fields_at(record, layout, layout.language):
            return
    _write_text("language", lambda one: one.language, record, layout, book, before)


def _write_audience(record: Record, layout: Layout, book: Description, _: Description) -> None:
    code = next((one for one, name in layout.audiences.items() if name == book.audience), " ")
    width = 1 if layout is MARC21 else 3
    _write_coded(record, layout, layout.coded_audience, code.ljust(width))


def _write_coded(record: Record, layout: Layout, at: int, text: str) -> None:
    """Write into the field of coded data; a record without one gets it only if it must say it."""
    fields = record.get_fields(layout.coded)
    if not fields and not text.strip():
        return
    is_008 = layout.coded == "008"
    data = coded_data(record, layout).ljust(40 if is_008 else 36)
    data = data[:at] + text + data[at + len(text) :]
    if is_008:
        field = fields[0] if fields else Field(tag="008")
        field.data = data
        record.fields += [] if fields else [field]
    else:
        _set(fields[:1] or [_added(record, layout.coded)], "a", data)


def _write_people(record: Record, layout: Layout, book: Description, changed: set[str]) -> None:
    """Write the names that changed anew; others who took part stay."""
    authors, _ = people_in(record, layout)
    if not authors:
        changed = {"authors", "translators"}  # they may have been read from one statement
    if "translators" in changed:
        _remove(record, [field for field, _ in people_in(record, layout)[1]])
    while "authors" in changed and authors:
        _remove(record, [field for field, _ in authors])
        # Without any author those who took part would count as authors.
        authors = [] if book.authors else people_in(record, layout)[0]
    kind = format_of(record)
    for name, tag, role in _PEOPLE[kind]:
        if name in changed:
            for one in _people(getattr(book, name)):
                _add_person(record, tag, one, role)
    _write_statements(record, layout, book, changed)


def _people(names: str) -> list[str]:
    return [name.strip() for name in names.split("/") if name.strip()]


def _add_person(record: Record, tag: str, name: str, role: str) -> None:
    ends = Indicators(" ", "0")  # CNMARC: the name as it is spoken
    if tag == "700" and role == "aut":
        tag = "700" if record.get_fields("100", "110", "111") else "100"
    if role in {"aut", "trl"}:
        ends = Indicators("0" if name.isascii() else "1", " ")
    parts = [Subfield("a", name), Subfield("4", role)]
    record.fields.append(Field(tag=tag, indicators=ends, subfields=parts))


def _write_statements(record: Record, layout: Layout, book: Description, changed: set[str]) -> None:
    words = (("authors", "著"), ("translators", "译"))
    said = []
    for name, word in words:
        people = ", ".join(_people(getattr(book, name)))
        said.append(people + word if people else "")
    title = _fields(record, layout, layout.title)
    if layout is MARC21:
        _set(title, "c", "")
        _set(title, "c", " ; ".join(filter(None, said)))
        return
    for code, (name, _), text in zip(layout.statements, words, said, strict=True):
        if name in changed or not book.authors:
            _set(title, code, "")
            _set(title, code, text)


def _remove(record: Record, gone: list[Field]) -> None:
    """Take fields out, with what stands for them in another script."""
    links = {first([field], "6")[4:6] for field in gone if field.tag == "880"}
    tags = {first([field], "6")[:3] for field in gone if field.tag == "880"}
    ids = {id(field) for field in gone}
    record.fields[:] = [
        field
        for field in record.fields
        if id(field) not in ids and not (field.tag in tags and first([field], "6")[4:6] in links)
    ]


_WRITERS: Final[dict[str, Callable[[Record, Layout, Description, Description], None]]] = {
    "name": _write_name,
    "volume": _write_volume,
    "subjects": _write_subjects,
    "isbn13": _write_isbn,
    "price_cents": _write_price,
    "unified_number": _write_unified,
    "year": _write_year,
    "pages": _write_pages,
    "language": _write_language,
    "audience": _write_audience,
    "subtitle": partial(_write_text, "subtitle", lambda one: one.subtitle),
    "publisher": partial(_write_text, "publisher", lambda one: one.publisher),
    "place": partial(_write_text, "place", lambda one: one.place),
    "edition": partial(_write_text, "edition", lambda one: one.edition),
    "series": partial(_write_text, "series", lambda one: one.series),
    "clc": partial(_write_text, "clc", lambda one: one.clc),
    "summary": partial(_write_text, "summary", lambda one: one.summary),
}
