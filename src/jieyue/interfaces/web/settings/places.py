"""Branches as forms name them."""

from jieyue.libraries.queries import branches
from jieyue.libraries.settings.queries import BranchDetails, branches_in_detail


def open_branches() -> list[BranchDetails]:
    """Return the branches that are open, oldest first. Two statements."""
    return [branch for branch in branches_in_detail() if branch.is_open]


def branch_id_of(code: str) -> int | None:
    """Return the id of the branch a form named; None for the whole library. One statement."""
    return next((branch.id for branch in branches() if branch.code == code), None)
