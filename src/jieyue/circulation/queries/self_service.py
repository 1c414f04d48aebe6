"""Reading what readers may do by themselves, and what a scan of theirs means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jieyue.circulation.models import Receipt, ReceiptLine, ReturnPoint, SelfService
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.scanned import Scan, read_scan
from jieyue.circulation.rules.self_service import (
    DOOR,
    POINT,
    SIGN,
    SelfRules,
    is_door_code,
    is_in_networks,
    is_point_code,
    is_sign_code,
    split,
)
from jieyue.kit import sql
from jieyue.libraries.desk import Desk, Presence

MAX_CHOICES: Final = 20
# A reader's card: the one in use, or the last.
CARD: Final = """
SELECT barcode FROM patrons_card
 WHERE library_id = <library:bigint> AND patron_id = <patron:bigint>
 ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, id DESC LIMIT 1
"""
_MEANT: Final = """
SELECT c.barcode, c.public_id, c.call_number, c.shelf, c.branch_id, t.name AS title,
       (c.standing IN ('in_use', 'missing') AND c.branch_id = <branch:bigint>
        AND NOT EXISTS (SELECT 1 FROM circulation_loan n
                         WHERE n.library_id = <library:bigint> AND n.copy_id = c.id
                           AND n.returned_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM circulation_hold h
                         WHERE h.library_id = <library:bigint> AND h.captured_copy_id = c.id
                           AND h.state IN ('in_transit', 'ready')
                           AND h.patron_id <> <patron:bigint>)) AS is_free
  FROM catalog_copy c
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE c.library_id = <library:bigint>
"""
BY_CODE: Final = _MEANT + " AND c.barcode = ANY(<codes:text[]>)"
BY_ADDRESS: Final = _MEANT + " AND c.public_id = <copy:text>"
BY_ISBN: Final = (
    _MEANT
    + """ AND c.standing <> 'withdrawn'
   AND c.title_id = (SELECT id FROM catalog_title
                      WHERE library_id = <library:bigint> AND isbn13 = <isbn:text>)
 ORDER BY CASE WHEN c.branch_id = <branch:bigint> THEN 0 ELSE 1 END, c.id LIMIT 200
"""
)
VISIT: Final = """
SELECT r.id, r.public_id,
       (SELECT count(*) FROM circulation_receiptline l
          JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = l.loan_id
         WHERE l.library_id = <library:bigint> AND l.receipt_id = r.id
           AND n.returned_at IS NULL) AS so_far
  FROM circulation_receipt r
 WHERE r.library_id = <library:bigint> AND r.patron_id = <patron:bigint>
   AND r.branch_id = <branch:bigint> AND r.valid_until > <now:timestamptz>
   AND r.checked_at IS NULL
 ORDER BY r.id DESC LIMIT 1
"""
WHO: Final = """
SELECT y.rules_version, g.code AS category FROM libraries_library y
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = <patron:bigint>
  LEFT JOIN patrons_patroncategory g ON g.library_id = <library:bigint> AND g.id = p.category_id
 WHERE y.id = <library:bigint>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyHere:
    """A copy that a scanned ISBN may mean, as the reader tells it from the others."""

    barcode: str
    copy: str  # public id
    call_number: str
    shelf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What a scan means: one copy by its barcode, or one of several to choose."""

    barcode: str
    title: str = ""
    choices: tuple[CopyHere, ...] = ()
    is_isbn: bool = False  # which says what book it is, but not which copy


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """A return point, as readers and staff see it."""

    public_id: str
    branch_id: int
    name: str
    says: str
    is_active: bool


def self_rules(branch_id: int) -> SelfRules | None:
    """Return what a branch allows; None: nothing. One statement."""
    row = SelfService.objects.filter(branch_id=branch_id).first()
    return _rules(row) if row else None


def all_self_rules() -> dict[int, SelfRules]:
    """Return what each branch of the library allows, by its id. One statement."""
    return {row.branch_id: _rules(row) for row in SelfService.objects.all()}


def _rules(row: SelfService) -> SelfRules:
    return SelfRules(
        public_id=row.public_id,
        branch_id=row.branch_id,
        may_borrow=row.may_borrow,
        may_return=row.may_return,
        by_door=row.by_door,
        by_network=row.by_network,
        by_sign=row.by_sign,
        networks=tuple(row.networks),
        minutes=row.minutes,
        when=row.when,
        windows=tuple((day, starts, ends) for day, starts, ends in row.windows),
        most=row.most,
        not_for=frozenset(row.not_for),
        secret=row.secret,
        sign_number=row.sign_number,
        display_number=row.display_number,
    )


def rules_of_code(code: str) -> tuple[SelfRules, PointView | None] | None:
    """Return whose code it says it is, unproved. Two statements at most."""
    parts = split(code)
    if parts is None:
        return None
    kind, public_id, _mac = parts
    point = None
    if kind == POINT:
        point = return_point(public_id)
        row = SelfService.objects.filter(branch_id=point.branch_id).first() if point else None
    else:
        row = SelfService.objects.filter(public_id=public_id).first()
    return (_rules(row), point) if row else None


def proved_by_code(code: str, now: datetime) -> tuple[str, SelfRules, PointView | None] | None:
    """Return how the code proves that one is here: door, sign or point; None: it does not."""
    found, parts = rules_of_code(code), split(code)
    if found is None or parts is None:
        return None
    rules, point = found
    kind = parts[0]
    if kind == DOOR and is_door_code(rules, code, now):
        return "door", rules, None
    if kind == SIGN and is_sign_code(rules, code):
        return "sign", rules, None
    if point is not None and point.is_active and is_point_code(rules, point.public_id, code):
        return "point", rules, point
    return None


def branch_of_network(address: str) -> SelfRules | None:
    """Return the branch whose network an address belongs to, if any. One statement."""
    found = (rules for rules in all_self_rules().values() if rules.by_network)
    return next((rules for rules in found if is_in_networks(address, rules.networks)), None)


def return_point(public_id: str) -> PointView | None:
    """Return one return point. One statement."""
    row = ReturnPoint.objects.filter(public_id=public_id[:12]).first()
    return _point(row) if row else None


def return_points(branch_id: int) -> list[PointView]:
    """Return a branch's return points, those in use first. One statement."""
    rows = ReturnPoint.objects.filter(branch_id=branch_id).order_by("-is_active", "name")
    return [_point(row) for row in rows]


