"""Holds as pages show them: a reader's own, and the queue of a title."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from jieyue.circulation.queries.hold_facts import is_suspended
from jieyue.circulation.queries.waiting_times import waits_of
from jieyue.circulation.rules.waiting_time import Wait
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

State = Literal["waiting", "suspended", "in_transit", "ready"]

_HOLD: Final = """
SELECT h.id AS hold_id, h.public_id AS hold, h.title_id, t.public_id AS title_key,
       t.name AS title, t.authors, t.clc, p.public_id AS patron, p.name AS patron_name,
       b.code AS pickup_code, b.name AS pickup, h.queue_class, h.queued_at, h.placed_at, h.state,
       h.suspended_at, h.wakes_on, h.ready_at, h.fetch_by AS fetch_by_on, c.barcode,
       k.barcode AS wanted_barcode
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = h.patron_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = h.pickup_branch_id
  LEFT JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
  LEFT JOIN catalog_copy k ON k.library_id = <library:bigint> AND k.id = h.copy_id
 WHERE h.library_id = <library:bigint> AND h.state IN ('waiting', 'in_transit', 'ready')
"""
OF_PATRON: Final = f"""
SELECT mine.*,
       (SELECT count(*) FROM circulation_hold w
         WHERE w.library_id = <library:bigint> AND w.title_id = mine.title_id
           AND w.state = 'waiting'
           AND (w.queue_class < mine.queue_class
                OR w.queue_class = mine.queue_class AND (w.queued_at < mine.queued_at
                   OR w.queued_at = mine.queued_at AND w.id < mine.hold_id))) AS ahead
  FROM ({_HOLD} AND h.patron_id = <patron:bigint>) mine
 ORDER BY CASE mine.state WHEN 'ready' THEN 0 WHEN 'in_transit' THEN 1 ELSE 2 END,
          mine.fetch_by_on, mine.placed_at, mine.hold_id
"""
OF_TITLE: Final = f"""
{_HOLD} AND h.title_id = <title:bigint>
 ORDER BY CASE h.state WHEN 'ready' THEN 0 WHEN 'in_transit' THEN 1 ELSE 2 END,
          h.queue_class, h.queued_at, h.id
"""
WAITING: Final = """
SELECT count(*) AS waiting,
       coalesce(sum(CASE WHEN h.queue_class <= <queue_class:int> THEN 1 ELSE 0 END), 0) AS ahead
  FROM circulation_hold h
 WHERE h.library_id = <library:bigint> AND h.title_id = <title:bigint> AND h.state = 'waiting'
"""
PATRON_OF_HOLD: Final = """
SELECT p.public_id AS patron, t.public_id AS title
  FROM circulation_hold h
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = h.title_id
  LEFT JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = h.patron_id
 WHERE h.library_id = <library:bigint> AND h.public_id = <hold:text>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """An open hold. Dates are local; ids are public ones.

    `place` counts from 1 among those who wait, 0 once a copy is kept. `wait` is None where too
    little is known, and while suspended. `wakes_on` is None unless suspended until a day;
    `fetch_by` unless on the shelf. `barcode`: the copy kept; `wanted`: the only copy that will do.
    """

    hold: str
    state: State
    title_id: str
    title: str
    authors: str
    clc: str
    patron: str
    patron_name: str
    pickup_code: str
    pickup: str
    queue_class: int
    placed_on: date
    place: int = 0
    wait: Wait | None = None
    wakes_on: date | None = None
    fetch_by: date | None = None
    days_left: int | None = None  # on the shelf; 0: today is the last
    barcode: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What reserving a title would mean: who waits already, and for how long one would."""

    waiting: int
    place: int
    wait: Wait | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldOf:
    """Whose hold it is, and of which title. Public ids; `patron` empty once forgotten."""

    patron: str
    title: str


def holds_of(desk: Desk, patron_id: int) -> list[HoldView]:
    """Return a reader's open holds, what is ready first. One statement, two more if one waits."""
    rows = sql.rows(OF_PATRON, patron=patron_id)
    places = [row["ahead"] + 1 if row["state"] == "waiting" else 0 for row in rows]
    asked = [
        (row["title_id"], 0 if is_suspended(row, desk.today) else place)
        for row, place in zip(rows, places, strict=True)
    ]
    waits = waits_of(desk, asked)
    return [
        _view(desk, row, place, wait) for row, place, wait in zip(rows, places, waits, strict=True)
    ]


def queue_of(desk: Desk, title_id: int) -> list[HoldView]:
    """Return who has a copy kept, then who waits, in order. One statement, two more for waits."""
    rows = sql.rows(OF_TITLE, title=title_id)
    kept = sum(row["state"] != "waiting" for row in rows)
    places = [max(0, number - kept) for number in range(1, len(rows) + 1)]
    asked = [
        (title_id, 0 if is_suspended(row, desk.today) else place)
        for row, place in zip(rows, places, strict=True)
    ]
    waits = waits_of(desk, asked)
    return [
        _view(desk, row, place, wait) for row, place, wait in zip(rows, places, waits, strict=True)
    ]


def outlook(desk: Desk, title_id: int, *, queue_class: int = 99) -> Outlook:
    """Say what reserving the title now would mean for a card of that class. Three statements."""
    [row] = sql.rows(WAITING, title=title_id, queue_class=queue_class)
    place = int(row["ahead"]) + 1
    [wait] = waits_of(desk, [(title_id, place)])
    return Outlook(waiting=row["waiting"], place=place, wait=wait)


def hold_of(hold: str) -> HoldOf | None:
    """Return whose hold has this public id; None if the library has none. One statement."""
    found = sql.rows(PATRON_OF_HOLD, hold=hold)
    return HoldOf(patron=found[0]["patron"] or "", title=found[0]["title"]) if found else None


def state_of(row: sql.Row, today: date) -> State:
    """Return where a hold stands today; it is suspended only until the day it wakes."""
    if row["state"] == "waiting" and is_suspended(row, today):
        return "suspended"
    state: State = row["state"]
    return state


def _view(desk: Desk, row: sql.Row, place: int, wait: Wait | None) -> HoldView:
    state = state_of(row, desk.today)
    fetch_by: date | None = row["fetch_by_on"] if state == "ready" else None
    return HoldView(
        hold=row["hold"],
        state=state,
        title_id=row["title_key"],
        title=row["title"],
        authors=row["authors"],
        clc=row["clc"],
        patron=row["patron"],
        patron_name=row["patron_name"],
        pickup_code=row["pickup_code"],
        pickup=row["pickup"],
        queue_class=row["queue_class"],
        placed_on=row["placed_at"].astimezone(desk.zone).date(),
        place=place,
        wait=wait,
        wakes_on=row["wakes_on"] if state == "suspended" else None,
        fetch_by=fetch_by,
        days_left=(fetch_by - desk.today).days if fetch_by else None,
        barcode=row["barcode"] or "",
        wanted=row["wanted_barcode"] or "",
    )
