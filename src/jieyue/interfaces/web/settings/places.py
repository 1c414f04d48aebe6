"""Branches as forms name them, and how far somebody's rights reach."""

from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches
from jieyue.libraries.settings.queries import BranchDetails, branches_in_detail


class Reach:
    """Where somebody may change what belongs to a branch (its code), or "" to the library."""

    def __init__(self, desk: Desk) -> None:
        own = desk.branch_ids
        self.codes = own and {one.code for one in branches(open_only=False) if one.id in own}
        self.is_everywhere = desk.works_at(None)

    def __contains__(self, branch: object) -> bool:
        return self.is_everywhere or bool(branch and self.codes and branch in self.codes)


def open_branches(reach: Reach) -> list[BranchDetails]:
    """Return the branches that are open and within reach, oldest first. Two statements."""
    return [branch for branch in branches_in_detail() if branch.is_open and branch.code in reach]


def branch_id_of(code: str) -> int | None:
    """Return the id of the branch a form named; None for the whole library. One statement."""
    return next((branch.id for branch in branches() if branch.code == code), None)
