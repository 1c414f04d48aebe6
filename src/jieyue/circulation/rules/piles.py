"""A pile of copies changed together: what may be changed of each, and what stands against it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from jieyue.catalog.rules.faults import FaultCode
from jieyue.libraries.rules.permissions import Permission

MAX_PILE: Final = 10_000  # copies of one pile
AT_ONCE: Final = 200  # so many are changed while one waits; more by the worker
UNDO: Final = timedelta(days=30)
IN_USE: Final = "in_use"
WITHDRAWN: Final = "withdrawn"
STANDINGS: Final = (IN_USE, "reference", "repair", "missing")
RESTS: Final = (FaultCode.NO_RIGHT.value, FaultCode.GIVEN_UP.value)
"""Why a copy was left when its pile came to rest halfway; somebody may go on with these."""


class PileKind(StrEnum):
    """What is changed. Stored: never rename one."""

    RELOCATE = "relocate"  # branch, shelf
    STANDING = "standing"
    ITEM_TYPE = "item_type"
    ORIGIN = "origin"  # source, supplier, price
    RECLASSIFY = "reclassify"  # class of the titles, call numbers anew
    WITHDRAW = "withdraw"


NEEDS: Final = {
    PileKind.RELOCATE: Permission.COPY_SHELVE,
    PileKind.STANDING: Permission.COPY_SHELVE,
    PileKind.ITEM_TYPE: Permission.CATALOG_EDIT,
    PileKind.ORIGIN: Permission.CATALOG_EDIT,
    PileKind.RECLASSIFY: Permission.CATALOG_EDIT,
    PileKind.WITHDRAW: Permission.COPY_WITHDRAW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What shall be said of every copy; what is empty stays as it is.

    `branch` and `item_type` are codes. Without `clc` reclassifying only makes call numbers anew.
    """

    kind: PileKind
    branch: str = ""
    shelf: str = ""
    standing: str = ""
    item_type: str = ""
    source: str = ""
    supplier: str = ""
    price_cents: int | None = None
    clc: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A copy as it is now. `says` are its columns that a pile may change, with its title's `clc`.

    `is_elsewhere`: it, or for reclassifying another copy of its title, belongs to a branch where
    whoever asks does not work.
    """

    says: dict[str, Any]
    is_elsewhere: bool
    is_on_loan: bool
    is_lost_on_loan: bool
    is_held: bool
    is_travelling: bool


def loan_against(standing: str, *, is_lost: bool) -> FaultCode | None:
    """Return what stands against saying so of a copy that a reader has."""
    is_of_loan = standing == "lost" or is_lost
    if is_of_loan and standing in ("lost", IN_USE):
        return FaultCode.LOSS_OF_LOAN
    return None if standing == IN_USE else FaultCode.COPY_ON_LOAN


def against_relocation(was: int, branch_id: int, *, is_travelling: bool) -> FaultCode | None:
    """Return what stands against a copy of the branch `was` belonging to another from now on.

    One on its way goes where its branch said; another would leave it without a way that ends.
    """
    return FaultCode.COPY_IN_TRANSIT if is_travelling and branch_id != was else None


def against(wanted: dict[str, Any], facts: Facts, *, is_undo: bool = False) -> FaultCode | None:
    """Return the gravest thing against saying `wanted` (column → value) of a copy, None for none.

    A pile never lets go of a copy that is kept for a reader, as the page of one copy does.
    """
    says = facts.says
    if facts.is_elsewhere:
        return FaultCode.COPY_ELSEWHERE
    if says["standing"] == WITHDRAWN and not is_undo:
        return FaultCode.COPY_WITHDRAWN
    standing = wanted.get("standing", says["standing"])
    if standing != says["standing"]:
        if facts.is_on_loan and (code := loan_against(standing, is_lost=facts.is_lost_on_loan)):
            return code
        if standing != IN_USE and facts.is_held:
            return FaultCode.COPY_HELD
        if standing != IN_USE and facts.is_travelling:
            return FaultCode.COPY_IN_TRANSIT
    branch_id = wanted.get("branch_id", says["branch_id"])
    if code := against_relocation(says["branch_id"], branch_id, is_travelling=facts.is_travelling):
        return code
    if not changed(wanted, says):
        return FaultCode.NOTHING_CHANGES
    return None


def changed(wanted: dict[str, Any], says: dict[str, Any]) -> dict[str, Any]:
    """Return the part of `wanted` that is not said already."""
    if wanted.get("standing", "") == says["standing"] == WITHDRAWN:
        return {}
    return {name: value for name, value in wanted.items() if says[name] != value}
