"""What a scan or typing at the desk is: a reader's card, a copy, a book, words, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias

from jieyue.catalog.search import TitleHit, search_titles
from jieyue.circulation.rules.scanned import Scan, read_scan
from jieyue.kit import sql
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.queries import PatronHit, find_patrons

MAX_COPIES: Final = 60  # of one book in a list of choices
MAX_HITS: Final = 8
MIN_NUMBER: Final = 5  # digits; 1984 is a title

# Everything a scan can name, the open reader's card and what the scan's key already did: one
# statement. Barcodes of cards and copies are unique in the library, so rows multiply only by the
# copies of a book.
LOOKUP: Final = """
SELECT i.outcome AS earlier, who.*, reader.*, what.*
  FROM libraries_library y
  LEFT JOIN libraries_idempotencykey i
    ON i.library_id = <library:bigint> AND i.caller = <caller:text> AND i.key = <key:text>
  LEFT JOIN (
       SELECT p.public_id AS patron, p.name AS patron_name, k.barcode AS card,
              k.lost_at AS card_lost_at, k.ended_at AS card_ended_at
         FROM patrons_card k
         JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = k.patron_id
        WHERE k.library_id = <library:bigint> AND k.barcode = ANY(<codes:text[]>)) who ON 1 = 1
  LEFT JOIN (
       SELECT p.public_id AS reader, p.name AS reader_name, k.barcode AS reader_card
         FROM patrons_patron p
         LEFT JOIN patrons_card k
           ON k.library_id = <library:bigint> AND k.id = (
              SELECT x.id FROM patrons_card x
               WHERE x.library_id = <library:bigint> AND x.patron_id = p.id
               ORDER BY CASE WHEN x.ended_at IS NULL THEN 0 ELSE 1 END, x.id DESC LIMIT 1)
        WHERE p.library_id = <library:bigint> AND p.public_id = <reader:text>) reader ON 1 = 1
  LEFT JOIN (
       SELECT c.public_id AS copy, c.barcode, c.shelf, c.call_number, c.parts, c.standing,
              t.public_id AS title_key, t.name AS title, t.authors, t.clc, t.isbn13,
              b.id AS branch_id, b.name AS branch,
              n.public_id AS loan, n.lent_at, n.due_at,
              q.public_id AS borrower, q.name AS borrower_name,
              l.returned_at AS last_returned_at,
              f.public_id AS last_borrower, f.name AS last_borrower_name
         FROM catalog_copy c
         JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
         JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
         LEFT JOIN circulation_loan n
           ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
         LEFT JOIN patrons_patron q ON q.library_id = <library:bigint> AND q.id = n.patron_id
         LEFT JOIN circulation_loan l
           ON l.library_id = <library:bigint> AND l.id = (
              SELECT o.id FROM circulation_loan o
               WHERE o.library_id = <library:bigint> AND o.copy_id = c.id
                 AND o.ending = 'returned'
               ORDER BY o.lent_at DESC, o.id DESC LIMIT 1)
         LEFT JOIN patrons_patron f ON f.library_id = <library:bigint> AND f.id = l.patron_id
        WHERE c.library_id = <library:bigint>
          AND c.id IN (
              SELECT id FROM catalog_copy
               WHERE library_id = <library:bigint> AND barcode = ANY(<codes:text[]>)
               UNION ALL
              SELECT id FROM catalog_copy
               WHERE library_id = <library:bigint> AND public_id = <copy:text>
               UNION ALL
              SELECT id FROM catalog_copy
               WHERE library_id = <library:bigint> AND standing <> 'withdrawn'
                 AND title_id = (SELECT id FROM catalog_title
                                  WHERE library_id = <library:bigint> AND isbn13 = <isbn:text>
                                    AND <isbn:text> <> '')
               UNION ALL
              SELECT id FROM catalog_copy
               WHERE library_id = <library:bigint> AND standing <> 'withdrawn'
                 AND title_id = (SELECT id FROM catalog_title
                                  WHERE library_id = <library:bigint>
                                    AND public_id = <title:text>))
        ORDER BY CASE WHEN b.id = <branch:bigint> THEN 0 ELSE 1 END, c.id
        LIMIT <most:int>) what ON 1 = 1
 WHERE y.id = <library:bigint>
