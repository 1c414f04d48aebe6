"""Where a copy on the desk goes next: one pure table."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Route:
    """Where to: this branch's shelf, its hold shelf, or a box for `branch_id`.

    `why` is of a transit: home or hold. `floats_here`: the copy belongs here from now on.
    """

    to: Literal["shelf", "hold_shelf", "branch"]
    branch_id: int
    why: Literal["", "home", "hold"] = ""
    floats_here: bool = False


def route(
    *, here: int, home: int, home_is_open: bool, floats: bool, pickup: int | None
) -> Route:
    """Say where a copy goes. `pickup` is the branch where somebody waits for it, else None.

    A reader who waits comes first; then a copy that floats, or whose home was closed for good,
    stays; any other goes home.
    """
    if pickup is not None:
        return Route("hold_shelf", here) if pickup == here else Route("branch", pickup, "hold")
    if home == here:
        return Route("shelf", here)
    if floats or not home_is_open:
        return Route("shelf", here, floats_here=True)
    return Route("branch", home, "home")
