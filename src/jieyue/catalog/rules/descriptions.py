"""What a library writes down of a book: limits, and how a source's record becomes one."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final

from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.finding.entry import Fields
from jieyue.catalog.rules.isbn import hyphenate, is_isbn13
from jieyue.catalog.rules.record_values import clean
from jieyue.catalog.rules.records import BookRecord

AUDIENCES: Final = ("early", "child", "teen", "adult")
LIMITS: Final = {
    "isbn13": 13,
    "unified_number": 40,
    "name": 300,
    "subtitle": 300,
    "authors": 300,
    "translators": 200,
    "publisher": 200,
    "place": 100,
    "edition": 60,
    "volume": 60,
    "series": 200,
    "subjects": 400,
    "clc": 40,
    "language": 10,
    "audience": 10,
    "summary": 5_000,
}
"""Characters of each text; the columns are as wide."""
RANGES: Final = {"year": (1000, 2100), "price_cents": (0, 10**8), "pages": (1, 30_000)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A book as a title's row describes it; unknown text is "", unknown numbers None.

    `authors`, `translators` and `subjects` are joined with " / "; `price_cents` is the printed
    price in fen; `place` is where the publisher sits; `volume` is what tells this part of a set
    ("上册", "第 2 卷") and `edition` what tells this edition ("第 3 版").
    """

    name: str
    isbn13: str = ""
    unified_number: str = ""
    subtitle: str = ""
    authors: str = ""
    translators: str = ""
    publisher: str = ""
    year: int | None = None
    price_cents: int | None = None
    pages: int | None = None
    series: str = ""
    clc: str = ""
    language: str = ""
    audience: str = ""
    summary: str = ""
    place: str = ""
    edition: str = ""
    volume: str = ""
    subjects: str = ""


FIELDS: Final = tuple(spec.name for spec in fields(Description))


def description_of(record: BookRecord, *, isbn13: str, audience: str = "") -> Description:
    """Return what a source's record says, cut to what a title keeps."""
    return Description(
        name=_cut("name", record.title),
        isbn13=isbn13,
        subtitle=_cut("subtitle", record.subtitle),
        authors=_joined("authors", record.authors),
        translators=_joined("translators", record.translators),
        publisher=_cut("publisher", record.publisher),
        year=_in_range("year", record.year),
        price_cents=_in_range("price_cents", record.price_cents),
        pages=_in_range("pages", record.pages),
        series=_cut("series", record.series),
        clc=_cut("clc", record.clc),
        language=_cut("language", record.language),
        audience=audience if audience in AUDIENCES else "",
        summary=_cut("summary", record.summary),
        place=_cut("place", record.place),
        edition=_cut("edition", record.edition),
        volume=_cut("volume", record.volume),
        subjects=_joined("subjects", record.subjects),
    )


def draft_of(isbn13: str) -> Description:
    """Return the stand-in for a book nobody knows: named by its number until somebody does."""
    return Description(name=draft_name(isbn13), isbn13=isbn13)


def draft_name(isbn13: str) -> str:
    """`ISBN 978-7-02-000220-7`."""
    return f"ISBN {hyphenate(isbn13)}"


def is_nameless(book: Description) -> bool:
    """Say whether a draft's stand-in is all the name a book has."""
    # Putting the hyphens in costs 0.3 ms, which lists of 100,000 rows feel.
    return book.name.startswith("ISBN") and book.name == draft_name(book.isbn13)


def tidied(book: Description) -> Description:
    """Return `book` without control characters and doubled spaces; nothing is cut."""
    texts: dict[str, Any] = {name: clean(getattr(book, name), 20_000) for name in LIMITS}
    for name in ("authors", "translators", "subjects"):
        people = (part.strip() for part in texts[name].split("/"))
        texts[name] = " / ".join(person for person in people if person)
    lines = (clean(line, 20_000) for line in book.summary.splitlines())
    return replace(book, **(texts | {"summary": "\n".join(lines).strip()}))


def faults_of(book: Description) -> list[Fault]:
    """Everything wrong with an entered description."""
    found = [] if book.name.strip() else [Fault(FaultCode.NAME_MISSING, "name")]
    for name, limit in LIMITS.items():
        if len(getattr(book, name)) > limit:
            found.append(Fault(FaultCode.TOO_LONG, name, str(limit)))
    for name in RANGES:
        value = getattr(book, name)
        if value is not None and _in_range(name, value) is None:
            found.append(Fault(FaultCode.NUMBER_OUT_OF_RANGE, name, str(value)))
    if book.isbn13 and not is_isbn13(book.isbn13):
        found.append(Fault(FaultCode.ISBN_BAD, "isbn13", book.isbn13[:40]))
    return found


def filled(kept: Description, found: Description) -> Description:
    """Return `kept` with only its empty fields taken from `found`.

    A draft's stand-in name counts as empty: nobody typed it.
    """
    missing = {
        name: getattr(found, name)
        for name in FIELDS
        if getattr(kept, name) in ("", None) and getattr(found, name) not in ("", None)
    }
    if kept.isbn13 and is_nameless(kept) and found.name:
        missing["name"] = found.name
    return replace(kept, **missing)


def found_by(book: Description) -> Fields:
    """Return what of a description it can be found by."""
    return Fields(**{name: getattr(book, name) for name in Fields.__slots__})


def _cut(name: str, text: str) -> str:
    return text[: LIMITS[name]].strip()


def _joined(name: str, names: tuple[str, ...]) -> str:
    """As many whole names as fit."""
    joined = ""
    for one in names:
        longer = f"{joined} / {one}" if joined else one
        if len(longer) > LIMITS[name]:
            break
        joined = longer
    return joined


def _in_range(name: str, value: int | None) -> int | None:
    low, high = RANGES[name]
    return value if value is not None and low <= value <= high else None
