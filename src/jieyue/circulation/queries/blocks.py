"""The blocks on readers: details that are read only where there is something to tell."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.rules.blocks import NO_SHOW_DAYS, BlockFacts
from jieyue.circulation.rules.policies import Act
from jieyue.kit import sql

# Parts of each statement of facts about a patron `p`: where, and whether there is more to read.
ZONE: Final = "(SELECT y.time_zone FROM libraries_library y WHERE y.id = <library:bigint>) AS zone"
HINTS: Final = """
       (SELECT max(coalesce(b.ends_on, '9999-12-31')) FROM circulation_block b
         WHERE b.library_id = <library:bigint> AND b.patron_id = p.id
           AND b.lifted_at IS NULL) AS blocked_until_on,
       (SELECT max(h.ended_at) FROM circulation_hold h
         WHERE h.library_id = <library:bigint> AND h.patron_id = p.id
           AND h.state = 'expired') AS last_no_show_at
"""
BLOCKS: Final = """
SELECT b.patron_id, b.public_id AS block, b.kind, b.reason, b.starts_on, b.ends_on,
       b.stops_borrowing AS is_borrow, b.stops_renewing AS is_renew, b.stops_holds AS is_hold,
       (SELECT CAST(coalesce(sum(l.amount_cents + (
                        SELECT coalesce(sum(s.amount_cents), 0) FROM fees_ledgerline s
                         WHERE s.library_id = <library:bigint> AND s.settles_id = l.id)), 0)
                    AS bigint)
          FROM circulation_assessment a
          JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.id = a.charge_id
         WHERE a.library_id = <library:bigint> AND a.loan_id = b.loan_id
           AND a.block_id = b.id) AS pay_cents
  FROM circulation_block b
 WHERE b.library_id = <library:bigint> AND b.patron_id = ANY(<patrons:bigint[]>)
   AND b.lifted_at IS NULL AND coalesce(b.ends_on, '9999-12-31') >= <since:date>
 ORDER BY b.starts_on, b.id
"""
NO_SHOWS: Final = """
SELECT h.patron_id, h.ended_at
  FROM circulation_hold h
 WHERE h.library_id = <library:bigint> AND h.patron_id = ANY(<patrons:bigint[]>)
   AND h.state = 'expired' AND h.ended_at >= <after:timestamptz>
 ORDER BY h.ended_at, h.id
"""


def with_details(rows: list[sql.Row], *, now: datetime) -> list[sql.Row]:
    """Add `blocks` and `no_shows` to rows of facts; `patron_facts` insists on them.

    No statement for readers without blocks and no-shows, else one each for all of them.
    """
    yesterday = now.date() - timedelta(days=1)  # UTC: today somewhere
    year_ago = now - timedelta(days=NO_SHOW_DAYS + 1)
    blocked, missed = set(), set()
    for row in rows:
        if row["blocked_until_on"] is not None and row["blocked_until_on"] >= yesterday:
            blocked.add(row["patron_id"])
        if row["last_no_show_at"] is not None and row["last_no_show_at"] >= year_ago:
            missed.add(row["patron_id"])
    blocks = blocks_of(sorted(blocked), since=yesterday) if blocked else {}
    no_shows = _no_shows_of(sorted(missed), year_ago) if missed else {}
    for row in rows:
        row["blocks"] = blocks.get(row["patron_id"], ())
        ended = no_shows.get(row["patron_id"], ())
        row["no_shows"] = tuple(local_day(at, row["zone"]) for at in ended)
    return rows


def blocks_of(patron_ids: list[int], *, since: date) -> dict[int, tuple[BlockFacts, ...]]:
    """Return the blocks that are not lifted and end on `since` or later. One statement."""
    found: dict[int, tuple[BlockFacts, ...]] = {}
    for row in sql.rows(BLOCKS, patrons=patron_ids, since=since):
        found[row["patron_id"]] = (*found.get(row["patron_id"], ()), _block(row))
    return found


def local_day(at: datetime, zone: str) -> date:
    """Return the local date of a moment."""
    return at.astimezone(ZoneInfo(zone)).date()


def _block(row: sql.Row) -> BlockFacts:
    acts: tuple[Act, ...] = ("borrow", "renew", "hold")
    return BlockFacts(
        block=row["block"],
        kind=row["kind"],
        reason=row["reason"],
        stops=frozenset(act for act in acts if row[f"is_{act}"]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        pay_cents=max(0, int(row["pay_cents"])),
    )


def _no_shows_of(patron_ids: list[int], start: datetime) -> dict[int, list[datetime]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in sql.rows(NO_SHOWS, patrons=patron_ids, after=start):
        found[row["patron_id"]].append(row["ended_at"])
    return found
