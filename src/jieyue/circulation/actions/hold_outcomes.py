"""What actions on holds answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.capture import SHELF, Goes
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason, Why, codes, kept_figures
from jieyue.kit import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced:
    """A place in the queue. `place` counts from 1; `pickup` is the branch's name."""

    type: Literal["hold_placed"] = "hold_placed"
    hold: str  # public id
    patron: str
    title: str
    pickup: str
    place: int
    overridden: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCancelled:
    """The hold is over; the copy that was kept for it goes on (`goes`)."""

    type: Literal["hold_cancelled"] = "hold_cancelled"
    hold: str
    patron: str
    title: str
    copy_barcode: str = ""  # of the copy that was kept
    goes: Goes = SHELF


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSuspended:
    """The hold is passed over until `wakes_on` (local; None: until somebody resumes it)."""

    type: Literal["hold_suspended"] = "hold_suspended"
    hold: str
    title: str
    wakes_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldResumed:
    """The hold counts again, at the place it had."""

    type: Literal["hold_resumed"] = "hold_resumed"
    hold: str
    title: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMoved:
    """The hold stands at another place of its queue (from 1)."""

    type: Literal["hold_moved"] = "hold_moved"
    hold: str
    title: str
    place: int
    was: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupChanged:
    """The hold is fetched at another branch; `pickup` is its name."""

    type: Literal["pickup_changed"] = "pickup_changed"
    hold: str
    title: str
    pickup: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRefused:
    """Nothing changed, and every reason why."""

    type: Literal["refused"] = "refused"
    hold: str = ""  # the one in question, if there is one
    title: str = ""
    reasons: tuple[Why, ...]
    can_be_overridden: bool = False


def refused(row: sql.Row | None, reasons: Iterable[Why | Reason], *, hold: str = "") -> HoldRefused:
    """Journal and return a refusal; `row` is one of HOLD_FACTS or PLACE_FACTS, if any."""
    found = tuple(why if isinstance(why, Why) else Why(why) for why in reasons)
    known = row or {}
    note(
        Note(
            outcome="refused",
            patron_id=known.get("patron_id"),
            title_id=known.get("title_id"),
            reasons=codes(found),
            data=({"hold": hold} if hold else {}) | kept_figures(found),
        )
    )
    return HoldRefused(
        hold=hold,
        title=known.get("title") or "",
        reasons=found,
        can_be_overridden=OVERRIDABLE.issuperset(why.code for why in found),
    )


def noted(row: sql.Row, **data: object) -> None:
    """Journal what happened to a hold of HOLD_FACTS."""
    note(
        Note(
            patron_id=row["patron_id"],
            title_id=row["title_id"],
            copy_id=row["captured_copy_id"],
            data={"hold": row["hold"], **data},
        )
    )
