"""What a source says of a book, made clean and bounded, and why a person should look at it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum

from jieyue.catalog.rules.isbn import isbn13_of
from jieyue.catalog.rules.record_names import names_of
from jieyue.catalog.rules.record_values import (
    address_of,
    clean,
    pages_of,
    price_of,
    year_of,
)

EARLIEST_YEAR = 1960
"""No ISBN, nor its forerunner, is older; an earlier year is that of another edition."""
LATEST_YEAR = 2100
DEAREST_CENTS = 500_000
CHEAPEST_CENTS = 10
LONGEST_TITLE = 120
"""Characters. Longer titles exist, but in answers they are mostly advertisements or errors."""

_LIMITS = {
    "title": 500,
    "subtitle": 500,
    "publisher": 200,
    "place": 100,
    "published": 50,
    "edition": 60,
    "volume": 60,
    "price_text": 60,
    "binding": 50,
    "series": 200,
    "clc": 50,
    "language": 50,
    "summary": 5_000,
}
"""Characters kept of each field; tests assert that no record is ever longer."""

# Phrases no book is called by: 系统维护 and "forbidden" alone are in real titles.
_ERROR_WORDS = re.compile(
    r"请求(?:过快|过于频繁|频繁|超时|失败)|访问(?:过快|过于频繁|频繁)|频率(?:过高|超限)"
    r"|次数(?:已?用[完尽]|不足|超限|超过)|余额不足|稍[后候](?:再试|重试)"
    r"|(?:接口|系统|服务|服务器)(?:异常|繁忙|错误)|appkey|invalid api ?key|too many requests"
    r"|rate limit exceeded|^(?:40[0-9]|50[0-9])\b|^forbidden$|^unauthori[sz]ed$|bad gateway"
    r"|internal server error|<[a-z!/]",
    re.IGNORECASE,
)
_LISTS = ("authors", "translators", "subjects")
_BETWEEN = re.compile(r"[;；,，、|/\n]|\s--\s")
MAX_SUBJECT = 60
MAX_SUBJECTS = 12
_NO_TITLE = frozenset({"null", "none", "undefined", "nan", "未知", "无", "暂无", "暂无数据", "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRecord:
    """A description of one edition, from one source. Unknown text is "", unknown numbers None.

    `published` and `price_text` are as given; `year` and `price_cents` (CNY only, fen) are read
    from them. `isbn13` is "" when the source did not say which ISBN it answered for. `original` is
    the MARC record it was read from, if it was one (`marc/writing.packed`).
    """

    isbn13: str = ""
    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    publisher: str = ""
    place: str = ""
    published: str = ""
    year: int | None = None
    price_cents: int | None = None
    price_text: str = ""
    pages: int | None = None
    binding: str = ""
    series: str = ""
    clc: str = ""
    language: str = ""
    summary: str = ""
    edition: str = ""
    volume: str = ""
    subjects: tuple[str, ...] = ()
    cover_url: str = ""
    source: str = ""
    original: str = field(default="", compare=False, repr=False)


class Doubt(StrEnum):
    """Why a person must look at a record before it is kept. Gravest first."""

    ISBN_DIFFERS = "isbn_differs"
    TITLE_MISSING = "title_missing"
    TITLE_SUSPICIOUS = "title_suspicious"
    TITLE_TOO_LONG = "title_too_long"
    ISBN_NOT_GIVEN = "isbn_not_given"
    AUTHOR_MISSING = "author_missing"
    PUBLISHER_MISSING = "publisher_missing"
    PRICE_ABSURD = "price_absurd"
    YEAR_ABSURD = "year_absurd"


UNUSABLE = frozenset({Doubt.ISBN_DIFFERS, Doubt.TITLE_MISSING, Doubt.TITLE_SUSPICIOUS})
"""Doubts with which a record is no answer at all: another source should be asked."""


def record_of(
    raw: Mapping[str, object],
    *,
    source: str,
    price_unit: str = "yuan",
    default_currency: str = "CNY",
) -> BookRecord:
    """Make a record of whatever a source gave: strings, numbers, lists or None per field.

    `raw` uses the field names of `BookRecord` plus `isbn` (any form) and `price`; `authors` and
    `translators` may be one messy string or a list of names. A price that is a plain number is
    in `price_unit` ("yuan" or "fen"); one without a currency sign is in `default_currency`.
    Never raises; control characters go and every field is cut to a sane length.
    """
    names = names_of(raw.get("authors"), raw.get("translators"))
    price = price_of(raw.get("price"), unit=price_unit, default_currency=default_currency)
    published = _field(raw, "published")
    return BookRecord(
        isbn13=isbn13_of(clean(raw.get("isbn"), 100)) or "",
        title=_title_of(_field(raw, "title")),
        subtitle=_field(raw, "subtitle"),
        authors=names.authors,
        translators=names.translators,
        publisher=_field(raw, "publisher"),
        place=_field(raw, "place"),
        published=published,
        year=year_of(published),
        price_cents=price.cents,
        price_text=price.text[: _LIMITS["price_text"]],
        pages=pages_of(raw.get("pages")),
        binding=_field(raw, "binding"),
        series=_field(raw, "series"),
        clc=_field(raw, "clc"),
        language=_field(raw, "language"),
        summary=_field(raw, "summary"),
        edition=_field(raw, "edition"),
        volume=_field(raw, "volume"),
        subjects=subjects_of(raw.get("subjects")),
        cover_url=address_of(raw.get("cover_url")),
        source=clean(source, 50),
    )


def doubts(
    record: BookRecord, asked_isbn13: str, *, this_year: int | None = None
) -> tuple[Doubt, ...]:
    """Every reason for a person to look at `record`, gravest first; empty means it looks right.

    `this_year`, if given, makes a year more than one ahead absurd.
    """
    latest = LATEST_YEAR if this_year is None else this_year + 1
    price, year, title = record.price_cents, record.year, record.title
    checks = (
        (Doubt.ISBN_DIFFERS, bool(record.isbn13) and record.isbn13 != asked_isbn13),
        (Doubt.TITLE_MISSING, not title),
        (Doubt.TITLE_SUSPICIOUS, is_suspicious_title(title)),
        (Doubt.TITLE_TOO_LONG, len(title) > LONGEST_TITLE),
        (Doubt.ISBN_NOT_GIVEN, not record.isbn13),
        (Doubt.AUTHOR_MISSING, not record.authors),
        (Doubt.PUBLISHER_MISSING, not record.publisher),
        (
            Doubt.PRICE_ABSURD,
            price is not None and not CHEAPEST_CENTS <= price <= DEAREST_CENTS,
        ),
        (Doubt.YEAR_ABSURD, year is not None and not EARLIEST_YEAR <= year <= latest),
    )
    return tuple(doubt for doubt, applies in checks if applies)


def is_suspicious_title(title: str) -> bool:
    """Whether a title is rather a service's error text, markup, or holds no letter or digit."""
    return bool(title) and (
        _ERROR_WORDS.search(title) is not None or not any(char.isalnum() for char in title)
    )


