"""Call numbers for a batch of rows: what a desk would give one after the other, read at once."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Min

from jieyue.catalog.call_numbers import (
    Shelves,
    kinds_of_shelves,
    shelves_among,
    titles_of_works,
    work_keys,
)
from jieyue.catalog.importing.known import Known, KnownTitle
from jieyue.catalog.models import Copy
from jieyue.catalog.rules.call_order import call_key, class_key
from jieyue.catalog.rules.copies import LIMITS
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.catalog.rules.importing.verdicts import Judged, Verdict
from jieyue.catalog.rules.shelving import (
    Scheme,
    Stem,
    author_of,
    further_number,
    marked,
    outline,
    stem_of,
    unmarked,
)
from jieyue.imports.queries import rows_saying, stamp_of
from jieyue.kit import sql
from jieyue.libraries.numbers import hold_range

OPTION: Final = "call_numbers"
"""The option of an import by which rows with a class and without a call number get one."""

# `branch` 0: every branch but those with an order of their own.
_LAST: Final = """
SELECT rows.place,
       (SELECT copies.call_number FROM catalog_copy copies
         WHERE copies.library_id = <library:bigint>
           AND copies.call_key >= rows.start AND copies.call_key < rows.stop
           AND (+copies.branch_id = rows.branch OR rows.branch = 0 AND +copies.branch_id NOT IN (
                SELECT branch_id FROM catalog_shelvingscheme
                 WHERE library_id = <library:bigint> AND branch_id IS NOT NULL))
         ORDER BY copies.call_key DESC LIMIT 1) AS call_number
  FROM <rows:(place int, start text, stop text, branch bigint)>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Copies that may need a call number: `said` is the row's own, `listed` that of the book's
    other rows at this branch. Without `needs` the row only keeps its number from others.
    """

    title_id: int
    book: Description
    branch_id: int
    said: str = ""
    listed: str = ""
    needs: bool = True


@dataclass(slots=True)
class Listed:
    """The call numbers a list brings itself: none of them is given to another book.

    `numbers` are keys and numbers in order, by branch as written; `books` the first number by the
    book's first row and branch.
    """

    numbers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    books: dict[tuple[int, str], str] = field(default_factory=dict)

    def of(self, first_row: int, branch: str) -> str:
        """Return what another row says of the same book at this branch."""
        return self.books.get((first_row, branch), "") if first_row else ""


_kept: tuple[object, Listed] = (None, Listed())  # of the list a worker is at


def listed_in(run_id: int) -> Listed:
    """Return the call numbers of a list's rows. One statement, one more that reads them all.

    They are read once for a list, unless its rows change.
    """
    global _kept  # noqa: PLW0603 (what is kept is only ever the same again)
    stamp = (run_id, stamp_of(run_id))
    if _kept[0] != stamp:
        found = Listed()
        said = rows_saying(run_id, "copies__call_number", "copies__branch")
        for first_row, number, branch in said:
            found.numbers.setdefault(branch or "", []).append((call_key(number), number))
            found.books.setdefault((first_row, branch or ""), number)
        for numbers in found.numbers.values():
            numbers.sort()
        _kept = (stamp, found)
    return _kept[1]


@dataclass(slots=True)
class _Want:
    """A book without a number in an order that has numbers for it."""

    ask: Ask
    order: Shelves
    stem: Stem
    author: str
    keys: set[str]  # of its work's volumes and editions
    base: str = ""  # the number of another of them


@dataclass(slots=True)
class _Work:
    """A number a work has in an order."""

    author: str
    order: Shelves
    call_key: str
    number: str


@dataclass(slots=True)
class _Numbers:
    """What is known of the numbers of all orders, and what the batch adds."""

    brought: dict[Shelves, list[list[tuple[str, str]]]]  # by the list
    given: dict[tuple[Shelves, int], str]  # to titles
    taken: set[tuple[Shelves, str]] = field(default_factory=set)
    lasts: dict[tuple[Shelves, str], str] = field(default_factory=dict)
    works: dict[str, list[tuple[int, _Work]]] = field(default_factory=dict)  # by key, numbered
    count: int = 0

    def is_taken(self, order: Shelves, key: str) -> bool:
        return (order, key) in self.taken or any(
            at < len(numbers) and numbers[at][0] == key
            for numbers in self.brought.get(order, ())
            for at in (bisect_left(numbers, (key, "")),)
        )

    def last(self, want: _Want) -> str:
        """Return the last number there is between the stem's keys, in the library or the list."""
        found = [self.lasts.get((want.order, want.stem.first_key), "")]
        for numbers in self.brought.get(want.order, ()):
            at = bisect_left(numbers, (want.stem.end_key, ""))
            if at and numbers[at - 1][0] >= want.stem.first_key:
                found.append(numbers[at - 1][1])
        return max(found, key=call_key)

    def give(self, want: _Want) -> str:
        """Return the book's number, and remember it."""
        base = want.base or self.base_of(want)
        number = "" if want.stem.first_key else want.stem.call_number
        if base:
            offered = ((one, call_key(one)) for one in marked(base, want.ask.book))
            free = (one for one, key in offered if not self.is_taken(want.order, key))
            number = next(free, "")
        if not number:
            number = further_number(want.stem, want.ask.book, self.last(want))
        number = number[: LIMITS["call_number"]]
        self.learn(want, number)
        return number

    def bases_of(self, want: _Want) -> list[str]:
        """Return the numbers other volumes and editions of the work have, the first one first."""
        start = class_key(want.ask.book.clc)
        found = [
            (place, unmarked(work.number))
            for key in want.keys
            for place, work in self.works.get(key, ())
            if work.author == want.author
            and work.order == want.order
            and f"{start}a" <= work.call_key < f"{start}zz"
        ]
        return [number for _, number in sorted(found)]

    def base_of(self, want: _Want) -> str:
        return next(iter(self.bases_of(want)), "")

    def remember(self, order: Shelves, book: Description, number: str) -> None:
        """Let volumes and editions of a book stand beside it."""
        key, author = identity_of(book).key, author_of(book.authors)
        if key and author:
            self.add(key, _Work(author, order, call_key(number), number))

    def add(self, key: str, work: _Work) -> None:
        self.count += 1
        self.works.setdefault(key, []).append((self.count, work))

    def learn(self, want: _Want, number: str) -> None:
        key, stem = call_key(number), want.stem
        self.taken.add((want.order, key))
        self.given[(want.order, want.ask.title_id)] = number
        if stem.first_key <= key < stem.end_key:
            place = (want.order, stem.first_key)
            self.lasts[place] = max(self.lasts.get(place, ""), number, key=call_key)
        self.remember(want.order, want.ask.book, number)


