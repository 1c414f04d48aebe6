"""What travels between branches: what lies ready to be sent, what comes, what is on a manifest."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jieyue.kit import sql
from jieyue.libraries.desk import Desk

MOST: Final = 300  # rows of one list; `has_more` says that there are others
LATE_DAYS: Final = 7  # on the way for longer is overdue
RECENT: Final = 20  # manifests
CODE: Final = 4  # letters of a hold's public id that stand on a slip instead of a name

_WAY: Final = """
SELECT v.public_id AS transit, v.why, v.created_at, v.ended_at, v.ending, c.barcode,
       c.call_number, t.public_id AS title_key, t.name AS title, t.authors, t.clc,
       f.code AS from_code, f.name AS from_name, d.code AS to_code, d.name AS to_name,
       m.number, m.sent_at, h.public_id AS hold
  FROM circulation_transit v
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = v.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN libraries_branch f ON f.library_id = <library:bigint> AND f.id = v.from_branch_id
  JOIN libraries_branch d ON d.library_id = <library:bigint> AND d.id = v.to_branch_id
  LEFT JOIN circulation_manifest m ON m.library_id = <library:bigint> AND m.id = v.manifest_id
  LEFT JOIN circulation_hold h ON h.library_id = <library:bigint> AND h.id = v.hold_id
 WHERE v.library_id = <library:bigint>
"""
FROM_HERE: Final = f"""
{_WAY} AND v.from_branch_id = <branch:bigint> AND v.ended_at IS NULL
 ORDER BY d.name, v.created_at, v.id LIMIT <most:int>
"""
TO_HERE: Final = f"""
{_WAY} AND v.to_branch_id = <branch:bigint> AND v.ended_at IS NULL
 ORDER BY v.created_at, v.id LIMIT <most:int>
"""
ON_MANIFEST: Final = f"{_WAY} AND v.manifest_id = <manifest:bigint> ORDER BY c.barcode, v.id"
SLIPS: Final = f"""
{_WAY} AND v.ended_at IS NULL
   AND (v.public_id = <transit:text>
        OR (v.from_branch_id = <branch:bigint> AND d.code = <to_code:text>
            AND (m.number = <number:bigint> OR <number:bigint> = 0 AND m.sent_at IS NULL)))
 ORDER BY c.barcode, v.id LIMIT <most:int>
"""
_MANIFEST: Final = """
SELECT m.id, m.number, m.created_at, m.sent_at, f.code AS from_code, f.name AS from_name,
       d.code AS to_code, d.name AS to_name,
       (SELECT count(*) FROM circulation_transit v
         WHERE v.library_id = <library:bigint> AND v.manifest_id = m.id) AS copies,
       (SELECT count(*) FROM circulation_transit v
         WHERE v.library_id = <library:bigint> AND v.manifest_id = m.id
           AND v.ended_at IS NULL) AS still_out
  FROM circulation_manifest m
  JOIN libraries_branch f ON f.library_id = <library:bigint> AND f.id = m.from_branch_id
  JOIN libraries_branch d ON d.library_id = <library:bigint> AND d.id = m.to_branch_id
 WHERE m.library_id = <library:bigint>
"""
MANIFEST: Final = f"{_MANIFEST} AND m.number = <number:bigint>"
MANIFESTS: Final = f"""
{_MANIFEST} AND (m.from_branch_id = <branch:bigint> OR m.to_branch_id = <branch:bigint>)
 ORDER BY m.number DESC LIMIT <most:int>
"""
# Copies that belong here and are at another branch, or on their way to one.
ELSEWHERE: Final = """
SELECT c.barcode, c.call_number, t.public_id AS title_key, t.name AS title, x.why, x.place,
       x.since_at
  FROM (SELECT v.copy_id, 'travels' AS why, d.name AS place, v.created_at AS since_at
          FROM circulation_transit v
          JOIN libraries_branch d ON d.library_id = <library:bigint> AND d.id = v.to_branch_id
         WHERE v.library_id = <library:bigint> AND v.ended_at IS NULL
         UNION ALL
        SELECT h.captured_copy_id, 'kept', d.name, h.ready_at
          FROM circulation_hold h
          JOIN libraries_branch d ON d.library_id = <library:bigint> AND d.id = h.pickup_branch_id
         WHERE h.library_id = <library:bigint> AND h.state = 'ready'
           AND h.pickup_branch_id <> <branch:bigint>
         UNION ALL
        SELECT n.copy_id, 'lent', d.name, n.lent_at
          FROM circulation_loan n
          JOIN libraries_branch d ON d.library_id = <library:bigint> AND d.id = n.branch_id
         WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
           AND n.patron_id IS NOT NULL AND n.branch_id <> <branch:bigint>) x
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = x.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE c.library_id = <library:bigint> AND c.branch_id = <branch:bigint>
 ORDER BY x.since_at, c.id LIMIT <most:int>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A copy on its way. `since_on` is local; `ending` is empty while it travels.

    `hold_code` stands for the reader it is meant for: a slip lies open, so it bears no name.
    """

    transit: str  # public id
    barcode: str
    title_id: str  # public
    title: str
    authors: str
    clc: str
    call_number: str
    from_branch: str  # code
    from_name: str
    to_branch: str
    to_name: str
    why: str  # home, hold, request
    hold_code: str
    manifest: int  # 0: on none yet
    has_left: bool  # its manifest was sent
    since_on: date
    days: int
    is_late: bool
    ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What lies here for one branch, on one manifest (0: on none yet)."""

    branch: str
    branch_name: str
    manifest: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestView:
    """A manifest; `still_out` counts what has not arrived, and `sent_on` is a local day."""

    number: int
    from_branch: str
    from_name: str
    to_branch: str
    to_name: str
    created_on: date
    sent_on: date | None
    copies: int
    still_out: int
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything on the way from and to a branch."""

    to_send: tuple[Box, ...]
    left: tuple[Way, ...]  # sent, not arrived
    coming: tuple[Way, ...]
    late: tuple[Way, ...]  # of the three, on the way for longer than the days asked for
    manifests: tuple[ManifestView, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A copy of this branch that is elsewhere: travels, kept on a hold shelf, or lent there."""

    barcode: str
    title_id: str
    title: str
    call_number: str
    why: str  # travels, kept, lent
    place: str  # the branch's name
    since_on: date