def as_plain(record: BookRecord) -> dict[str, object]:
    """The record as JSON-ready values, for a cache. `record_from_plain` reads it back."""
    plain = asdict(record)
    return plain | {name: list(getattr(record, name)) for name in _LISTS}


def record_from_plain(plain: Mapping[str, object]) -> BookRecord:
    """The record that `as_plain` wrote. Unknown keys, as of another version, are left out.

    Raises:
        TypeError, ValueError: a value is not of its field's type.

    """
    values: dict[str, object] = {}
    for spec in fields(BookRecord):
        if spec.name not in plain:
            continue
        value = plain[spec.name]
        if spec.name in _LISTS:
            if not isinstance(value, (list, tuple)):
                raise TypeError(f"{spec.name} is not a list")
            value = tuple(str(name) for name in value)
        elif spec.name in {"year", "price_cents", "pages"}:
            value = None if value is None else int(str(value))
        elif not isinstance(value, str):
            raise TypeError(f"{spec.name} is not a string")
        values[spec.name] = value
    return BookRecord(**values)  # type: ignore[arg-type]


def subjects_of(value: object) -> tuple[str, ...]:
    """Read subjects: a list, or one text parted at the usual signs; each once."""
    parts = value if isinstance(value, (list, tuple)) else _BETWEEN.split(clean(value, 2_000))
    found = (clean(part, MAX_SUBJECT).replace("/", " ").strip(" -") for part in parts)
    kept = dict.fromkeys(one for one in found if one and one.lower() not in _NO_TITLE)
    return tuple(kept)[:MAX_SUBJECTS]


def _field(raw: Mapping[str, object], name: str) -> str:
    return clean(raw.get(name), _LIMITS[name])


def _title_of(title: str) -> str:
    """The title without catalogue punctuation at its end and without 《》 around the whole."""
    if re.fullmatch(r"《[^《》]+》", title):
        title = title[1:-1]
    title = re.sub(r"\s*[/:=;,]+$", "", title).strip()
    return "" if title.lower() in _NO_TITLE else title
