"""MARC21 and UNIMARC/CNMARC records read into the raw fields of a book record.

Field map: the MARC21 and UNIMARC formats for bibliographic data; CNMARC deviates in giving roles
in words (`$4 著`) and the country in `$c`.
"""

import re

import pymarc

from jieyue.catalog.rules.isbn import isbn13_of

_TRANSLATOR = re.compile(r"译|譯|trl|730|transl|übers|tradu", re.IGNORECASE)
_MINOR = re.compile(r"ill|440|绘|插图|ctb|pbl|prt|dnr|aui|080|oth|fmo|spn", re.IGNORECASE)
_ENDING = re.compile(r"\s*[/:;,=]+\s*$")


def is_unimarc(record: pymarc.Record) -> bool:
    """Whether the record is of the UNIMARC family: a title in 200 and none in 245."""
    return "200" in record and "245" not in record


def isbns_of(record: pymarc.Record) -> tuple[str, ...]:
    """Every valid ISBN of the edition described, as 13 digits; cancelled ones are not."""
    tag = "010" if is_unimarc(record) else "020"
    found = (isbn13_of(a) for f in record.get_fields(tag) for a in f.get_subfields("a"))
    return tuple(dict.fromkeys(isbn13 for isbn13 in found if isbn13))


def raw_fields(record: pymarc.Record, isbn13: str) -> dict[str, object]:
    """The fields `records.record_of` takes. Price and binding are those of `isbn13`."""
    return _unimarc(record, isbn13) if is_unimarc(record) else _marc21(record, isbn13)


def _marc21(record: pymarc.Record, isbn13: str) -> dict[str, object]:
    number = _number_field(record, "020", isbn13)
    title = _vernacular(record, "245")
    imprint = [f for f in _vernacular(record, "264") if f.indicator2 == "1"]
    imprint = imprint or _vernacular(record, "260") or _vernacular(record, "264")
    part = [_cut(value) for value in _all(title, "n") + _all(title, "p")]
    authors, translators = _people(
        _vernacular(record, "100") + _vernacular(record, "700"),
        _vernacular(record, "110") + _vernacular(record, "710"),
    )
    coded = record["008"].data or "" if "008" in record else ""
    return {
        "title": ". ".join([_cut(_first(title, "a")), *part]),
        "subtitle": _cut(_first(title, "b")),
        "authors": authors,
        "translators": translators,
        "place": _cut(_first(imprint, "a")),
        "publisher": _cut(_first(imprint, "b")),
        "published": _cut(_first(imprint, "c")).rstrip("."),
        "pages": _first(record.get_fields("300"), "a"),
        "price": _first(number, "c"),
        "binding": _first(number, "q").strip("()"),
        "series": _cut(_first(record.get_fields("490", "830"), "a")),
        "clc": _clc(record),
        "language": _first(record.get_fields("041"), "a") or coded[35:38].strip(),
        "summary": _first(_vernacular(record, "520"), "a"),
    }


def _unimarc(record: pymarc.Record, isbn13: str) -> dict[str, object]:
    number = _number_field(record, "010", isbn13)
    title = record.get_fields("200")
    imprint = record.get_fields("210") or record.get_fields("214")
    part = _all(title, "h") + _all(title, "i")
    authors, translators = _people(
        record.get_fields("700", "701", "702"), record.get_fields("710", "711", "712")
    )
    # Records without access points still have the statements on the title page.
    statements = _all(title, "f") + ([] if translators else _all(title, "g"))
    return {
        "title": ". ".join([_cut(_first(title, "a")), *map(_cut, part)]),
        "subtitle": _cut(_first(title, "e")),
        "authors": authors or "；".join(statements),
        "translators": translators,
        "place": _cut(_first(imprint, "a")),
        "publisher": _cut(_first(imprint, "c")),
        "published": _cut(_first(imprint, "d")),
        "pages": _first(record.get_fields("215"), "a"),
        "price": _first(number, "d"),
        "binding": _first(number, "b"),
        "series": _cut(_first(record.get_fields("225"), "a")),
        "clc": _first(record.get_fields("690"), "a"),
        "language": _first(record.get_fields("101"), "a"),
        "summary": _first(record.get_fields("330"), "a"),
    }


def _number_field(record: pymarc.Record, tag: str, isbn13: str) -> list[pymarc.Field]:
    """The field of the ISBN asked for, else the first: several bindings share a record."""
    numbers = record.get_fields(tag)
    mine = [f for f in numbers if any(isbn13_of(a) == isbn13 for a in f.get_subfields("a"))]
    return mine[:1] or numbers[:1]


def _vernacular(record: pymarc.Record, tag: str) -> list[pymarc.Field]:
    """The fields with `tag`, each in its original script (880) where the record has it."""
    originals = {
        match.group(1): field
        for field in record.get_fields("880")
        if (match := re.match(rf"{tag}-(\d\d)", _first([field], "6"))) and match.group(1) != "00"
    }
    return [
        originals.get(link.group(1), field)
        if (link := re.match(r"880-(\d\d)", _first([field], "6")))
        else field
        for field in record.get_fields(tag)
    ]


def _people(persons: list[pymarc.Field], bodies: list[pymarc.Field]) -> tuple[list[str], list[str]]:
    """Authors and translators. Illustrators and bodies count only if there is nobody else."""
    authors: list[str] = []
    translators: list[str] = []
    minor: list[str] = []
    for field in persons:
        role = " ".join(field.get_subfields("4", "e"))
        name = _name(field)
        if not name:
            continue
        if _TRANSLATOR.search(role):
            translators.append(name)
        elif _MINOR.search(role):
            minor.append(name)
        else:
            authors.append(name)
    corporate = [_cut(_first([field], "a")) for field in bodies]
    return authors or minor or [name for name in corporate if name], translators


def _name(field: pymarc.Field) -> str:
    """`Martin, Peer` and UNIMARC's `$a Martin $b Peer` become `Peer Martin`."""
    family = re.sub(r"(?<=\w\w)\.$", "", _cut(_first([field], "a")))
    if re.search(r"[\u3400-\u9fff]", family):
        return family
    given = _cut(_first([field], "b"))
    if given and not re.fullmatch(r"[IVXL]+\.?", given):  # MARC21 has a ruler's number there
        return f"{given} {family}"
    parts = [part.strip() for part in family.split(",")]
    return f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else family


def _clc(record: pymarc.Record) -> str:
    """084 holds any classification; $2 says which."""
    for field in record.get_fields("084"):
        if _first([field], "2").lower() in {"clc", "中图法"}:
            return _first([field], "a")
    return ""


def _first(fields: list[pymarc.Field], code: str) -> str:
    return next((value for value in _all(fields, code) if value.strip()), "")


def _all(fields: list[pymarc.Field], code: str) -> list[str]:
    return [value for field in fields for value in field.get_subfields(code)]


def _cut(text: str) -> str:
    """`text` without the catalogue punctuation that leads to the next part."""
    return _ENDING.sub("", text).strip()
