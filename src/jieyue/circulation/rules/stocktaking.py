"""What is odd about a book that was seen on a shelf, and what became of one that was not."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from jieyue.catalog.rules.call_order import call_key, last_key

MAX_COPIES: Final = 200_000  # of one stock-take
MAX_SCANS: Final = 100  # of one call
MAX_NAME: Final = 80
MAX_SHELF: Final = 60
MAX_CALL_NUMBER: Final = 60
MAX_BARCODE: Final = 60
MAX_SCANNER: Final = 20


class Finding(StrEnum):
    """What is odd about a scan, gravest first. Public API: never rename one."""

    UNKNOWN = "unknown"  # no copy has this barcode
    WITHDRAWN = "withdrawn"
    ON_LOAN = "on_loan"
    KEPT = "kept"  # for a reader who reserved it
    TRAVELLING = "travelling"  # on its way to another branch, so the books say
    LOST = "lost"
    MISSING = "missing"
    IN_REPAIR = "in_repair"
    WRONG_BRANCH = "wrong_branch"
    WRONG_SHELF = "wrong_shelf"
    OUT_OF_SCOPE = "out_of_scope"  # of another part of the shelves than is counted
    OUT_OF_ORDER = "out_of_order"  # belongs before the book that was scanned before it


class Verdict(StrEnum):
    """Where an expected copy is: seen, accounted for otherwise, or nowhere."""

    SEEN = "seen"
    ON_LOAN = "on_loan"
    KEPT = "kept"
    TRAVELLING = "travelling"
    IN_REPAIR = "in_repair"
    HANDLED = "handled"  # lent or returned since the count began
    GONE = "gone"  # withdrawn or moved to another place since the count began
    MARKED = "marked"  # said to be missing or lost by now
    NOT_FOUND = "not_found"


class Settling(StrEnum):
    """What staff do about what is odd. Public API: never rename one."""

    TAKE_BACK = "take_back"  # as a return at a desk: ends loans and losses, sends it home
    RESTORE = "restore"  # a withdrawal is taken back
    IN_USE = "in_use"  # in repair no more
    RELOCATE = "relocate"  # from now on it belongs where it was seen
    DONE = "done"  # put right by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which copies are counted; None and empty texts are no limits."""

    branch_id: int | None = None
    shelf: str = ""
    first_key: str = ""
    last_key: str = ""

    def has(self, branch_id: int, shelf: str, key: str) -> bool:
        """Say whether a copy that belongs there is counted."""
        return (
            (self.branch_id is None or branch_id == self.branch_id)
            and (not self.shelf or shelf == self.shelf)
            and key >= self.first_key
            and (not self.last_key or key < self.last_key)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where the scanner stands: the branch, and the shelf where one was given."""

    branch_id: int
    shelf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a copy that was scanned. `…_at` are empty where there is no such thing."""

    standing: str
    branch_id: int
    shelf: str
    call_key: str
    lent_at: datetime | None = None  # of the open loan
    kept_at: datetime | None = None  # of the hold it is captured for
    sent_at: datetime | None = None  # of the open transit
    withdrawn_at: datetime | None = None


def between(first: str, last: str) -> tuple[str, str]:
    """Return the keys that call numbers lie between; a class has everything below it.

    Only `first` given: everything from there on. The same text twice: one class.
    """
    low = call_key(first)[:-1] if first else ""
    return low, last_key(last) if last else ""


def findings(facts: Facts, seen_at: datetime, scope: Scope, spot: Spot) -> tuple[Finding, ...]:
    """Return what is odd about a copy that stood there at that moment, gravest first.

    A scan may arrive late: what the library did with the copy since is not odd.
    """
    is_withdrawn = facts.standing == "withdrawn" and _was(facts.withdrawn_at, seen_at)
    shelf = spot.shelf or scope.shelf
    is_elsewhere = facts.branch_id != spot.branch_id
    in_scope = scope.has(facts.branch_id, facts.shelf, facts.call_key)
    is_misplaced = bool(shelf) and facts.shelf != shelf
    checks = (
        (Finding.WITHDRAWN, is_withdrawn),
        (Finding.ON_LOAN, _was(facts.lent_at, seen_at)),
        (Finding.KEPT, _was(facts.kept_at, seen_at)),
        (Finding.TRAVELLING, _was(facts.sent_at, seen_at)),
        (Finding.LOST, facts.standing == "lost"),
        (Finding.MISSING, facts.standing == "missing"),
        (Finding.IN_REPAIR, facts.standing == "repair"),
        (Finding.WRONG_BRANCH, is_elsewhere),
        (Finding.WRONG_SHELF, is_misplaced and not is_elsewhere),
        (Finding.OUT_OF_SCOPE, not in_scope and not is_elsewhere and not is_misplaced),
    )
    return tuple(finding for finding, applies in checks if applies)


def is_out_of_order(before: str, here: str) -> bool:
    """Say whether a book belongs before the one that was scanned before it, by their keys."""
    return bool(before) and bool(here) and here < before


def ways_of(found: tuple[Finding, ...]) -> tuple[Settling, ...]:
    """Return what can be done about it, the most likely first. Nothing where nothing is odd."""
    ways: list[Settling] = []
    for finding in found:
        ways += _WAYS[finding]
    return tuple(dict.fromkeys(ways))


_WAYS: Final = {
    Finding.UNKNOWN: (Settling.DONE,),
    Finding.WITHDRAWN: (Settling.RESTORE, Settling.DONE),
    Finding.ON_LOAN: (Settling.TAKE_BACK,),
    Finding.KEPT: (Settling.DONE,),
    Finding.TRAVELLING: (Settling.TAKE_BACK,),
    Finding.LOST: (Settling.TAKE_BACK,),
    Finding.MISSING: (Settling.TAKE_BACK,),
    Finding.IN_REPAIR: (Settling.IN_USE, Settling.DONE),
    Finding.WRONG_BRANCH: (Settling.TAKE_BACK, Settling.RELOCATE),
    Finding.WRONG_SHELF: (Settling.DONE, Settling.RELOCATE),
    Finding.OUT_OF_SCOPE: (Settling.DONE,),
    Finding.OUT_OF_ORDER: (Settling.DONE,),
}


def _was(since: datetime | None, seen_at: datetime) -> bool:
    """Say whether it was so already when the copy was seen."""
    return since is not None and since <= seen_at
