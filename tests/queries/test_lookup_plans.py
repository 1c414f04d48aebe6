"""Few rows are looked up; SQLite walks through no table only because they are wanted in order."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from jieyue.catalog.call_numbers import shelves_of
from jieyue.catalog.covers import covers_of, picture_to_send
from jieyue.catalog.doubles import likely_doubles
from jieyue.catalog.exporting import Choice, copies_chosen, titles_out
from jieyue.catalog.importing.known import known_of
from jieyue.catalog.importing.numbering import Ask, Listed, call_numbers, known_numbers
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.catalog.rules.importing.rows import BookRow, RowCopies
from jieyue.catalog.search.pages import titles_to_look_at
from jieyue.circulation.actions.effects.two_queues import lock_both
from jieyue.circulation.actions.withdraw import undo_adding
from jieyue.kit.transactions import in_transaction
from tests.queries.test_search_plans import asked_of, plan_of
from tests.world import World


def looked_up(world: World) -> dict[str, Callable[[], Any]]:
    codes = tuple(Copy.objects.values_list("barcode", flat=True))
    names = tuple(Copy.objects.values_list("public_id", flat=True))
    titles = tuple(Title.objects.values_list("public_id", flat=True))
    title = Title.objects.all()[0]
    ask = Ask(title_id=title.pk, book=book_of(title), branch_id=world.branch.pk)
    read = BookRow(
        number=1,
        book=ask.book,
        copies=RowCopies(barcodes=codes, accessions=("0000001",)),
    )
    rows = [(read, identity_of(read.book))]
    return {
        "doubles": likely_doubles,
        "export": lambda: list(titles_out(world.desk(), Choice(), with_originals=True)),
        "to look at": titles_to_look_at,
        "covers": lambda: covers_of([title.public_id]),
        "cover": lambda: picture_to_send(title.public_id, "small"),
        "pile": lambda: list(copies_chosen(world.desk(), Choice(barcodes=codes))),
        "import": lambda: known_of(world.desk(), {}, rows),
        "numbers": lambda: in_transaction(
            lambda: call_numbers([replace(ask, title_id=0)], Listed(), int)
        ),
        "own numbers": lambda: known_numbers([(title.pk, shelves_of(world.branch.pk))], {}),
        "undo": lambda: undo_adding(world.desk(), copies=names),
        "merge": lambda: in_transaction(lambda: lock_both(*titles)),
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
@pytest.mark.parametrize(
    "what",
    [
        "doubles",
        "export",
        "to look at",
        "covers",
        "cover",
        "pile",
        "import",
        "numbers",
        "own numbers",
        "undo",
        "merge",
    ],
)
def test_sqlite_walks_through_no_titles_or_copies(world: World, what: str) -> None:
    for year in (1996, 1996):
        title = world.title("红楼梦", authors="曹雪芹", year=year, clc="I242.4")
        key = identity_of(book_of(title)).key
        Title.objects.filter(pk=title.pk).update(match_key=key)
        world.copy(title, call_number=f"I242.4/{title.pk}")
    steps = [
        (step, text)
        for text, params in asked_of(looked_up(world)[what])
        if text.startswith("SELECT")
        for step in plan_of(text, params)
        if re.search("catalog_(title|copy|cover) ", step) and "title_unsure" not in step  # few
    ]
    through = ("(library_id=?)", "(library_id=? AND call_key>?)")
    assert [(step, text) for step, text in steps if step.endswith(through)] == []
