"""PostgreSQL's statements sent together: what is put off, and what becomes of errors."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, IntegrityError, InternalError, connection, transaction

from jieyue.kit import sql
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Counter
from tests.world import World

pytestmark = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite runs its statements one by one"
)
ECHO = """
SELECT <library:bigint> AS library_id, <text:text> AS text,
       <text:text> = ANY(<texts:text[]>) AS is_among,
       <at:timestamptz> AS at, <flag:boolean> AS flag, <number:bigint> AS number
"""
COUNTER = """
INSERT INTO libraries_counter (library_id, name, next_value)
VALUES (<library:bigint>, <name:text>, <value:bigint>)
"""
READ = "SELECT next_value FROM libraries_counter WHERE library_id = <library:bigint>"


def count(rows: list[tuple[str, int]], then=lambda: None) -> None:
    """Write counters in a transaction of their own, and do something at its end."""
    with transaction.atomic():
        for name, value in rows:
            sql.write([COUNTER], name=name, value=value)
        then()


@pytest.fixture
def scope(transactional_db):
    """A library's scope, in real transactions."""
    world = World()
    with library_scope(world.library.pk):
        yield world


@pytest.mark.parametrize(
    "text", ["", "书名", "🀄𠮷", 'a"b', "a\\b", "a,b{}", "null", "NULL", "' --", "%s", "line\nline"]
)
def test_values_come_back_as_they_went(scope: World, text: str) -> None:
    at = datetime(2026, 3, 2, 4, 5, 6, 789, tzinfo=UTC)
    given: dict[str, Any] = {"text": text, "at": at, "flag": True, "number": 2**62}

    [row] = sql.rows(ECHO, texts=["x", text, "y"], **given)

    assert row == given | {"is_among": True, "library_id": scope.library.pk}


def test_nothing_is_null_too(scope: World) -> None:
    [row] = sql.rows(ECHO, text=None, texts=[], at=None, flag=None, number=None)

    assert row | {"library_id": 0} == {
        "library_id": 0, "text": None, "is_among": False, "at": None, "flag": None, "number": None,
    }  # fmt: skip


def test_nul_is_refused_not_cut_off(scope: World) -> None:
    with pytest.raises(DataError):
        sql.rows(ECHO, text="a\0b", texts=[], at=None, flag=None, number=1)

    assert sql.rows(READ) == []


def test_what_is_put_off_comes_before_what_is_read(scope: World) -> None:
    with transaction.atomic():
        sql.write([COUNTER], name="copy", value=7)
        assert sql.rows(READ) == [{"next_value": 7}]
        sql.write([COUNTER], name="card", value=8)
        assert Counter.objects.get(name="card").next_value == 8  # Django's cursor waits for it


def test_what_is_put_off_goes_out_with_the_commit(scope: World) -> None:
    with transaction.atomic():
        sql.write([COUNTER], name="copy", value=7)

    connection.close()
    assert sql.rows(READ) == [{"next_value": 7}]


def test_an_error_shows_at_the_commit_and_nothing_stays(scope: World) -> None:
    with pytest.raises(IntegrityError):
        count([("card", 1), ("copy", 7), ("copy", 8)])

    assert sql.rows(READ) == []
    with transaction.atomic():
        sql.write([COUNTER], name="copy", value=9)
    assert sql.rows(READ) == [{"next_value": 9}]


def test_a_rollback_forgets_what_was_put_off(scope: World) -> None:
    with pytest.raises(ZeroDivisionError):
        count([("copy", 7), ("card", 1)], then=lambda: 1 // 0)

    assert sql.rows(READ) == []


def test_an_empty_transaction_is_none(scope: World) -> None:
    with transaction.atomic():
        pass
    with transaction.atomic():
        assert sql.rows(READ) == []


def test_a_savepoint_keeps_its_order(scope: World) -> None:
    with transaction.atomic():
        sql.write([COUNTER], name="copy", value=7)
        with pytest.raises(ZeroDivisionError):
            count([("card", 8)], then=lambda: 1 // 0)
    assert sql.rows(READ) == [{"next_value": 7}]


@pytest.mark.parametrize("within", [True, False])
def test_what_somebody_deallocated_is_prepared_anew(scope: World, within: bool) -> None:
    sql.rows(READ)
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")

    if not within:
        assert sql.rows(READ) == []
        return
    with transaction.atomic():  # nothing was sent yet, so the whole transaction is sent again
        assert sql.rows(READ) == []
        sql.write([COUNTER], name="copy", value=7)
    assert sql.rows(READ) == [{"next_value": 7}]


def test_a_changed_column_type_is_found_out(scope: World) -> None:
    every = "SELECT * FROM libraries_counter WHERE library_id = <library:bigint>"
    assert sql.rows(every) == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE libraries_counter ADD COLUMN more integer")
    try:
        assert sql.rows(every) == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE libraries_counter DROP COLUMN more")


def test_a_server_that_ended_is_noticed_before_the_next_request(scope: World) -> None:
    sql.rows(READ)
    assert connection.is_usable()
    pid = connection.connection.info.backend_pid
    killer = connection.copy()
    with killer.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    killer.close()

    assert not connection.is_usable()
    connection.close()
    assert sql.rows(READ) == []


def test_more_than_the_socket_holds_goes_through(scope: World) -> None:
    long = "长" * 10_000_000
    [row] = sql.rows(ECHO, text=long, texts=[long], at=None, flag=None, number=1)

    assert row["text"] == long


def test_nothing_is_said_to_be_done_after_an_error_that_somebody_swallowed(scope: World) -> None:
    def swallow() -> None:
        with suppress(DataError):
            sql.rows(ECHO, text="a", texts=[], at=None, flag=None, number=2**63)

    with pytest.raises(InternalError):
        count([("copy", 7)], then=swallow)

    assert sql.rows(READ) == []


MODE = "SELECT current_setting('plan_cache_mode') AS mode WHERE <library:bigint> > 0"


def mode_of_django() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        return cursor.fetchone()[0]


def test_our_statements_are_planned_once_and_djangos_for_their_values(scope: World) -> None:
    """A checkout was planned anew each time, which took half of the database's work."""
    for _ in range(2):
        assert sql.rows(MODE) == [{"mode": "force_generic_plan"}]
        assert sql.rows(MODE + " LIMIT <most:bigint>", most=1) == [{"mode": "auto"}]
        assert mode_of_django() == "auto"


def test_a_transaction_plans_ours_once_until_django_comes_between(scope: World) -> None:
    with transaction.atomic():
        for _ in range(2):
            assert sql.rows(MODE) == [{"mode": "force_generic_plan"}]
            assert sql.rows(MODE + " LIMIT <most:bigint>", most=1) == [{"mode": "auto"}]
            sql.write([COUNTER], name="once", value=1)
            assert mode_of_django() == "auto"
            sql.write(["DELETE FROM libraries_counter WHERE library_id = <library:bigint>"])
        assert sql.rows(MODE) == [{"mode": "force_generic_plan"}]
    assert mode_of_django() == "auto"


def test_an_error_leaves_djangos_statements_as_they_were(scope: World) -> None:
    for _ in range(2):
        with suppress(IntegrityError), transaction.atomic():
            assert sql.rows(MODE) == [{"mode": "force_generic_plan"}]
            sql.write([COUNTER], name="once", value=1)
            with suppress(IntegrityError), transaction.atomic():
                sql.write([COUNTER], name="once", value=2)
                sql.rows(READ)
            assert mode_of_django() == "auto"
            sql.write([COUNTER], name="once", value=3)
        assert mode_of_django() == "auto"
