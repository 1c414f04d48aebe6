"""Years of lending put into a stocked library by a few statements: a million loans in a minute.

Everything told to the journal and adding up, so that a look for contradictions finds none. Rows
are written in the order of time, as they would have been: what a look costs depends on it.
"""

import json
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import connection

from jieyue.interfaces.bench.plan import Sizes
from jieyue.interfaces.bench.stock import stock
from jieyue.kit import clock, sql
from jieyue.kit.scope import library_scope

ROUNDS: Final = 400  # days with loans
EVERY: Final = 16  # a copy is lent every so many rounds
KEPT: Final = 14  # days; so the loans of the last rounds are open
DAY: Final = timedelta(days=1)


def library_with_a_past(loans: int) -> int:
    """Migrate the database that the settings name and fill it; return the library's id."""
    copies = loans * EVERY // ROUNDS
    readers = max(copies // 2, 1)
    sizes = Sizes(titles=max(copies // 2, 1), copies=copies, readers=readers, ended=0, lent=0)
    stocked = stock(sizes)
    now = clock.now()
    with library_scope(stocked.library_id):
        other: Any = apps.get_model("libraries", "Branch").objects.create(
            library_id=stocked.library_id, code="east", name="东馆", created_at=now
        )
        first = apps.get_model("patrons", "Patron").objects.order_by("pk").values_list("pk")[0][0]
        params = {
            "rounds": [_round(number, now) for number in range(ROUNDS)],
            "main": stocked.branch_id, "east": other.pk, "first": first, "readers": readers,
            "now": now, "fetch_by": now.date(), "none": "[]", "terms": _terms(),
        }  # fmt: skip
        for statement in STATEMENTS:
            sql.write([_for_engine(statement)], **params)
    return stocked.library_id


def _round(number: int, now: datetime) -> dict[str, Any]:
    lent = now - (ROUNDS - number) * DAY
    back = lent + (KEPT + 1 if number % 20 == 0 else KEPT - 1) * DAY  # some come back too late
    return {
        "number": number, "lent_at": lent, "due_at": lent + KEPT * DAY,
        "returned_at": back if back < now else None, "renewals": int(number % 5 == 0),
    }  # fmt: skip


def _terms() -> str:
    """As long as what a real loan keeps of its terms."""
    return json.dumps({"days": KEPT, "closed_days": "next_open", "why": "x" * 200})


def _for_engine(statement: str) -> str:
    made = "jsonb_build_object" if connection.vendor == "postgresql" else "json_object"
    return statement.replace("JSON(", f"{made}(")


def _rest(number: str, by: int) -> str:
    """Return what a division leaves; SQLite's mod() is one of floating point numbers."""
    return f"(({number}) - ({number}) / {by} * {by})"


def _name(letter: str, number: str) -> str:
    """Return a public id: scattered as real ones are, so that an index is as hard to keep."""
    return f"'{letter}' || cast({_rest(f'({number}) * 2654435761', 2**36)} AS text)"


def _told(action: str, outcome: str, at: str, data: str, of: str) -> str:
    return f"""
SELECT <library:bigint>, {at} AS at, '{action}', '{outcome}', 'desk', <main:bigint>, n.patron_id,
       n.copy_id, <none:jsonb>, <none:jsonb>, JSON({data})
  FROM {of}
"""


_SCATTERED: Final = f"((c.id * {ROUNDS} + rounds.number) * 2654435761 / 65536)"
LOANS: Final = f"""
INSERT INTO circulation_loan (library_id, public_id, copy_id, patron_id, branch_id, lent_at, due_at,
                              returned_at, returned_branch_id, ending, renewals, terms)
SELECT <library:bigint>, {_name("L", f"c.id * {ROUNDS} + rounds.number")}, c.id,
       <first:bigint> + {_SCATTERED} - {_SCATTERED} / <readers:bigint> * <readers:bigint>,
       <main:bigint>, rounds.lent_at, rounds.due_at, rounds.returned_at,
       CASE WHEN rounds.returned_at IS NOT NULL THEN <main:bigint> END,
       CASE WHEN rounds.returned_at IS NOT NULL THEN 'returned' END, rounds.renewals, <terms:jsonb>
  FROM <rounds:(number bigint, lent_at timestamptz, due_at timestamptz, returned_at timestamptz,
                renewals bigint)>
  JOIN catalog_copy c ON c.library_id = <library:bigint>
   AND {_rest("c.id", EVERY)} = {_rest("rounds.number", EVERY)}
 ORDER BY rounds.lent_at, c.id
"""
_LOANS: Final = "circulation_loan n WHERE n.library_id = <library:bigint> AND "
_LOAN: Final = "'loan', n.public_id"
LEDGER: Final = """
INSERT INTO fees_ledgerline (library_id, public_id, patron_id, kind, amount_cents, reason,
                             settles_id, method, branch_id, at)
"""
MONEY: Final = (
    LEDGER
    + f"""
SELECT <library:bigint>, {_name("C", "n.id")}, n.patron_id, 'charge', 50, 'late', NULL, '',
       <main:bigint>, n.returned_at
  FROM {_LOANS} n.returned_at > n.due_at ORDER BY n.returned_at
""",
    LEDGER
    + f"""
SELECT <library:bigint>, {_name("P", "l.id")}, l.patron_id, 'payment', -50, '', l.id, 'cash',
       <main:bigint>, l.at
  FROM fees_ledgerline l WHERE l.library_id = <library:bigint> AND l.reason = 'late' ORDER BY l.id
""",
    f"""
INSERT INTO circulation_assessment (library_id, public_id, loan_id, kind, units, amount_cents,
                                    charge_id, inputs, at)
SELECT <library:bigint>, {_name("A", "n.id")}, n.id, 'late', 5, 50, l.id, <terms:jsonb>,
       n.returned_at
  FROM circulation_loan n
  JOIN fees_ledgerline l ON l.library_id = <library:bigint> AND l.public_id = {_name("C", "n.id")}
 WHERE n.library_id = <library:bigint> AND n.returned_at > n.due_at ORDER BY l.id
""",
    f"""
INSERT INTO fees_depositline (library_id, public_id, patron_id, kind, amount_cents, method,
                              branch_id, at)
SELECT <library:bigint>, {_name("B", "p.id")}, p.id, 'paid_in', 10000, 'cash', <main:bigint>,
       <now:timestamptz>
  FROM patrons_patron p WHERE p.library_id = <library:bigint>
""",
    f"""
INSERT INTO fees_drawerclose (library_id, public_id, branch_id, closed_at, expected_cents,
                              counted_cents)
SELECT <library:bigint>, 'D' || cast({_rest("l.id", ROUNDS)} AS text), <main:bigint>,
       <now:timestamptz>, -sum(l.amount_cents), 0
  FROM fees_ledgerline l WHERE l.library_id = <library:bigint> AND l.method = 'cash'
 GROUP BY {_rest("l.id", ROUNDS)}
""",
    f"""
INSERT INTO fees_drawerline (library_id, close_id, ledger_line_id)
SELECT <library:bigint>, k.id, l.id
  FROM fees_ledgerline l
  JOIN fees_drawerclose k ON k.library_id = <library:bigint>
   AND k.public_id = 'D' || cast({_rest("l.id", ROUNDS)} AS text)
 WHERE l.library_id = <library:bigint> AND l.method = 'cash' ORDER BY k.id, l.id
""",
)
HOLD: Final = """
INSERT INTO circulation_hold (library_id, public_id, title_id, patron_id, pickup_branch_id,
                              queue_class, queued_at, placed_at, state, captured_copy_id,
                              captured_at, ready_at, fetch_by, ended_at)
"""
TRANSIT: Final = """
INSERT INTO circulation_transit (library_id, public_id, copy_id, from_branch_id, to_branch_id, why,
                                 hold_id, created_at, ended_at, ending)
"""
HOLDS: Final = (
    HOLD
    + f"""
SELECT <library:bigint>, {_name("F", "n.id")}, c.title_id, n.patron_id, <main:bigint>, 5, n.lent_at,
       n.lent_at, 'fulfilled', n.copy_id, n.lent_at, n.lent_at, <fetch_by:date>, n.lent_at
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE n.library_id = <library:bigint> AND {_rest("n.id", 10)} = 0 ORDER BY n.lent_at
""",
    HOLD
    + f"""
SELECT <library:bigint>, {_name("W", "c.title_id")}, c.title_id, min(n.patron_id), <main:bigint>, 5,
       min(n.lent_at), min(n.lent_at), 'waiting', NULL, NULL, NULL, NULL, NULL
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL AND {_rest("n.id", 15)} = 0
 GROUP BY c.title_id
""",
    HOLD
    + f"""
SELECT <library:bigint>, {_name("R", "c.title_id")}, c.title_id,
       <first:bigint> + c.title_id - c.title_id / <readers:bigint> * <readers:bigint>,
       CASE WHEN {_rest("c.title_id", 2)} = 0 THEN <main:bigint> ELSE <east:bigint> END, 5,
       <now:timestamptz>, <now:timestamptz>,
       CASE WHEN {_rest("c.title_id", 2)} = 0 THEN 'ready' ELSE 'in_transit' END, min(c.id),
       <now:timestamptz>, <now:timestamptz>, <fetch_by:date>, NULL
  FROM catalog_copy c
 WHERE c.library_id = <library:bigint>
   AND NOT EXISTS (SELECT 1 FROM circulation_loan n WHERE n.library_id = <library:bigint>
                      AND n.copy_id = c.id AND n.returned_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM circulation_hold h WHERE h.library_id = <library:bigint>
                      AND h.title_id = c.title_id AND h.state = 'waiting')
 GROUP BY c.title_id
""",
    TRANSIT
    + f"""
SELECT <library:bigint>, {_name("T", "h.id")}, h.captured_copy_id, <main:bigint>, <east:bigint>,
       'hold', h.id, <now:timestamptz>, NULL, NULL
  FROM circulation_hold h WHERE h.library_id = <library:bigint> AND h.state = 'in_transit'
""",
    TRANSIT
    + f"""
SELECT <library:bigint>, {_name("U", "n.id")}, n.copy_id, <east:bigint>, <main:bigint>, 'home',
       NULL, n.returned_at, n.returned_at, 'arrived'
  FROM {_LOANS} n.returned_at IS NOT NULL AND {_rest("n.id", 10)} = 3 ORDER BY n.returned_at
""",
)
JOURNAL: Final = """
INSERT INTO audit_entry (library_id, at, action, outcome, door, branch_id, patron_id, copy_id,
                         reasons, overridden, data)
""" + " UNION ALL ".join([
    _told("checkout", "lent", "n.lent_at", f"{_LOAN}, 'limit', 50", _LOANS + "1 = 1"),
    _told("checkin", "returned", "n.returned_at", _LOAN, _LOANS + "n.returned_at IS NOT NULL"),
    _told("renew", "renewed", "n.lent_at", _LOAN, _LOANS + "n.renewals > 0"),
    _told(
        "place_hold", "hold_placed", "n.placed_at", "'hold', n.public_id",
        "(SELECT h.library_id, h.public_id, h.placed_at, h.patron_id, h.captured_copy_id AS copy_id"
        " FROM circulation_hold h) n WHERE n.library_id = <library:bigint>",
    ),
]) + " ORDER BY at"  # fmt: skip
STATEMENTS: Final = (LOANS, *MONEY, *HOLDS, JOURNAL)
