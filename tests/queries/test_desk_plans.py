"""What desks and readers ask all day looks rows up; SQLite walks through no library's table."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.desk import recognise, recognise_choice
from jieyue.circulation.queries.loans import availability_of
from jieyue.circulation.queries.shelf import copies_on_shelf
from jieyue.kit.scope import library_scope
from tests.queries.test_search_plans import asked_of, plan_of
from tests.world import SHANGHAI, World

WHAT = ("scan", "scan for a reader", "choice", "found again", "availability", "shelf")


def asked_all_day(world: World) -> dict[str, Callable[[], Any]]:
    title = world.title("红楼梦", isbn13="9787020002207")
    copy, lost = world.copy(title), world.copy(title, standing="lost")
    reader, desk = world.patron(), world.desk()
    return {
        "scan": lambda: recognise(desk, copy.barcode),
        "scan for a reader": lambda: recognise(desk, "9787020002207", reader=reader.public_id),
        "choice": lambda: recognise_choice(desk, "title", title.public_id),
        "found again": lambda: checkin(desk, copy_barcodes=(lost.barcode,)),
        "availability": lambda: availability_of(SHANGHAI, [title.pk]),
        "shelf": lambda: copies_on_shelf(SHANGHAI, title.pk),
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
@pytest.mark.parametrize("what", WHAT)
def test_sqlite_looks_everything_up(world: World, what: str) -> None:
    work = asked_all_day(world)[what]
    with library_scope(world.library.pk):
        steps = [
            (step, text)
            for text, params in asked_of(work)
            if text.lstrip().startswith(("SELECT", "WITH", "UPDATE"))
            for step in plan_of(text, params)
        ]
    assert [(step, text) for step, text in steps if step.endswith("(library_id=?)")] == []
