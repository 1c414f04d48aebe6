"""Which call number (索书号) a book gets: its class, and what tells books of a class apart.

The schemes are common ones; letters come from pinyin by rule, from nobody's table. Another volume
or edition of a work stands beside the first: with its number and a mark (`:2` the second volume,
`=2` another edition), as the 中图法 writes them.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from jieyue.catalog.rules.call_order import (
    RUNNING_DIGITS,
    class_key,
    numbers_key,
    running_keys,
)
from jieyue.catalog.rules.copies import LIMITS
from jieyue.catalog.rules.descriptions import Description, draft_name
from jieyue.catalog.rules.finding.readings import initials, name_readings
from jieyue.catalog.rules.finding.text import is_han, joined, plain, runs
from jieyue.catalog.rules.volumes import LAST, volume_number

LETTERS: Final = 3  # of an author or a title
MARKS: Final = 30  # tried until one is free
_BRACKETED: Final = re.compile(r"[(\[【〔（［][^)\]】〕）］]*[)\]】〕）］]")
_EDITION: Final = re.compile(r"[0-9]{1,3}")


class Scheme(StrEnum):
    """What stands behind the slash. Never rename one: they are stored."""

    RUNNING = "running"  # 种次号: I247.57/12, the next number of the class
    AUTHOR = "author"  # the author's initials: I247.57/YH, the next work I247.57/YH2
    YEAR = "year"  # I247.57/2012, the next work of the year I247.57/2012-2
    CLASS = "class"  # nothing: I247.57
    FREE = "free"  # nothing is suggested, people write what they like


@dataclass(frozen=True, slots=True)
class Stem:
    """What numbers of a class run on behind: `call_number` the first of them."""

    call_number: str
    numbered: str  # what a further one begins with: its number follows
    first_key: str  # between these keys (the end excluded) they lie
    end_key: str


def stem_of(scheme: Scheme, book: Description) -> Stem | None:
    """Return what the book's number is made of; None where there is nothing to go by."""
    clc = book.clc.strip()
    if not clc or scheme is Scheme.FREE:
        return None
    if scheme is Scheme.CLASS:
        return Stem(clc, "", "", "")
    if scheme is Scheme.RUNNING:
        first, end = running_keys(clc)
        return Stem(f"{clc}/1", f"{clc}/", first, end)
    letters = str(book.year or "") if scheme is Scheme.YEAR else author_letters(book)
    if not letters:
        return None
    # Behind 2012 come its end and the dash, behind YH its end, signs and digits, but no letter.
    start = class_key(clc) + numbers_key(letters)[:-1]
    if scheme is Scheme.YEAR:
        return Stem(f"{clc}/{letters}", f"{clc}/{letters}-", start, f"{start}2")
    return Stem(f"{clc}/{letters}", f"{clc}/{letters}", start, f"{start}a{RUNNING_DIGITS + 1:02d}")


def next_number(stem: Stem, last: str) -> str:
    """Return the number after `last`, the last one there is between the stem's keys; "" if none."""
    if not last:
        return stem.call_number
    rest, start = _behind_slash(last), _behind_slash(stem.numbered)
    running = re.match("[0-9]+", rest[len(start) :]) if rest.startswith(start) else None
    return f"{stem.numbered}{int(running.group()) + 1 if running else 2}"


def further_number(stem: Stem, book: Description, last: str) -> str:
    """Return the number of a work that has none so far, marked if it comes in volumes."""
    made = next_number(stem, last)
    return marked(made, replace(book, edition=""))[0] if book.volume else made


def outline(scheme: Scheme, book: Description) -> str:
    """Return what is known of a book's number before it is given: `I247.57/…`; "" for none."""
    stem = stem_of(scheme, book)
    if stem is None or scheme is Scheme.CLASS:
        return stem.call_number if stem else ""
    return f"{stem.numbered if scheme is Scheme.RUNNING else stem.call_number}…"


def author_letters(book: Description) -> str:
    """`余华` is YH, `〔英〕罗琳` LL, `J. K. Rowling` ROW; without an author the title's letters."""
    name = _BRACKETED.sub("", book.authors.split(" / ")[0]).strip()
    if not name:
        is_draft = bool(book.isbn13) and book.name == draft_name(book.isbn13)
        return "" if is_draft else _letters(initials(name_readings(plain(book.name))[0]))
    parts = runs(plain(name))
    if any(is_han(part) for part in parts):
        return _letters(initials(name_readings(plain(name))[-1]))  # the reading as a surname
    surname = runs(plain(name.partition(",")[0])) if "," in name else parts
    return _letters(surname[-1]) if surname else ""


def marked(base: str, book: Description) -> list[str]:
    """Return what another volume or edition of a work with the number `base` may get, best first.

    The first that no other title has is meant.
    """
    volume = volume_number(book.volume) if book.volume else LAST
    plain_base = base if volume == LAST else f"{base}:{volume}"
    edition = _EDITION.search(plain(book.edition))
    first = int(edition.group()) if edition and int(edition.group()) > 1 else 2
    numbers = [] if edition and first > 2 else [plain_base]
    numbers += [f"{plain_base}={n}" for n in range(first, first + MARKS)]
    return [number[: LIMITS["call_number"]] for number in numbers]


def unmarked(call_number: str) -> str:
    """Return a number without volume and edition: `I247.57/12` of `I247.57/12:2=3`."""
    number, slash, rest = call_number.partition("/")
    return number + slash + re.split("[:=]", rest, maxsplit=1)[0]


def author_of(authors: str) -> str:
    """Return what the first author is compared by."""
    return joined(plain(_BRACKETED.sub("", authors.split(" / ", maxsplit=1)[0])))


def _behind_slash(call_number: str) -> str:
    return "".join(plain(call_number).split()).partition("/")[2]


def _letters(text: str) -> str:
    return "".join(c for c in text.upper() if c.isascii() and c.isalpha())[:LETTERS]
