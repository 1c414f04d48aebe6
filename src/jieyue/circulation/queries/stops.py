"""What stops a reader now, and what lifts it: for the desk, the reader's page and the reader."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from jieyue.circulation.queries.blocks import with_details
from jieyue.circulation.queries.desk_reader import READER
from jieyue.circulation.queries.facts import patron_facts
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.blocks import ACTS, patron_refusals
from jieyue.circulation.rules.policies import Act
from jieyue.circulation.rules.reasons import Reason, Why, by_gravity
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

# Blocks that are not over yet, for staff: who set them, and their private note.
BLOCKS: Final = """
SELECT b.public_id AS block, b.kind, b.reason, b.note, b.starts_on, b.ends_on, b.created_at,
       b.stops_borrowing AS is_borrow, b.stops_renewing AS is_renew, b.stops_holds AS is_hold,
       coalesce(s.name, '') AS staff, coalesce(t.name, '') AS title
  FROM circulation_block b
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = b.patron_id
  LEFT JOIN libraries_staff s ON s.library_id = <library:bigint> AND s.id = b.staff_id
  LEFT JOIN circulation_loan n ON n.library_id = <library:bigint> AND n.id = b.loan_id
  LEFT JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  LEFT JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE b.library_id = <library:bigint> AND p.public_id = <reader:text> AND b.lifted_at IS NULL
   AND coalesce(b.ends_on, '9999-12-31') >= <today:date>
 ORDER BY b.starts_on, b.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A reason with its figures, and what it stops."""

    why: Why
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """A block as staff see it. Dates are local; `title` is the book whose lateness it settles."""

    block: str
    kind: str
    reason: str
    note: str
    acts: tuple[Act, ...]
    starts_on: date
    ends_on: date | None
    staff: str
    title: str


def stops_of(desk: Desk, reader: str) -> tuple[Stop, ...]:
    """Return all that stops a reader (public id) now, gravest first; nothing for an unknown one.

    From the rules that refuse, under the terms of this branch for the usual kind of item. One
    statement, more only where there is more to tell or rules moved.
    """
    rows = with_details(sql.rows(READER, reader=reader, now=desk.now), now=desk.now)
    if not rows:
        return ()
    [row] = rows
    facts = patron_facts(row)
    terms = rulebook(row["rules_version"]).terms(
        desk.branch_id, facts.category_id, row["item_type_id"] or 0
    )
    found: list[tuple[Why, list[Act]]] = []
    for act in ACTS:
        for why in patron_refusals(facts, terms=terms, today=desk.today, action=act):
            known = next((acts for seen, acts in found if seen == why), None)
            if known is None:
                found.append((why, [act]))
            else:
                known.append(act)
    if facts.open_loans >= terms.max_loans:
        limit: dict[str, str | int] = {"open": facts.open_loans, "limit": terms.max_loans}
        found.append((Why(Reason.PATRON_AT_LOAN_LIMIT, limit), ["borrow"]))
    order = by_gravity([why for why, _ in found])
    return tuple(
        sorted(
            (Stop(why=why, acts=tuple(acts)) for why, acts in found),
            key=lambda stop: order.index(stop.why),
        )
    )


def blocks_of_reader(desk: Desk, reader: str) -> tuple[BlockView, ...]:
    """Return a reader's blocks that are in force or to come. One statement."""
    return tuple(
        BlockView(
            block=row["block"],
            kind=row["kind"],
            reason=row["reason"],
            note=row["note"],
            acts=tuple(act for act in ACTS if row[f"is_{act}"]),
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
            staff=row["staff"],
            title=row["title"],
        )
        for row in sql.rows(BLOCKS, reader=reader, today=desk.today)
    )
