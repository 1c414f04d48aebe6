"""Where a returned copy goes: kept for whoever waits, into a box for another branch, or the shelf.

A copy is captured once: the caller has locked the copy and the title's queue, and the database
allows one capture per copy (Evergreen LP#902255, Koha 34596 and 40331).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

from jieyue.circulation.queries.facts import waiting_for
from jieyue.circulation.queries.rulebook import Rulebook, rulebook
from jieyue.circulation.rules.holds import Waiting, fetch_by, next_for
from jieyue.circulation.rules.routing import Route, route
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.libraries.desk import Desk
from jieyue.outbox.promises import promise

CAPTURE_HOLDS: Final = """
UPDATE circulation_hold
   SET state = kept.state, captured_copy_id = kept.copy_id,
       captured_at = coalesce(captured_at, <at:timestamptz>), ready_at = kept.ready_at,
       fetch_by = kept.fetch_by, suspended_at = NULL, wakes_on = NULL
  FROM <kept:(id bigint, state text, copy_id bigint, ready_at timestamptz, fetch_by date)>
 WHERE circulation_hold.library_id = <library:bigint> AND circulation_hold.id = kept.id
   AND circulation_hold.ended_at IS NULL
"""
END_TRANSITS: Final = """
UPDATE circulation_transit SET ended_at = <at:timestamptz>, ending = done.ending
  FROM <done:(id bigint, ending text)>
 WHERE circulation_transit.library_id = <library:bigint> AND circulation_transit.id = done.id
"""
START_TRANSITS: Final = """
INSERT INTO circulation_transit (library_id, public_id, copy_id, from_branch_id, to_branch_id, why,
                                 hold_id, created_at)
SELECT <library:bigint>, sent.public_id, sent.copy_id, <branch:bigint>, sent.to_branch, sent.why,
       sent.hold_id, <at:timestamptz>
  FROM <sent:(public_id text, copy_id bigint, to_branch bigint, why text, hold_id bigint)>
 WHERE <library:bigint> > 0
"""
FLOAT: Final = """
UPDATE catalog_copy SET branch_id = <branch:bigint>
 WHERE library_id = <library:bigint> AND id = ANY(<floated:bigint[]>)