def call_numbers(
    asks: Sequence[Ask], listed: Listed, branch_of: Callable[[str], int | None]
) -> list[str]:
    """Return the call number of each, "" for none. `branch_of` knows branches as written.

    Inside an action, titles being locked: whoever else gives numbers waits. Eight statements at
    most, none if nobody needs a number.
    """
    if not any(ask.needs and not ask.said for ask in asks):
        return [ask.said for ask in asks]
    hold_range("call_number")
    kinds = kinds_of_shelves()
    orders = [shelves_among(kinds, ask.branch_id) for ask in asks]
    numbers = _Numbers(_by_order(listed, branch_of, kinds), _own(asks, orders, kinds))
    wants = [_want(ask, order, numbers) for ask, order in zip(asks, orders, strict=True)]
    said = [(order, ask) for ask, order in zip(asks, orders, strict=True) if ask.said or ask.listed]
    _read(numbers, [want for want in wants if want], said, kinds)
    found = []
    for ask, order, want in zip(asks, orders, wants, strict=True):
        own = numbers.given.get((order, ask.title_id), "")
        known = ask.said or own or ask.listed
        if known and not own:
            numbers.given[(order, ask.title_id)] = known
            numbers.remember(order, ask.book, known)
        if not ask.needs:
            known = ask.said
        elif not known and want:
            known = numbers.give(want)
        found.append(known)
    return found


def known_numbers(
    asks: Iterable[tuple[int, Shelves]], kinds: Mapping[int | None, str]
) -> dict[Any, str]:
    """Return the numbers that titles have in an order. One statement, none for no title."""
    ids = {title_id for title_id, _ in asks}
    if not ids:
        return {}
    # Put in order here: SQLite would walk all copies by their ids rather than look these up.
    rows = Copy.objects.filter(title_id__in=ids).exclude(call_number="")
    names = ("id", "title_id", "branch_id", "call_number")
    found: dict[Any, str] = {}
    for _, title_id, branch_id, number in sorted(rows.values_list(*names)):
        found.setdefault((shelves_among(kinds, branch_id), title_id), number)
    return found


def _own(
    asks: Sequence[Ask], orders: Sequence[Shelves], kinds: Mapping[int | None, str]
) -> dict[Any, str]:
    return known_numbers(
        ((ask.title_id, order) for ask, order in zip(asks, orders, strict=True)), kinds
    )


