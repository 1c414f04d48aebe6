"""Which indexes the planners take for the hot statements, as they are prepared."""

import json
import re

import pytest
from django.db import connection

from jieyue.catalog.models import Copy, Title
from jieyue.circulation.models import Hold
from jieyue.circulation.queries import facts
from jieyue.kit import sql
from jieyue.patrons.models import Patron
from tests.world import World

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="plans are PostgreSQL's own"
)
ENDED, PATRONS, COPIES = 30_000, 300, 2_000
# Months of loans that ended, and the few that are open: evenly spread over readers and copies.
HISTORY = """
INSERT INTO circulation_loan (library_id, public_id, copy_id, patron_id, branch_id, lent_at, due_at,
                              returned_at, returned_branch_id, ending, renewals, terms)
SELECT %(library)s, 'P' || n, c.ids[1 + n %% cardinality(c.ids)],
       p.ids[1 + n * 7 %% cardinality(p.ids)], %(branch)s,
       %(now)s - n * interval '7 minutes', %(now)s + interval '30 days',
       CASE WHEN n > %(open)s THEN %(now)s END, CASE WHEN n > %(open)s THEN %(branch)s END,
       CASE WHEN n > %(open)s THEN 'returned' END, 0, '{}'
  FROM generate_series(1, %(ended)s) AS n,
       (SELECT array_agg(id) AS ids FROM catalog_copy WHERE library_id = %(library)s) c,
       (SELECT array_agg(id) AS ids FROM patrons_patron WHERE library_id = %(library)s) p
"""


@pytest.fixture(params=[20, 400], ids=["20 open", "400 open"])
def busy(world: World, request) -> World:
    """A library whose loans are nearly all ended, and a planner that knows it."""
    mine = {"library_id": world.library.pk}
    title = world.title()
    Copy.objects.bulk_create(
        Copy(
            **mine, public_id=f"P{n}", barcode=f"P{n}", title=title, branch=world.branch,
            item_type=world.item_type, added_at=world.now,
        )
        for n in range(COPIES)
    )  # fmt: skip
    Patron.objects.bulk_create(
        Patron(
            **mine, public_id=f"P{n}", name=f"P{n}", category=world.category,
            branch=world.branch, created_at=world.now,
        )
        for n in range(PATRONS)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            HISTORY,
            {
                "library": world.library.pk, "branch": world.branch.pk, "now": world.now,
                "open": request.param, "ended": ENDED,
            },
        )  # fmt: skip
        cursor.execute("ANALYZE")
    return world


def planned(
    text: str, parameters: dict[str, str], table: str = "circulation_loan"
) -> set[tuple[str, str]]:
    """Return (alias, index or kind of scan) of each look at the table in the generic plan."""
    translated = sql.compiled((text,), "postgresql")[0]
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", translated)))
    for number, name in enumerate(names, 1):
        translated = translated.replace(f"%({name})s", f"${number}")
    values = ", ".join(parameters[name] for name in names)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE tried AS {translated}")
        cursor.execute(f"EXPLAIN (FORMAT JSON) EXECUTE tried({values})")
        [[plan]] = cursor.fetchall()
        cursor.execute("DEALLOCATE tried")
    found = plan if isinstance(plan, list) else json.loads(plan)
    return set(_scans(found[0]["Plan"], table))


def _scans(node, table):
    if node.get("Relation Name") == table:
        # A bitmap scan names its index one node further down.
        inner = node["Plans"] if node["Node Type"] == "Bitmap Heap Scan" else [node]
        for one in inner:
            yield node["Alias"], one.get("Index Name", one["Node Type"])
    for inner in node.get("Plans", ()):
        yield from _scans(inner, table)


def indexes_of(alias: str, scans: set[tuple[str, str]]) -> set[str]:
    return {what for name, what in scans if re.fullmatch(rf"{alias}(_\d+)?", name)}


def values(world: World) -> dict[str, str]:
    return {
        "library": str(world.library.pk), "card": "'X'", "barcodes": "'{P1,P2}'",
        "now": "now()", "today": "current_date", "loans": "'{P1}'", "patron": "1",
    }  # fmt: skip


# One test, since making the library busy takes most of the time.
@on_postgresql
def test_open_loans_come_from_the_indexes_made_for_them(busy: World) -> None:
    """At 11,000 open loans the index on due dates took 2 ms instead of 0.1."""
    of_patron, of_copy = "loan_open_of_patron", "one_open_loan_per_copy"
    for text in (facts.CHECKOUT_FACTS, facts.OPEN_LOANS_OF_PATRON, facts.RENEWAL_FACTS):
        scans = planned(text, values(busy))
        assert indexes_of("o", scans) <= {of_patron, of_copy}, (text, scans)
        assert of_patron in indexes_of("o", scans), (text, scans)
    for text, index in (
        (facts.CHECKOUT_FACTS, of_copy),
        (facts.CHECKIN_FACTS, of_copy),
        (facts.OPEN_LOANS_OF_PATRON, of_patron),
    ):
        scans = planned(text, values(busy))
        assert indexes_of("n", scans) == {index}, (text, scans)


@on_postgresql
def test_locking_looks_for_holds_of_these_titles_and_reads_no_others(world: World) -> None:
    """With 750 open holds all of them were read at each scan: a fifth of the database's work."""
    mine, patron = {"library_id": world.library.pk}, world.patron()
    titles = Title.objects.bulk_create(
        Title(
            **mine, public_id=f"T{n}", name=f"T{n}", created_at=world.now, updated_at=world.now
        )
        for n in range(750)
    )  # fmt: skip
    Copy.objects.bulk_create(
        Copy(
            **mine, public_id=f"P{n}", barcode=f"P{n}", title=title, branch=world.branch,
            item_type=world.item_type, added_at=world.now,
        )
        for n, title in enumerate(titles)
    )  # fmt: skip
    Hold.objects.bulk_create(
        Hold(
            **mine, public_id=f"H{n}", title=title, patron=patron,
            pickup_branch=world.branch, queue_class=5, queued_at=world.now, placed_at=world.now,
        )
        for n, title in enumerate(titles)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    for text in (facts.LOCK_COPIES_AND_PATRON, facts.LOCK_QUEUES_AND_BORROWERS):
        scans = planned(text, values(world), "circulation_hold")
        assert indexes_of("h", scans) == {"hold_one_open_per_patron_and_title"}, scans


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
def test_sqlite_takes_the_indexes_of_open_loans_too(world: World) -> None:
    given = {
        "library": 1, "card": "", "barcodes": "[]", "now": "", "today": "", "loans": "[]",
        "patron": 1, "before": "2026",
    }  # fmt: skip
    late = """
SELECT id FROM circulation_loan
 WHERE library_id = <library:bigint> AND returned_at IS NULL AND lost_at IS NULL
   AND due_at < <before:timestamptz>
"""
    for text, wanted in (
        (facts.CHECKOUT_FACTS, {"loan_open_of_patron", "one_open_loan_per_copy"}),
        (facts.OPEN_LOANS_OF_PATRON, {"loan_open_of_patron", "one_open_loan_per_copy"}),
        (late, {"loan_open_due"}),
    ):
        [translated] = sql.compiled((text,), "sqlite")
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {translated}", given)
            steps = [step for *_, step in cursor.fetchall()]
        loans = {
            step.split("INDEX ")[1].split()[0] for step in steps
            if re.match(r"(SEARCH|SCAN) (n|o|circulation_loan)\b", step) and "hold_" not in step
        }  # fmt: skip
        assert loans == wanted, steps
