"""A copy that shall belong to another branch, whoever says so: its page, a pile, a stock-take."""

from jieyue.catalog.models import Copy
from jieyue.catalog.rules.faults import Fault
from jieyue.circulation.models import Transit
from jieyue.circulation.rules.piles import against_relocation


def relocation_faults(copy: Copy, branch_id: int) -> list[Fault]:
    """Return what stands against a copy (locked) belonging there. One statement at most."""
    if branch_id == copy.branch_id:
        return []
    is_travelling = Transit.objects.filter(copy_id=copy.pk, ended_at=None).exists()
    code = against_relocation(copy.branch_id, branch_id, is_travelling=is_travelling)
    return [Fault(code, "branch")] if code else []
