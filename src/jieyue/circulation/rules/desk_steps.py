"""The desk's next sensible thing: what one scan leads to, given mode, reader and what is known.

Pure, so that the table of cases is the test. The actions still decide whether it is allowed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias

# A scanner that reads the same label twice must not lend and take back at once.
JUST_NOW: Final = timedelta(minutes=2)


class Mode(StrEnum):
    """What staff are doing at the desk."""

    AUTO = "auto"
    LEND = "lend"
    RETURN = "return"
    DROP = "drop"  # what lay in the book drop: returned before the branch last closed
    RENEW = "renew"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyAtDesk:
    """A copy and who has it. Empty `loan`: nobody; `last_…`: the latest return, if any."""

    barcode: str
    standing: str
    loan: str = ""
    borrower: str = ""  # public id
    lent_at: datetime | None = None
    last_returned_at: datetime | None = None
    last_borrower: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the desk is in the middle of: its mode, the open reader (public id or empty), rights."""

    mode: Mode
    reader: str
    now: datetime
    may_lend: bool
    may_take_back: bool
    may_renew: bool = False


@dataclass(frozen=True, slots=True)
class Lend:
    """Lend the copy to the open reader."""

    barcode: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take the copy back."""

    barcode: str


@dataclass(frozen=True, slots=True)
class Renew:
    """Renew the loan of the copy, which is in our hands."""

    barcode: str
    loan: str


@dataclass(frozen=True, slots=True)
class Show:
    """Change nothing; show the copy.

    `why`: ask_card, just_lent, just_returned, not_lent (nothing to renew) or no_right.
    """

    barcode: str
    why: Literal["ask_card", "just_lent", "just_returned", "not_lent", "no_right"]


@dataclass(frozen=True, slots=True)
class Choose:
    """Several copies are possible: staff choose."""

    barcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NonePossible:
    """None of the copies can be meant: none on loan, or none left to lend."""

    why: Literal["none_on_loan", "none_to_lend", "no_copies"]


CopyStep: TypeAlias = Lend | TakeBack | Renew | Show
RETURNING: Final = (Mode.RETURN, Mode.DROP)
Step: TypeAlias = CopyStep | Choose | NonePossible


def step_for_copy(copy: CopyAtDesk, at: Situation) -> CopyStep:
    """Say what a scan of this copy leads to."""
    if at.mode in RETURNING:
        return _take_back(copy, at)
    if at.mode is Mode.LEND:
        return _lend(copy, at)
    if at.mode is Mode.RENEW:
        return _renew(copy, at)
    return _sensible(copy, at)


def _sensible(copy: CopyAtDesk, at: Situation) -> CopyStep:
    """Take back what is on loan, lend what is not; but not both with one pull of the trigger.

    Who may not lend still learns where a copy belongs: returning what is not on loan does no harm.
    """
    if copy.loan:
        if copy.borrower == at.reader and _is_just_now(copy.lent_at, at.now):
            return Show(copy.barcode, "just_lent")
        return _take_back(copy, at)
    is_found = copy.standing in ("missing", "lost") and not at.reader
    if is_found or not at.may_lend:
        return _take_back(copy, at)
    just_returned = _is_just_now(copy.last_returned_at, at.now)
    if at.reader and copy.last_borrower == at.reader and just_returned:
        return Show(copy.barcode, "just_returned")
    return _lend(copy, at)


def step_for_copies(copies: Sequence[CopyAtDesk], at: Situation) -> Step:
    """Say what a book leads to of which these are the copies (an ISBN, a title).

    Exactly one possible copy goes on, so that unlabelled shelves can lend too.
    """
    if not copies:
        return NonePossible("no_copies")
    lent = [copy for copy in copies if copy.loan]
    free = [copy for copy in copies if not copy.loan and copy.standing != "withdrawn"]
    if at.mode in (*RETURNING, Mode.RENEW):
        return _one_of(lent, at) or NonePossible("none_on_loan")
    own = [copy for copy in lent if at.reader and copy.borrower == at.reader]
    to_lend = [copy for copy in free if copy.standing in ("in_use", "missing")] or free
    if at.mode is Mode.LEND:
        return _one_of(to_lend, at) or _one_of(lent, at) or NonePossible("none_to_lend")
    if at.reader:
        likely = [*own, *to_lend] or lent
        return _one_of(likely, at) or NonePossible("none_to_lend")
    return _one_of([*lent, *to_lend], at) or NonePossible("none_to_lend")


def _one_of(copies: Iterable[CopyAtDesk], at: Situation) -> CopyStep | Choose | None:
    found = list(copies)
    if len(found) == 1:
        return step_for_copy(found[0], at)
    return Choose(tuple(copy.barcode for copy in found)) if found else None


def _lend(copy: CopyAtDesk, at: Situation) -> CopyStep:
    if not at.may_lend:
        return Show(copy.barcode, "no_right")
    return Lend(copy.barcode) if at.reader else Show(copy.barcode, "ask_card")


def _renew(copy: CopyAtDesk, at: Situation) -> CopyStep:
    if not at.may_renew:
        return Show(copy.barcode, "no_right")
    return Renew(copy.barcode, copy.loan) if copy.loan else Show(copy.barcode, "not_lent")


def _take_back(copy: CopyAtDesk, at: Situation) -> CopyStep:
    return TakeBack(copy.barcode) if at.may_take_back else Show(copy.barcode, "no_right")


def _is_just_now(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment < JUST_NOW
