"""Where a copy on the desk goes next: one pure table."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Route:
    """Where to: this branch's shelf, its hold shelf, or a box for `branch_id`.

    `why` is of a transit: home, hold or request. `stays` says why a copy of another branch belongs
    here from now on: it floats, its home was closed for good, or it was sent here.
    """

    to: Literal["shelf", "hold_shelf", "branch"]
    branch_id: int
    why: Literal["", "home", "hold", "request"] = ""
    stays: Literal["", "floats", "home_closed", "sent"] = ""


def route(
    *,
    here: int,
    home: int,
    home_is_open: bool,
    floats: bool,
    pickup: int | None,
    sent_to: int | None = None,
    is_withdrawn: bool = False,
) -> Route:
    """Say where a copy goes. `pickup` is the branch where somebody waits for it, else None.

    `sent_to` is the open branch that staff are sending it to, else None. A withdrawn copy goes
    nowhere. A reader who waits comes first; then what staff asked for; then a copy that floats, or
    whose home was closed for good, stays; any other goes home.
    """
    if is_withdrawn:
        return Route("shelf", here)
    if pickup is not None:
        return Route("hold_shelf", here) if pickup == here else Route("branch", pickup, "hold")
    if sent_to is not None and sent_to != here:
        return Route("branch", sent_to, "request")
    if home == here:
        return Route("shelf", here)
    if sent_to == here:
        return Route("shelf", here, stays="sent")
    if floats:
        return Route("shelf", here, stays="floats")
    if not home_is_open:
        return Route("shelf", here, stays="home_closed")
    return Route("branch", home, "home")
