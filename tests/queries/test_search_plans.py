"""A search never reads through a whole table, whatever is typed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jieyue.catalog.models import Title
from jieyue.catalog.search import asking, search_titles
from jieyue.catalog.search.indexing import index_again
from jieyue.catalog.search.where import READERS, Where, described
from jieyue.kit import sql
from jieyue.kit.scope import library_scope
from tests.world import World

QUERIES = (
    "红楼梦",
    "曹雪芹 红楼",
    "红搂梦",
    "honglou",
    "hlm",
    "i242.4",
    "9787020002207",
    "的",
    "c++",
)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="its own count of what is read")
def test_postgresql_reads_no_table_of_titles_through(world: World) -> None:
    many = [
        Title(
            library_id=world.library.pk, public_id=f"P{n}", name=f"红楼梦 {n}", authors="曹雪芹",
            clc=f"I{n}", created_at=world.now, updated_at=world.now,
        )
        for n in range(1_500)
    ]  # fmt: skip
    with library_scope(world.library.pk):
        index_again([title.pk for title in Title.objects.bulk_create(many, 500)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE catalog_title, catalog_titleindex, catalog_copy")
        for query in QUERIES:
            before = read_through(cursor)
            search_titles(query)
            assert (query, read_through(cursor)) == (query, before)


def read_through(cursor) -> list[tuple[str, int]]:
    cursor.execute(
        "SELECT relname, seq_scan FROM pg_stat_xact_user_tables"
        " WHERE relname IN ('catalog_titleindex', 'catalog_title') ORDER BY relname"
    )
    return cursor.fetchall()


def asked_of(work: Callable[[], Any]) -> list[tuple[str, Any]]:
    """The statements that go to the database meanwhile, with their parameters."""
    seen = []

    def keep(execute: Any, text: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((text, params))
        return execute(text, params, many, context)

    with connection.execute_wrapper(keep):
        work()
    return seen


def plan_of(text: str, params: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", params)
        return [row[3] for row in cursor.fetchall()]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
@pytest.mark.parametrize("query", QUERIES)
def test_sqlite_looks_up_what_was_typed(world: World, query: str) -> None:
    world.title("红楼梦", authors="曹雪芹")
    for text, params in asked_of(lambda: search_titles(query, where=READERS)):
        for step in plan_of(text, params):
            assert not re.match(r"SCAN (?!looked_at|[fn]$|\(|CONST|json_each|.*VIRTUAL)", step), (
                step
            )
            assert not step.endswith("(library_id=?)"), step


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
@pytest.mark.parametrize(
    ("where", "index"),
    [
        (described(main_class="I"), "title_newest_of_class"),
        (described(language="en"), "title_newest_in_language"),
        (described(audience="child"), "title_newest_for_age"),
        (described(year_from=1931, year_to=1935), "title_newest_year"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_sqlite_lists_by_an_index_of_what_is_asked_for(
    world: World, where: Where, index: str
) -> None:
    [(text, params), *_] = asked_of(lambda: search_titles("", where=READERS + where))
    [step] = plan_of(text, params)
    assert index in step


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_puts_no_class_in_order(world: World) -> None:
    [(text, params), *_] = asked_of(lambda: search_titles("I2"))
    steps = plan_of(text, params)
    [place] = [n for n, step in enumerate(steps) if "INDEX title_class " in step]
    assert steps[place + 1] == "SCAN n"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_begins_with_the_words(world: World) -> None:
    [text] = sql.compiled((asking._text(2, "", is_postgresql=False),), "sqlite")
    with connection.cursor() as cursor:
        asked = {"library": 1, "asked0": '"1f"', "most0": 10, "asked1": '"2f"', "most1": 10}
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", asked)
        steps = [row[3] for row in cursor.fetchall()]
    assert sum("catalog_titlefts VIRTUAL TABLE INDEX" in step for step in steps) == 2, steps
    assert sum(step.startswith("SEARCH i USING INTEGER PRIMARY KEY") for step in steps) == 2, steps
