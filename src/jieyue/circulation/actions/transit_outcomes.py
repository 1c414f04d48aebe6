"""What became of a transit or a manifest. Ids are public ones, branches are codes."""

from dataclasses import dataclass
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.capture import Goes
from jieyue.circulation.rules.reasons import Reason, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class CopySent:
    """A copy that goes into the box for another branch."""

    type: Literal["copy_sent"] = "copy_sent"
    transit: str
    copy_barcode: str
    title: str
    branch: str
    branch_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """A copy that was not sent, and every reason why."""

    type: Literal["refused"] = "refused"
    copy_barcode: str
    title: str  # empty if the barcode is unknown
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitCancelled:
    """The copy travels no more. `hold` waits on, empty if it was for nobody."""

    type: Literal["transit_cancelled"] = "transit_cancelled"
    transit: str
    copy_barcode: str
    title: str
    hold: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitRefused:
    """Nothing changed, and why."""

    type: Literal["refused"] = "refused"
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A copy that has arrived, and where it goes now."""

    type: Literal["arrived"] = "arrived"
    transit: str
    copy_barcode: str
    title: str
    goes: Goes


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArrived:
    """A copy whose transit had ended before, or goes elsewhere; `ended` says how it ended."""

    type: Literal["not_arrived"] = "not_arrived"
    transit: str
    copy_barcode: str
    title: str
    ended: Literal["", "arrived", "cancelled", "elsewhere"]  # empty: it goes to another branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of each copy, by barcode. `manifest` is 0 if it was none."""

    type: Literal["receipt"] = "receipt"
    manifest: int = 0
    results: tuple[Arrived | NotArrived, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestMade:
    """What lies ready for a branch is on one list."""

    type: Literal["manifest_made"] = "manifest_made"
    number: int
    branch: str
    branch_name: str
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestSent:
    """The box has left."""

    type: Literal["manifest_sent"] = "manifest_sent"
    number: int
    copies: int  # still on their way


def refused(reason: Reason, *, copy_id: int | None = None, **facts: str | int) -> TransitRefused:
    """Return the refusal and journal it."""
    note(Note(outcome="refused", reasons=(reason.value,), copy_id=copy_id, data=dict(facts)))
    return TransitRefused(reasons=(Why(reason, dict(facts)),))