"""

LOAN: Final = """
SELECT id FROM circulation_loan
 WHERE library_id = <library:bigint> AND public_id = <loan:text>
"""
KEPT: Final = """
SELECT outcome FROM libraries_idempotencykey
 WHERE library_id = <library:bigint> AND caller = <caller:text> AND key = <key:text>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySeen:
    """A copy, where it belongs, and who has it now (empty `loan`: nobody) or had it last.

    `due_on` is local; the moments are UTC. `is_here` says whether it belongs to the desk's branch.
    """

    public_id: str
    barcode: str
    title_id: str  # public
    title: str
    authors: str
    clc: str
    isbn13: str
    call_number: str
    shelf: str
    parts: str
    standing: str
    branch: str
    is_here: bool
    loan: str
    borrower: str
    borrower_name: str
    lent_at: datetime | None
    due_on: date | None
    is_overdue: bool
    last_returned_at: datetime | None
    last_borrower: str
    last_borrower_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IsCard:
    """A reader's card. `state` is current, lost or ended (replaced by a newer one)."""

    type: Literal["card"] = "card"
    patron: str  # public id
    patron_name: str
    card: str
    state: Literal["current", "lost", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsCopy:
    """One copy, by its barcode or its QR address."""

    type: Literal["copy"] = "copy"
    copy: CopySeen


@dataclass(frozen=True, slots=True, kw_only=True)
class IsBook:
    """A book by its ISBN or chosen from a list, with its copies (those of this branch first)."""

    type: Literal["book"] = "book"
    isbn13: str
    copies: tuple[CopySeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsSeveral:
    """One code that names different things: staff choose."""

    type: Literal["several"] = "several"
    cards: tuple[IsCard, ...]
    copies: tuple[CopySeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsWords:
    """Words with readers or titles that fit."""

    type: Literal["words"] = "words"
    patrons: tuple[PatronHit, ...]
    titles: tuple[TitleHit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IsNothing:
    """Nothing of this library's. `scan` says what was understood."""

    type: Literal["nothing"] = "nothing"
    why: Literal["empty", "unknown", "other_library", "too_long"]


Thing: TypeAlias = IsCard | IsCopy | IsBook | IsSeveral | IsWords | IsNothing


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReader:
    """The reader whose visit this is; `card` is their latest card, empty if they never had one."""

    public_id: str
    name: str
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a scan is. `earlier` is the stored outcome of the desk's key, empty for a new scan."""

    scan: Scan
    thing: Thing
    reader: OpenReader | None
    earlier: str = ""


def recognise(desk: Desk, text: str, *, reader: str = "") -> Recognised:
    """Say what was scanned or typed; `reader` is the open reader's public id.

    One statement for cards, copies and ISBNs; four more to search for words.
    """
    scan = read_scan(text)
    is_elsewhere = bool(scan.slug) and scan.slug != desk.slug
    rows = _look_up(
        desk,
        reader=reader,
        codes=list(scan.codes),
        copy="" if is_elsewhere else scan.copy,
        isbn=scan.isbn13,
    )
    thing = _thing(desk, scan, rows)
    if thing is None:
        thing = _words(desk, scan) or _nothing(scan, is_elsewhere=is_elsewhere)
    return _recognised(scan, thing, rows)


def recognise_choice(desk: Desk, kind: str, value: str, *, reader: str = "") -> Recognised:
    """Say what a choice of a list is: kind `copy` (barcode), `title` or `card` (or public id).

    One statement.
    """
    scan = read_scan(value)
    codes = [value[:40]] if kind in ("copy", "card") else []
    rows = _look_up(desk, reader=reader, codes=codes, title=value if kind == "title" else "")
    copies, cards = _copies(desk, rows), _cards(rows)
    thing: Thing = IsNothing(why="unknown")
    if kind == "card" and cards:
        thing = cards[0]
    elif kind == "copy" and copies:
        thing = IsCopy(copy=copies[0])
    elif kind == "title":
        thing = IsBook(isbn13=copies[0].isbn13 if copies else "", copies=copies)
    return _recognised(scan, thing, rows)


def kept_outcome(desk: Desk, key: str) -> str:
    """Return the stored outcome (JSON) of one of this caller's keys, empty if none. One statement.

    The page that follows a form sent without JavaScript shows it.
    """
    found = sql.rows(KEPT, caller=desk.caller, key=key)
    return (found[0]["outcome"] or "") if found else ""


def is_loan(loan: str) -> bool:
    """Say whether this library has (or had) a loan with this public id. One statement."""
    return bool(sql.rows(LOAN, loan=loan))


def _look_up(
    desk: Desk,
    *,
    reader: str,
    codes: list[str],
    copy: str = "",
    isbn: str = "",
    title: str = "",
) -> list[sql.Row]:
    return sql.rows(
        LOOKUP,
        caller=desk.caller,
        key=desk.key or "",
        reader=reader,
        codes=codes,
        copy=copy,
        isbn=isbn,
        title=title,
        branch=desk.branch_id,
        most=MAX_COPIES,
    )


def _thing(desk: Desk, scan: Scan, rows: list[sql.Row]) -> Thing | None:
    cards, copies = _cards(rows), _copies(desk, rows)
    by_code = tuple(c for c in copies if c.barcode in scan.codes or c.public_id == scan.copy)
    if len(cards) + len(by_code) > 1:
        return IsSeveral(cards=cards, copies=by_code)
    if cards:
        return cards[0]
    if by_code:
        return IsCopy(copy=by_code[0])
    if scan.isbn13:
        return IsBook(isbn13=scan.isbn13, copies=copies)
    return None


def _words(desk: Desk, scan: Scan) -> IsWords | None:
    """Search readers and titles, unless it was plainly a mistyped number or an address.

    A bare number may be a student's or a phone's; found inside some ISBN it means nothing.
    """
    if scan.slug or scan.is_mistyped or not scan.words:
        return None
    sees_readers = desk.may(Permission.PATRON_VIEW) or desk.may(Permission.CHECKOUT)
    patrons = tuple(find_patrons(scan.words, limit=MAX_HITS)) if sees_readers else ()
    is_number = scan.words.isdigit() and len(scan.words) >= MIN_NUMBER
    titles = () if is_number else search_titles(scan.words, limit=MAX_HITS).hits
    return IsWords(patrons=patrons, titles=titles) if patrons or titles else None


def _nothing(scan: Scan, *, is_elsewhere: bool) -> IsNothing:
    if not scan.words:
        return IsNothing(why="empty")
    if is_elsewhere:
        return IsNothing(why="other_library")
    return IsNothing(why="too_long" if scan.was_cut else "unknown")


def _recognised(scan: Scan, thing: Thing, rows: list[sql.Row]) -> Recognised:
    first = rows[0]
    reader = None
    if first["reader"] is not None:
        reader = OpenReader(
            public_id=first["reader"],
            name=first["reader_name"],
            card=first["reader_card"] or "",
        )
    return Recognised(scan=scan, thing=thing, reader=reader, earlier=first["earlier"] or "")


def _unique(rows: Iterable[sql.Row], column: str) -> list[sql.Row]:
    return list({row[column]: row for row in rows if row[column] is not None}.values())


def _cards(rows: list[sql.Row]) -> tuple[IsCard, ...]:
    return tuple(
        IsCard(
            patron=row["patron"],
            patron_name=row["patron_name"],
            card=row["card"],
            state="lost"
            if row["card_lost_at"] is not None
            else "ended"
            if row["card_ended_at"] is not None
            else "current",
        )
        for row in _unique(rows, "card")
    )


def _copies(desk: Desk, rows: list[sql.Row]) -> tuple[CopySeen, ...]:
    return tuple(_copy_seen(desk, row) for row in _unique(rows, "copy"))


def _copy_seen(desk: Desk, row: sql.Row) -> CopySeen:
    due_at: datetime | None = row["due_at"]
    texts: dict[str, Any] = {
        name: row[name] or ""
        for name in (
            "barcode", "title", "authors", "clc", "isbn13", "call_number", "shelf", "parts",
            "standing", "branch", "loan", "borrower", "borrower_name", "last_borrower",
            "last_borrower_name",
        )
    }  # fmt: skip
    return CopySeen(
        public_id=row["copy"],
        title_id=row["title_key"],
        is_here=row["branch_id"] == desk.branch_id,
        lent_at=row["lent_at"],
        due_on=due_at.astimezone(desk.zone).date() if due_at else None,
        is_overdue=due_at is not None and due_at < desk.now,
        last_returned_at=row["last_returned_at"],
        **texts,
    )
