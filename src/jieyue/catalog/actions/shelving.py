"""How the library makes its call numbers (排架方案), and where a branch differs."""

from jieyue.catalog.models import ShelvingScheme
from jieyue.catalog.rules.shelving import Scheme
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.numbers import hold_range
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved


@action(needs=Permission.SETTINGS)
def set_shelving(desk: Desk, *, scheme: str, branch: str = "") -> Saved | NotSaved:
    """Say how new call numbers are made, of the library or (`branch`, a code) of one branch.

    An empty `scheme` lets a branch follow the library again. Numbers given already stay.
    """
    row = lock_one(Branch.objects.filter(code=branch, is_open=True)) if branch else None
    if (branch and row is None) or scheme not in {"", *Scheme}:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.pk if row else None)
    if not scheme and row is None:
        return not_saved(Trouble.DEFAULT_STAYS)
    hold_range("call_number")  # nobody is giving a number meanwhile
    ShelvingScheme.objects.filter(branch=row).delete()
    if scheme:
        ShelvingScheme.objects.create(library_id=desk.library_id, branch=row, kind=scheme)
    return saved(branch, branch=branch, scheme=scheme)
