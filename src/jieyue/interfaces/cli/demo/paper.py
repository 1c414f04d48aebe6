"""The demo school tells its children on paper: slips wait for the classes' sheets."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from django.apps import apps

from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Door
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.planning import plan
from jieyue.notices.reminders import remind_library
from jieyue.notices.rules.timing import at_local
from jieyue.patrons.groups import classes

NINE: Final = time(9)
CALLED: Final = "六年级 1 班"  # whose parents are called instead


def tell_on_paper(slug: str, now: datetime) -> None:
    """Have the school tell its classes on paper, one by telephone; make the latest reminders.

    Those of the last morning on which it was open.
    """
    library = apps.get_model("libraries", "Library").objects.get(slug=slug)
    worker = worker_desk(library.pk, now)
    assert worker is not None
    with library_scope(library.pk):
        names = [view.name for view in classes(worker.today)]
        staff = apps.get_model("libraries", "Staff").objects.order_by("pk")[0]
    set_by_hand(
        replace(worker, door=Door.DESK, staff_id=staff.pk, caller="demo"),
        ways=("paper", "phone"),
        class_ways={name: "phone" if name == CALLED else "paper" for name in names},
        calls=3,
        shows_titles=False,
    )
    with library_scope(library.pk):
        is_early = at_local(worker.today, NINE, worker.zone) > now
        day = worker.today - timedelta(days=is_early)
        calendar = calendars_of([worker.branch_id])[worker.branch_id]
        day = calendar.previous_open(day, not_before=day - timedelta(days=120)) or day
        remind_library(replace(worker, now=at_local(day, NINE, worker.zone)))
        plan(worker)
