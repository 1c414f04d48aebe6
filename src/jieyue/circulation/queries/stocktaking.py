"""Stock-takes as pages, lists and reports show them: how far, what is odd, where the rest is."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from jieyue.circulation.queries.stock_facts import LINES, VERDICT
from jieyue.circulation.rules.stocktaking import Finding, Settling, Verdict, ways_of
from jieyue.kit import sql
from jieyue.kit.batches import batches
from jieyue.libraries.desk import Desk

PAGE: Final = 50
LOT: Final = 1_000  # lines of a file that are in memory at once
_OF_TAKE: Final = """l.library_id = <library:bigint> AND l.stock_take_id = <take:bigint>"""
_TAKE: Final = """
SELECT s.id, s.public_id, s.name, s.branch_id, b.code AS branch_code, b.name AS branch, s.shelf,
       s.first, s.last, s.checks_order AS is_checking_order, s.state, s.expected, s.started_at,
       s.closed_at,
       (SELECT count(*) FROM circulation_stockline l
         WHERE l.library_id = <library:bigint> AND l.stock_take_id = s.id
           AND l.seen_at IS NOT NULL AND l.is_expected) AS seen
  FROM circulation_stocktake s
  LEFT JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = s.branch_id
 WHERE s.library_id = <library:bigint>
"""
_NEWEST: Final = "ORDER BY s.started_at DESC, s.id DESC LIMIT <limit:int>"
TAKES: Final = f"{_TAKE} {_NEWEST}"
TAKES_OF_BRANCHES: Final = f"""{_TAKE}
   AND (s.branch_id IS NULL OR s.branch_id = ANY(<mine:bigint[]>)) {_NEWEST}"""
ONE: Final = f"{_TAKE} AND s.public_id = <public_id:text>"
PLACES: Final = f"""
SELECT place, verdict, count(*) AS copies
  FROM (SELECT l.place, {VERDICT} AS verdict FROM {LINES}
         WHERE {_OF_TAKE} AND l.is_expected) AS looked
 GROUP BY place, verdict ORDER BY place
"""
OTHERS: Final = f"""
SELECT coalesce(sum(CASE WHEN l.copy_id IS NULL OR l.is_expected THEN 0 ELSE 1 END), 0) AS extra,
       coalesce(sum(CASE WHEN l.copy_id IS NULL THEN 1 ELSE 0 END), 0) AS unknown,
       coalesce(sum(CASE WHEN l.is_odd AND l.copy_id IS NOT NULL AND l.settled_at IS NULL
                         THEN 1 ELSE 0 END), 0) AS odd,
       coalesce(sum(CASE WHEN l.is_odd AND l.copy_id IS NOT NULL AND l.settled_at IS NOT NULL
                         THEN 1 ELSE 0 END), 0) AS settled,
       coalesce(sum(CASE WHEN l.copy_id IS NULL AND x.id IS NULL AND l.settled_at IS NULL
                         THEN 1 ELSE 0 END), 0) AS to_catalogue,
       (SELECT count(*) FROM circulation_stockline m
         WHERE m.library_id = <library:bigint> AND m.stock_take_id = <take:bigint>
           AND m.was_standing <> '') AS marked
  FROM circulation_stockline l
  LEFT JOIN catalog_copy x ON x.library_id = <library:bigint> AND x.barcode = l.barcode
   AND l.copy_id IS NULL
 WHERE {_OF_TAKE} AND l.seen_at IS NOT NULL AND (l.is_odd OR NOT l.is_expected)
"""
_LINE: Final = f"""
SELECT l.id, l.place, l.call_key, l.seen_at, l.seen_branch_id, l.seen_shelf, l.findings,
       l.settled_at, l.settled_how, l.is_expected, l.is_odd, l.was_standing,
       l.barcode AS unknown, c.public_id AS copy, c.barcode, c.call_number, c.shelf,
       c.accession_number, c.standing, c.price_cents, t.public_id AS title_key, t.name AS title,
       t.authors, t.clc, b.name AS branch, f.name AS staff,
       g.name AS seen_branch, x.public_id AS catalogued,
       CASE WHEN c.id IS NULL OR NOT l.is_expected THEN '' ELSE {VERDICT} END AS verdict
  FROM circulation_stockline l
  JOIN circulation_stocktake s ON s.library_id = <library:bigint> AND s.id = l.stock_take_id
  LEFT JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = l.copy_id
  LEFT JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  LEFT JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
  LEFT JOIN libraries_staff f ON f.library_id = <library:bigint> AND f.id = l.seen_by_id
  LEFT JOIN libraries_branch g ON g.library_id = <library:bigint> AND g.id = l.seen_branch_id
  LEFT JOIN catalog_copy x ON x.library_id = <library:bigint> AND x.barcode = l.barcode
   AND l.copy_id IS NULL
 WHERE {_OF_TAKE}