def transit_board(desk: Desk, *, late_days: int = LATE_DAYS) -> Board:
    """Return what is on its way from and to the desk's branch. Three statements."""
    here = desk.branch_id
    leaving = sql.rows(FROM_HERE, branch=here, most=MOST + 1)
    arriving = sql.rows(TO_HERE, branch=here, most=MOST + 1)
    manifests = sql.rows(MANIFESTS, branch=here, most=RECENT)
    out = [_way(desk, row, late_days) for row in leaving[:MOST]]
    coming = tuple(_way(desk, row, late_days) for row in arriving[:MOST])
    return Board(
        to_send=_boxes(way for way in out if not way.has_left),
        left=tuple(way for way in out if way.has_left),
        coming=coming,
        late=tuple(way for way in (*out, *coming) if way.is_late),
        manifests=tuple(_manifest(desk, row) for row in manifests),
        has_more=len(leaving) > MOST or len(arriving) > MOST,
    )


def manifest_view(desk: Desk, number: int) -> ManifestView | None:
    """Return a manifest with its copies, by barcode. Two statements; None if there is none."""
    found = sql.rows(MANIFEST, number=number)
    if not found:
        return None
    rows = sql.rows(ON_MANIFEST, manifest=found[0]["id"])
    return _manifest(desk, found[0], tuple(_way(desk, row, LATE_DAYS) for row in rows))


def slips(desk: Desk, *, transit: str = "", branch: str = "", manifest: int = 0) -> list[Way]:
    """Return what slips are printed for: one transit, or what lies here for a branch.

    With `manifest` only what is on it, else what has not left. One statement.
    """
    rows = sql.rows(
        SLIPS, transit=transit, branch=desk.branch_id, to_code=branch, number=manifest, most=MOST
    )
    return [_way(desk, row, LATE_DAYS) for row in rows]


def stock_elsewhere(desk: Desk) -> list[Elsewhere]:
    """Return the copies of the desk's branch that are elsewhere, longest first. One statement."""
    return [
        Elsewhere(
            barcode=row["barcode"],
            title_id=row["title_key"],
            title=row["title"],
            call_number=row["call_number"],
            why=row["why"],
            place=row["place"],
            since_on=row["since_at"].astimezone(desk.zone).date(),
        )
        for row in sql.rows(ELSEWHERE, branch=desk.branch_id, most=MOST)
    ]


def hold_code(hold: str) -> str:
    """Return what stands on a slip for the reader who waits (of the hold's public id)."""
    return hold[-CODE:]


def _boxes(ways: Iterable[Way]) -> tuple[Box, ...]:
    found: dict[tuple[str, int], list[Way]] = {}
    for way in ways:
        found.setdefault((way.to_branch, way.manifest), []).append(way)
    return tuple(
        Box(branch=code, branch_name=ways[0].to_name, manifest=number, ways=tuple(ways))
        for (code, number), ways in found.items()
    )


def _way(desk: Desk, row: sql.Row, late_days: int) -> Way:
    since = row["created_at"].astimezone(desk.zone).date()
    days = max(0, (desk.today - since) // timedelta(days=1))
    return Way(
        transit=row["transit"],
        barcode=row["barcode"],
        title_id=row["title_key"],
        title=row["title"],
        authors=row["authors"],
        clc=row["clc"],
        call_number=row["call_number"],
        from_branch=row["from_code"],
        from_name=row["from_name"],
        to_branch=row["to_code"],
        to_name=row["to_name"],
        why=row["why"],
        hold_code=hold_code(row["hold"] or ""),
        manifest=row["number"] or 0,
        has_left=row["sent_at"] is not None,
        since_on=since,
        days=days,
        is_late=row["ended_at"] is None and days > late_days,
        ending=row["ending"] or "",
    )


def _manifest(desk: Desk, row: sql.Row, ways: tuple[Way, ...] = ()) -> ManifestView:
    sent = row["sent_at"]
    return ManifestView(
        number=row["number"],
        from_branch=row["from_code"],
        from_name=row["from_name"],
        to_branch=row["to_code"],
        to_name=row["to_name"],
        created_on=row["created_at"].astimezone(desk.zone).date(),
        sent_on=sent.astimezone(desk.zone).date() if sent else None,
        copies=row["copies"],
        still_out=row["still_out"],
        ways=ways,
    )
