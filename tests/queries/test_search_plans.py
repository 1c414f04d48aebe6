"""A search never reads through a whole table, whatever is typed."""

import pytest
from django.db import connection

from jieyue.catalog.models import Title
from jieyue.catalog.search import asking, search_titles
from jieyue.catalog.search.indexing import index_again
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
        for n in range(4_000)
    ]  # fmt: skip
    with library_scope(world.library.pk):
        index_again([title.pk for title in Title.objects.bulk_create(many)])
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


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_begins_with_the_words(world: World) -> None:
    [text] = sql.compiled((f"{asking._SQLITE} WHERE i.library_id = <library:bigint>",), "sqlite")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {text}", {"library": 1, "asked": '"1f"', "most": 10})
        steps = [row[3] for row in cursor.fetchall()]
    assert any("catalog_titlefts VIRTUAL TABLE INDEX" in step for step in steps), steps
    assert any(step.startswith("SEARCH i USING INTEGER PRIMARY KEY") for step in steps), steps