"""
Which = Literal["odd", "settled", "unknown", "extra", "recent", "all", "verdict", "copy"]
_IN_ORDER: Final = "ORDER BY place, call_key, id"
_WHICH: Final[Mapping[str, tuple[str, str]]] = {
    "odd": (
        "AND l.is_odd AND l.copy_id IS NOT NULL AND l.settled_at IS NULL",
        "ORDER BY seen_at, id",
    ),
    "settled": (
        "AND l.is_odd AND l.copy_id IS NOT NULL AND l.settled_at IS NOT NULL",
        "ORDER BY settled_at DESC, id",
    ),
    "unknown": ("AND l.copy_id IS NULL", "ORDER BY seen_at, id"),
    "extra": ("AND l.copy_id IS NOT NULL AND NOT l.is_expected", _IN_ORDER),
    "recent": ("AND l.seen_at IS NOT NULL", "ORDER BY seen_at DESC, id DESC"),
    "copy": ("AND c.public_id = <copy:text>", "ORDER BY id"),
    "all": ("", _IN_ORDER),
}
KEYS: Final = f"""
SELECT l.id, l.place, l.call_key FROM circulation_stockline l WHERE {_OF_TAKE} {_IN_ORDER}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTakeView:
    """A stock-take. `branch` and the other limits are empty where there are none."""

    id: int
    public_id: str
    name: str
    branch_id: int | None
    branch_code: str
    branch: str
    shelf: str
    first: str
    last: str
    is_checking_order: bool
    state: str
    expected: int
    seen: int  # of those expected
    started_at: datetime
    started_on: date  # local, as `closed_on`
    closed_at: datetime | None
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A shelf, or a main class where no shelves are named, by where its copies are."""

    place: str
    expected: int
    verdicts: dict[Verdict, int]

    @property
    def seen(self) -> int:
        """How many were seen."""
        return self.verdicts.get(Verdict.SEEN, 0)

    @property
    def left(self) -> int:
        """How many nobody knows of yet."""
        return self.verdicts.get(Verdict.NOT_FOUND, 0)

    @property
    def accounted(self) -> int:
        """How many are known to be elsewhere."""
        return self.expected - self.seen - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far it is. The verdicts add up to what was expected."""

    places: list[Place]
    verdicts: dict[Verdict, int]
    extra: int  # seen, though not expected
    unknown: int  # barcodes of no copy, of these `to_catalogue` still
    to_catalogue: int
    odd: int  # to be dealt with
    settled: int  # dealt with
    marked: int  # said to be missing from here, which can be taken back

    @property
    def expected(self) -> int:
        """All that was expected."""
        return sum(self.verdicts.values())

    @property
    def seen(self) -> int:
        """What was seen of it."""
        return self.verdicts.get(Verdict.SEEN, 0)

    @property
    def left(self) -> int:
        """What nobody knows of yet."""
        return self.verdicts.get(Verdict.NOT_FOUND, 0)

    @property
    def accounted(self) -> int:
        """What is known to be elsewhere."""
        return self.expected - self.seen - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A copy of a stock-take, or an unknown barcode (`copy` is empty then)."""

    copy: str
    barcode: str
    title: str
    title_id: str
    authors: str
    clc: str
    call_number: str
    accession_number: str
    price_cents: int | None
    branch: str  # where it belongs
    shelf: str
    place: str
    standing: str
    verdict: Verdict | None  # None where it was not expected
    seen_at: datetime | None
    seen_branch: str
    seen_branch_id: int | None
    seen_shelf: str
    staff: str
    findings: tuple[Finding, ...]
    settled_at: datetime | None
    settled_how: Settling | None
    catalogued: str  # the copy that has an unknown barcode by now
    ways: tuple[Settling, ...] = field(default=())


def stock_takes(desk: Desk, *, limit: int = 30) -> list[StockTakeView]:
    """Return the newest stock-takes that the desk's staff may see. One statement."""
    if desk.branch_ids is None:
        rows = sql.rows(TAKES, limit=limit)
    else:
        rows = sql.rows(TAKES_OF_BRANCHES, mine=sorted(desk.branch_ids), limit=limit)
    return [_view(desk, row) for row in rows]


def stock_take(desk: Desk, public_id: str) -> StockTakeView | None:
    """Return one that the desk's staff may see; None if there is none. One statement."""
    rows = sql.rows(ONE, public_id=public_id[:12])
    if not rows:
        return None
    seen = _view(desk, rows[0])
    return seen if seen.branch_id is None or desk.works_at(seen.branch_id) else None