def _point(row: ReturnPoint) -> PointView:
    return PointView(
        public_id=row.public_id,
        branch_id=row.branch_id,
        name=row.name,
        says=row.says,
        is_active=row.is_active,
    )


def card_of(patron_id: int) -> str:
    """Return the barcode of a reader's card, "" without one. One statement."""
    found = sql.rows(CARD, patron=patron_id)
    return found[0]["barcode"] if found else ""


def visit_of(desk: Desk) -> dict[str, Any] | None:
    """Return the receipt that this visit's loans go onto, with how many are still out."""
    found = sql.rows(VISIT, patron=desk.patron_id, branch=desk.branch_id, now=desk.now)
    return found[0] if found else None


def who_and_rules(patron_id: int) -> tuple[int, str]:
    """Return the version of the rules and the code of the reader's card type."""
    [row] = sql.rows(WHO, patron=patron_id)
    return row["rules_version"], row["category"] or ""


def is_open_now(desk: Desk, rules_version: int) -> bool:
    """Say whether the branch is open at this moment. No statement if the rules are known."""
    calendar = rulebook(rules_version).calendars.get(desk.branch_id)
    if calendar is None:
        return False
    spans = calendar.openings(desk.today, desk.zone)
    return any(opens <= desk.now <= closes for opens, closes in spans)


def meant_itself(desk: Desk, text: str) -> Meant:
    """Return the copy whose own code or address a scan is. One statement.

    An ISBN is none: what comes back may be another copy than the one it would be taken for.
    """
    scan = read_scan(text)
    found = _by_own_code(desk, scan, {"branch": desk.branch_id, "patron": desk.patron_id})
    if found is None:
        return Meant(barcode=scan.words[:40], is_isbn=bool(scan.isbn13))
    return Meant(barcode=found["barcode"], title=found["title"])


def meant_by(desk: Desk, text: str) -> Meant:
    """Return the copy that a reader's scan means. Two statements at most.

    The copy's own code or address first; an ISBN means the copy here that could be lent, and asks
    where there are several. A copy nobody could borrow is meant as well, so that one hears why.
    """
    scan = read_scan(text)
    values = {"branch": desk.branch_id, "patron": desk.patron_id}
    found = _by_own_code(desk, scan, values)
    if found is not None:
        return Meant(barcode=found["barcode"], title=found["title"])
    rows = sql.rows(BY_ISBN, isbn=scan.isbn13, **values) if scan.isbn13 else []
    free = [row for row in rows if row["is_free"]]
    if len(free) > 1:
        return Meant(barcode="", title=free[0]["title"], choices=_choices(free))
    one = next(iter([*free, *rows]), None)
    if one is None:
        return Meant(barcode=scan.words[:40])
    return Meant(barcode=one["barcode"], title=one["title"])


def _by_own_code(desk: Desk, scan: Scan, values: dict[str, Any]) -> sql.Row | None:
    if scan.copy:
        is_ours = scan.slug == desk.slug
        rows = sql.rows(BY_ADDRESS, copy=scan.copy, **values) if is_ours else []
        return rows[0] if rows else None
    if not scan.codes:
        return None
    rows = sql.rows(BY_CODE, codes=list(scan.codes), **values)
    return scan.copy_among({row["barcode"]: row for row in rows})


def _choices(rows: Sequence[sql.Row]) -> tuple[CopyHere, ...]:
    return tuple(
        CopyHere(
            barcode=row["barcode"],
            copy=row["public_id"],
            call_number=row["call_number"],
            shelf=row["shelf"],
        )
        for row in rows[:MAX_CHOICES]
    )


def presence_from(rules: SelfRules, how: str, until: datetime, point: str = "") -> Presence:
    """Return a presence at the branch of the rules."""
    return Presence(branch_id=rules.branch_id, how=how, until=until, point=point)


def receipt_lines(receipt: Receipt) -> list[ReceiptLine]:
    """Return the lines of a receipt with their loans and books, in the order borrowed."""
    lines = ReceiptLine.objects.filter(receipt=receipt).select_related("loan__copy__title")
    return list(lines.order_by("pk"))
