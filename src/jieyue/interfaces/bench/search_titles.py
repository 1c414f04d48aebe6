"""The titles a search bench looks through, and what is asked of them.

Real ones where the working place has them (never part of the project), else made-up look-alikes;
beyond them the same with a number behind.
"""

import csv
import gzip
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from jieyue.catalog.rules.finding.entry import Fields, features_of
from jieyue.catalog.rules.finding.readings import initials, syllables
from jieyue.catalog.rules.finding.text import joined, main_part, plain
from jieyue.catalog.rules.isbn import isbn13_of

DATA: Final = Path(__file__).parents[5] / "shared" / "data"
KINDS: Final = (
    "exact", "partial", "author", "author+title", "together", "pinyin", "author pinyin", "initials",
    "typo", "single", "isbn",
)  # fmt: skip
_YEAR: Final = re.compile(r"(19|20)[0-9]{2}")
SYLLABLES: Final = "春秋山水风云天地人心书梦河海城花月雪星光石木金火土东西南北古今长短白红"


@dataclass(frozen=True, slots=True)
class Book:
    """A title as far as it is searched."""

    name: str
    authors: str = ""
    publisher: str = ""
    isbn13: str = ""
    series: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and what a right answer is, by name and authors."""

    kind: str
    text: str
    is_right: Callable[[str, str], bool]


def parted(size: int) -> tuple[list[Book], list[tuple[int, int]]]:
    """Return what so many books are: the known ones, those with an ISBN first.

    Beyond them the same again, each time with the next number behind: numbers, and how many books
    have it.
    """
    known = list(islice(_real_books(), size)) or list(islice(_look_alikes(), min(size, 200_000)))
    starts = range(len(known), size, len(known))
    return known, [(n, min(len(known), size - start)) for n, start in enumerate(starts, 2)]


def books(size: int) -> list[Book]:
    """Return so many books."""
    known, multiplied = parted(size)
    return known + [
        Book(f"{book.name[:290]} {number}", book.authors, book.publisher, year=book.year)
        for number, many in multiplied
        for book in known[:many]
    ]


def _real_books() -> Iterator[Book]:
    with_isbn, titles = DATA / "books_isbn.csv", DATA / "titles.csv.gz"
    seen = set()
    if with_isbn.exists():
        with with_isbn.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                isbn13 = isbn13_of(row["isbn"]) or ""
                if row["title"] and isbn13 not in seen:
                    seen.add(isbn13)
                    yield _book(row, isbn13, row["series"][:200])
    if titles.exists():
        with gzip.open(titles, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                if row["title"].strip():
                    yield _book(row)


def _book(row: dict[str, str], isbn13: str = "", series: str = "") -> Book:
    year = _YEAR.search(row["pubdate"])
    return Book(
        row["title"][:300], row["author"][:300], row["publisher"][:200], isbn13, series,
        int(year[0]) if year else None,
    )  # fmt: skip


def _look_alikes() -> Iterator[Book]:
    chance = random.Random(1)  # noqa: S311 (the same books every time, no secret)
    while True:
        name = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 9)))
        yield Book(name, "".join(chance.choices(SYLLABLES, k=3)), "某某出版社")


def written_queries() -> list[Asked]:
    """Return what people wrote down, where the working place has it."""
    path = DATA / "search" / "queries.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [_written(row) for row in csv.DictReader(lines, delimiter="\t")]


def _written(row: dict[str, str]) -> Asked:
    title, author = re.compile(row["title_regex"] or ""), re.compile(row["author_regex"] or "")
    is_main = row["exact_main_title"] == "1"

    def is_right(name: str, authors: str) -> bool:
        name = plain(name)
        fits = title.fullmatch(main_part(name).strip()) if is_main else title.search(name)
        return fits is not None and author.search(plain(authors)) is not None

    return Asked(row["class"], row["query"], is_right)


def made_queries(known: list[Book], size: int) -> list[Asked]:
    """Make queries of titles, kind after kind; the same for the same titles."""
    chance = random.Random(2)  # noqa: S311
    found: list[Asked] = []
    tries = 0
    while len(found) < size and tries < 100 * size:
        tries += 1
        made = _made(KINDS[len(found) % len(KINDS)], chance.choice(known), chance)
        if made is not None:
            found.append(made)
    return found


def _made(kind: str, book: Book, chance: random.Random) -> Asked | None:
    features = features_of(Fields(name=book.name, authors=book.authors))
    main, person = features.main, features.people[0] if features.people else ""
    is_han = re.fullmatch(r"[一-鿿]+", main) is not None
    if kind == "isbn":
        return Asked(kind, book.isbn13, _named(main)) if book.isbn13 else None
    if kind.startswith("author"):
        if len(person) < 2:
            return None
        if kind == "author":
            return Asked(kind, person, lambda _name, authors: person in joined(plain(authors)))
        if kind == "author+title":
            return Asked(kind, f"{person} {main}", _named(main))
        said = "".join(syllables(person))
        return Asked(kind, said, _by(said)) if said.isalpha() and said.isascii() else None
    if kind == "exact":
        return Asked(kind, book.name, _named(main))
    if kind == "together" and person and len(main) > 1:
        return Asked(kind, person + main, _named(main))
    return _of_han(kind, main, chance) if is_han else None


def _of_han(kind: str, main: str, chance: random.Random) -> Asked | None:
    said = syllables(main)
    if kind == "single":
        return Asked(kind, main, _named(main)) if len(main) == 1 else None
    if kind == "pinyin" and 2 <= len(main) <= 8:
        return Asked(kind, "".join(said), _read(said))
    if kind == "initials" and 4 <= len(main) <= 8:
        return Asked(kind, initials(said), _begun(initials(said)))
    if kind == "partial" and len(main) > 4:
        start = chance.randrange(len(main) - 3)
        part = main[start : start + 4]
        return Asked(kind, part, lambda name, _authors: part in joined(plain(name)))
    if kind == "typo" and len(main) > 3:
        place = chance.randrange(len(main))
        wrong = chance.choice(
            (main[:place] + main[place + 1 :], main[:place] + "某" + main[place + 1 :],
             main[:place] + "某" + main[place:])
        )  # fmt: skip
        return Asked(kind, wrong, _named(main)) if len(wrong) > 3 else None
    return None


def _named(main: str) -> Callable[[str, str], bool]:
    return lambda name, _authors: joined(plain(name)).startswith(main)


def _read(said: Any) -> Callable[[str, str], bool]:
    return lambda name, _authors: syllables(plain(name))[: len(said)] == said


def _begun(letters: str) -> Callable[[str, str], bool]:
    return lambda name, _authors: initials(syllables(plain(name))).startswith(letters)


def _by(said: str) -> Callable[[str, str], bool]:
    return lambda _name, authors: any(
        "".join(syllables(name)) == said
        for name in features_of(Fields(name="-", authors=authors)).people
    )