def _view(desk: Desk, row: sql.Row) -> StockTakeView:
    texts = {name: row[name] or "" for name in ("branch_code", "branch")}
    closed = row["closed_at"]
    days = {
        "started_on": row["started_at"].astimezone(desk.zone).date(),
        "closed_on": closed.astimezone(desk.zone).date() if closed else None,
    }
    return StockTakeView(**(row | texts | days))


def progress(take: int) -> Progress:
    """Return how far a stock-take is. Two statements."""
    places: defaultdict[str, dict[Verdict, int]] = defaultdict(dict)
    verdicts: defaultdict[Verdict, int] = defaultdict(int)
    for row in sql.rows(PLACES, take=take):
        verdict = Verdict(row["verdict"])
        places[row["place"]][verdict] = int(row["copies"])
        verdicts[verdict] += int(row["copies"])
    [others] = sql.rows(OTHERS, take=take)
    return Progress(
        places=[
            Place(place=place, expected=sum(found.values()), verdicts=found)
            for place, found in places.items()
        ],
        verdicts=dict(verdicts),
        **{name: int(value) for name, value in others.items()},
    )


def totals_of(take: int) -> dict[str, int]:
    """Return the figures that a closed stock-take keeps. Two statements."""
    found = progress(take)
    return {
        "expected": found.expected,
        **{verdict.value: found.verdicts.get(verdict, 0) for verdict in Verdict},
        "extra": found.extra,
        "unknown": found.unknown,
    }


def lines(
    take: int,
    which: Which,
    *,
    verdict: Verdict | None = None,
    place: str | None = None,
    copy: str = "",
    limit: int = PAGE,
    offset: int = 0,
) -> list[Line]:
    """Return lines of a stock-take, those of a verdict with `which="verdict"`. One statement."""
    params: dict[str, Any] = {"take": take, "limit": limit, "offset": offset}
    if which == "verdict":
        assert verdict is not None
        where = "AND l.is_expected"
        where += " AND l.seen_at IS NOT NULL" if verdict is Verdict.SEEN else ""
        where += " AND l.place = <place:text>" if place is not None else ""
        text = f"SELECT * FROM ({_LINE} {where}) AS looked WHERE verdict = <verdict:text>"
        text = f"{text} {_IN_ORDER}"
        params |= {"verdict": verdict.value} | ({} if place is None else {"place": place})
    else:
        where, order = _WHICH[which]
        text = f"SELECT * FROM ({_LINE} {where}) AS looked {order}"
        params |= {"copy": copy} if which == "copy" else {}
    return [
        _line(row) for row in sql.rows(f"{text} LIMIT <limit:int> OFFSET <offset:int>", **params)
    ]


def every_line(take: int, *, lot_size: int = LOT) -> Iterator[Line]:
    """Yield all lines in the order of the shelves, reading some at a time."""
    text = f"SELECT * FROM ({_LINE} AND l.id = ANY(<lot:bigint[]>)) AS looked {_IN_ORDER}"
    ids = [row["id"] for row in sql.rows(KEYS, take=take)]
    for lot in batches(ids, lot_size):
        yield from map(_line, sql.rows(text, take=take, lot=list(lot)))


def line_of(take: int, copy: str) -> Line | None:
    """Return the line of a copy, by its public id. One statement."""
    found = lines(take, "copy", copy=copy, limit=1)
    return found[0] if found else None


def _line(row: sql.Row) -> Line:
    findings = tuple(Finding(code) for code in _json(row["findings"]))
    return Line(
        copy=row["copy"] or "",
        barcode=row["barcode"] or row["unknown"],
        title=row["title"] or "",
        title_id=row["title_key"] or "",
        authors=row["authors"] or "",
        clc=row["clc"] or "",
        call_number=row["call_number"] or "",
        accession_number=row["accession_number"] or "",
        price_cents=row["price_cents"],
        branch=row["branch"] or "",
        shelf=row["shelf"] or "",
        place=row["place"],
        standing=row["standing"] or "",
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        seen_at=row["seen_at"],
        seen_branch=row["seen_branch"] or "",
        seen_branch_id=row["seen_branch_id"],
        seen_shelf=row["seen_shelf"],
        staff=row["staff"] or "",
        findings=findings,
        settled_at=row["settled_at"],
        settled_how=Settling(row["settled_how"]) if row["settled_how"] else None,
        catalogued=row["catalogued"] or "",
        ways=ways_of(findings),
    )


def _json(kept: Any) -> Any:
    return json.loads(kept) if isinstance(kept, str) else kept
