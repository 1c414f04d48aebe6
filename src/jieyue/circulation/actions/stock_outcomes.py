"""What became of a step of a stock-take. Ids are public ones, branches and shelves by name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.rules.reasons import Reason, Why, codes, kept_figures
from jieyue.circulation.rules.stocktaking import Finding, Settling


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRefused:
    """Nothing was done, and every reason why."""

    type: Literal["refused"] = "refused"
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTakeStarted:
    """A count has begun; `copies` are expected on the shelves, lent ones among them."""

    type: Literal["stock_take_started"] = "stock_take_started"
    stock_take: str
    name: str
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTakeChanged:
    """It is open, paused or closed now."""

    type: Literal["stock_take_changed"] = "stock_take_changed"
    stock_take: str
    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A copy that was seen. `is_again`: it had been, `first_seen_at`; it counts once."""

    type: Literal["counted"] = "counted"
    scan: str  # as the caller calls it
    copy: str
    barcode: str
    title: str
    title_id: str
    call_number: str
    branch: str  # where it belongs
    shelf: str
    findings: tuple[Finding, ...]
    is_expected: bool
    is_again: bool
    seen_at: datetime
    first_seen_at: datetime
    before: str = ""  # title of the book scanned before it, if it belongs before that


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSeen:
    """A barcode that no copy of this library has; kept for a list to catalogue."""

    type: Literal["unknown_seen"] = "unknown_seen"
    scan: str
    barcode: str
    is_isbn: bool
    seen_at: datetime
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSeen:
    """A reader's card, so no book. Its number is kept nowhere: neither on a list nor here."""

    type: Literal["card_seen"] = "card_seen"
    scan: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StockScans:
    """What each scan was, in the order given."""

    type: Literal["stock_scans"] = "stock_scans"
    stock_take: str
    results: tuple[Counted | UnknownSeen | CardSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettled:
    """What was odd is dealt with."""

    type: Literal["line_settled"] = "line_settled"
    copy: str  # empty for an unknown barcode
    barcode: str
    title: str
    how: Settling


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReopened:
    """What was done about it is taken back."""

    type: Literal["line_reopened"] = "line_reopened"
    copy: str  # empty for an unknown barcode
    barcode: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedMissing:
    """So many copies are missing now; with `is_undone`, not any more."""

    type: Literal["marked_missing"] = "marked_missing"
    stock_take: str
    copies: int
    is_undone: bool = False


def refused(*reasons: Why | Reason) -> StockRefused:
    """Refuse, and say so in the journal."""
    found = tuple(r if isinstance(r, Why) else Why(r) for r in reasons)
    note(Note(outcome="refused", reasons=codes(found), data=dict(kept_figures(found))))
    return StockRefused(reasons=found)