"""
BRANCHES: Final = """
SELECT id, code, name, is_open FROM libraries_branch WHERE library_id = <library:bigint>
"""
CARD_TYPE: Final = """
SELECT category_id FROM patrons_patron WHERE library_id = <library:bigint> AND id = <patron:bigint>
"""
# What may stand on a hold shelf: a missing or lost copy in our hands is in use again.
KEEPABLE: Final = ("in_use", "missing", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goes:
    """Where a copy goes now. Public ids; `fetch_by` is local, of the hold shelf."""

    to: Literal["shelf", "hold_shelf", "branch"] = "shelf"
    branch: str = ""  # code of the branch it travels to
    branch_name: str = ""
    hold: str = ""
    transit: str = ""
    fetch_by: date | None = None
    # It belongs here from now on: it floats, its home_closed for good, or it was sent here.
    stays: Literal["", "floats", "home_closed", "sent"] = ""
    left: str = ""  # code of the branch it belonged to until now


SHELF: Final = Goes()
# Somebody waits, but no staff has had the copy in hand: it is kept for nobody yet.
UNSEEN: Final = Goes(to="hold_shelf")


@dataclass
class Destinations:
    """Decides copy by copy and collects the rows to write."""

    desk: Desk
    branches: dict[int, tuple[str, str, bool]]  # code, name and whether it is open, by id
    queue: tuple[Waiting, ...] = ()
    is_seen: bool = True  # by staff; otherwise what somebody waits for stays as it is
    taken: set[int] = field(default_factory=set)
    kept: list[dict[str, Any]] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)  # holds to tell their readers of
    done: list[dict[str, Any]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    floated: list[int] = field(default_factory=list)

    def decide(self, row: sql.Row) -> Goes:
        """Decide where the copy of a row of CHECKIN_FACTS goes."""
        if row["held_id"] is not None and not self.is_seen:
            return UNSEEN
        if row["held_id"] is not None:
            return self._goes_on(row) if row["standing"] in KEEPABLE else SHELF
        hold = None
        if row["standing"] in KEEPABLE:
            hold = next_for(
                self.queue, title_id=row["title_id"], copy_id=row["copy_id"], taken=self.taken
            )
        if hold is not None and not self.is_seen:
            return UNSEEN
        at = route(
            here=self.desk.branch_id,
            home=row["branch_id"],
            home_is_open=row["is_home_open"],
            floats=row["is_floating"],
            pickup=hold.pickup_branch_id if hold else None,
            sent_to=self._sent_to(row),
            is_withdrawn=row["standing"] == "withdrawn",
        )
        if hold is not None:
            self.taken.add(hold.hold_id)
            return self._kept(row, hold.hold_id, hold.public_id, hold.category_id, at)
        going = self._moved(row, at, hold_id=None)
        if not at.stays:
            return going
        self.floated.append(row["copy_id"])
        return replace(going, stays=at.stays, left=self.branches[row["branch_id"]][0])

    def _sent_to(self, row: sql.Row) -> int | None:
        """Return the open branch that staff are sending the copy to."""
        to: int | None = row["transit_to"] if row["transit_why"] == "request" else None
        return to if to is not None and self.branches[to][2] else None

    def _goes_on(self, row: sql.Row) -> Goes:
        """A copy that is captured already was scanned again, or arrived."""
        here = self.desk.branch_id
        if row["hold_state"] == "ready" and row["pickup_branch_id"] == here:
            return Goes(to="hold_shelf", hold=row["hold"], fetch_by=row["fetch_by_on"])
        at = route(
            here=here, home=row["branch_id"], home_is_open=True, floats=False,
            pickup=row["pickup_branch_id"],
        )  # fmt: skip
        if at.to == "branch" and row["transit_to"] == at.branch_id and row["transit_from"] == here:
            return self._still_going(row)
        category = category_of(row["held_for"])
        return self._kept(row, row["held_id"], row["hold"], category, at)

    def _kept(self, row: sql.Row, hold_id: int, hold: str, category: int, at: Route) -> Goes:
        ready = at.to == "hold_shelf"
        until = self._fetch_by(row, category) if ready else None
        self.ready += [hold] if ready else []
        self.kept.append(
            {
                "id": hold_id,
                "state": "ready" if ready else "in_transit",
                "copy_id": row["copy_id"],
                "ready_at": self.desk.now if ready else None,
                "fetch_by": until,
            }
        )
        going = self._moved(row, at, hold_id=hold_id)
        return replace(going, hold=hold, fetch_by=until)

    def _moved(self, row: sql.Row, at: Route, *, hold_id: int | None) -> Goes:
        """End the transit the copy was on, begin the next one if it must travel on."""
        here = self.desk.branch_id
        if row["transit_id"] is not None:
            is_waiting_here = row["transit_from"] == here and row["transit_to"] == at.branch_id
            if is_waiting_here and hold_id is None:
                return self._still_going(row)
            ending = "arrived" if row["transit_to"] == here else "elsewhere"
            if row["transit_from"] == here:  # it never left
                ending = "cancelled"
            self.done.append({"id": row["transit_id"], "ending": ending})
        if at.to != "branch":
            return Goes(to=at.to)
        made = public_id()
        self.sent.append(
            {
                "public_id": made,
                "copy_id": row["copy_id"],
                "to_branch": at.branch_id,
                "why": at.why,
                "hold_id": hold_id,
            }
        )
        code, name, _ = self.branches[at.branch_id]
        return Goes(to="branch", branch=code, branch_name=name, transit=made)

    def _still_going(self, row: sql.Row) -> Goes:
        code, name, _ = self.branches[row["transit_to"]]
        hold, transit = row["hold"] or "", row["transit"]
        return Goes(to="branch", branch=code, branch_name=name, hold=hold, transit=transit)

    def _fetch_by(self, row: sql.Row, category: int) -> date:
        book: Rulebook = rulebook(row["rules_version"])
        terms = book.terms(self.desk.branch_id, category, row["item_type_id"])
        calendar = book.calendars[self.desk.branch_id]
        return fetch_by(self.desk.today, open_days=terms.hold_days, calendar=calendar)

    def written(self) -> tuple[list[str], dict[str, Any]]:
        """Write what must come first, and return the statements and rows for the action's write.

        Transits end in a statement of their own: a copy has one at a time, and PostgreSQL would
        look at the old and the new one together.
        """
        if self.done:
            sql.write([END_TRANSITS], done=self.done, at=self.desk.now)
        for hold in self.ready:
            promise("notices.hold_ready", {"hold": hold}, at=self.desk.now)
        changes = (
            (CAPTURE_HOLDS, "kept", self.kept),
            (START_TRANSITS, "sent", self.sent),
            (FLOAT, "floated", self.floated),
        )
        return (
            [statement for statement, _, rows in changes if rows],
            {name: rows for _, name, rows in changes if rows},
        )


def category_of(patron_id: int) -> int:
    """Return the card type of a patron. One statement."""
    [row] = sql.rows(CARD_TYPE, patron=patron_id)
    return int(row["category_id"])


def destinations(desk: Desk, rows: Sequence[sql.Row], *, is_seen: bool = True) -> Destinations:
    """Return what decides for these copies. No statement unless somebody waits or one travels.

    What readers return by themselves is not `is_seen`: their word alone calls nobody to the
    library. Staff who scan it then decide whose it is.
    """
    titles = sorted({row["title_id"] for row in rows if row["waiting"]})
    travels = bool(titles) or any(
        row["branch_id"] != desk.branch_id or row["held_id"] or row["transit_id"] for row in rows
    )
    known: dict[int, tuple[str, str, bool]] = {}
    if travels:
        known = {
            row["id"]: (row["code"], row["name"], row["is_open"]) for row in sql.rows(BRANCHES)
        }
    queue = waiting_for(titles, desk.today) if titles else ()
    return Destinations(desk, known, queue, is_seen)
