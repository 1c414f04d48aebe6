"""Giving all deposits back, step by step."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jieyue.circulation.actions.abolition import abolition_step
from jieyue.fees.models import Abolition
from jieyue.libraries.desk import Desk


def keep_abolition(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise of one step, in the name and at the branch of whoever began the run."""
    run = Abolition.objects.filter(public_id=payload["abolition"]).first()
    if run is None:
        return
    there = replace(desk, staff_id=run.staff_id, branch_id=run.branch_id)
    abolition_step(there, abolition=run.public_id, step=payload["step"])