def _by_order(
    listed: Listed, branch_of: Callable[[str], int | None], kinds: Mapping[int | None, str]
) -> dict[Shelves, list[list[tuple[str, str]]]]:
    found: dict[Shelves, list[list[tuple[str, str]]]] = {}
    for branch, numbers in listed.numbers.items():
        if (branch_id := branch_of(branch)) is not None:
            found.setdefault(shelves_among(kinds, branch_id), []).append(numbers)
    return found


def _want(ask: Ask, order: Shelves, numbers: _Numbers) -> _Want | None:
    if not ask.needs or ask.said or ask.listed or (order, ask.title_id) in numbers.given:
        return None
    stem = stem_of(order.scheme, ask.book)
    if stem is None:
        return None
    identity, author = identity_of(ask.book), author_of(ask.book.authors)
    is_work = bool(identity.key and author and stem.first_key)
    return _Want(ask, order, stem, author, work_keys(identity) if is_work else set())


def _read(
    numbers: _Numbers,
    wants: Sequence[_Want],
    said: Sequence[tuple[Shelves, Ask]],
    kinds: Mapping[int | None, str],
) -> None:
    """Read the works, the last numbers, and which marks are taken. Four statements at most."""
    ranged = [want for want in wants if want.stem.first_key]
    keys = {key for want in ranged for key in want.keys}
    if keys:
        names = ("title__match_key", "title__authors", "branch_id", "call_key", "call_number")
        # The titles first, and no range of numbers: SQLite would look at every copy there is.
        of_works = Copy.objects.filter(title_id__in=titles_of_works(keys))
        rows = of_works.exclude(call_key="").values_list(*names)
        for key, authors, branch_id, at, number, _ in rows.annotate(n=Min("id")).order_by("n"):
            order = shelves_among(kinds, branch_id)
            numbers.add(key, _Work(author_of(authors), order, at, number))
    for want in ranged:
        want.base = numbers.base_of(want)
    _read_taken(numbers, ranged, said, kinds)
    ranges = list({(want.order, want.stem.first_key): want for want in ranged}.values())
    asked = [
        {"place": place, "start": want.stem.first_key, "stop": want.stem.end_key,
         "branch": want.order.branch_id or 0}
        for place, want in enumerate(ranges)
    ]  # fmt: skip
    for row in sql.rows(_LAST, rows=asked) if asked else ():
        want = ranges[row["place"]]
        numbers.lasts[(want.order, want.stem.first_key)] = row["call_number"] or ""


def _read_taken(
    numbers: _Numbers,
    wants: Sequence[_Want],
    said: Sequence[tuple[Shelves, Ask]],
    kinds: Mapping[int | None, str],
) -> None:
    """Read which marks are taken behind numbers that may be a work's by the time it has its turn.

    Behind one that is given in between nothing is, but for the first of a year.
    """
    coming = _Numbers({}, {})
    for order, ask in said:
        coming.remember(order, ask.book, ask.said or ask.listed)
    offered = set()
    for want in wants:
        bases = {want.base} if want.base else set(coming.bases_of(want))
        if want.order.scheme is Scheme.YEAR and want.keys:
            bases.add(want.stem.call_number)
        offered |= {call_key(one) for base in bases for one in marked(base, want.ask.book)}
    if offered:
        rows = Copy.objects.filter(call_key__in=offered).values_list("branch_id", "call_key")
        numbers.taken |= {(shelves_among(kinds, branch), key) for branch, key in rows}


# --- The dry run ---------------------------------------------------------------------------------


def numbers_told(known: Known, results: Sequence[tuple[Judged, KnownTitle | None]]) -> list[str]:
    """Return what can be said of each row's number before it is given, "" where none is.

    The title's own, or how it begins: `I247.57/…`. Two statements.
    """
    kinds = kinds_of_shelves()
    asked = [
        (title, result, shelves_among(kinds, branch_id))
        if title is not None
        and result.verdict in {Verdict.NEW, Verdict.UPDATE}
        and result.copies.count
        and not result.copies.call_number
        and (branch_id := known.places.branch(result.copies.branch)) is not None
        else None
        for result, title in results
    ]
    own = known_numbers(
        ((one[0].id, one[2]) for one in asked if one and one[0].id is not None), kinds
    )
    return [
        own.get((one[2], one[0].id)) or outline(one[2].scheme, one[0].book) if one else ""
        for one in asked
    ]
