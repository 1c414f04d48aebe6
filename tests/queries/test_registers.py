"""The registers: what arrived, what left, what there is; and every copy there ever was."""

from datetime import UTC, date, datetime

import pytest

from jieyue.catalog.models import Copy
from jieyue.catalog.registers import (
    AccessionLine,
    ClassLine,
    Period,
    RegisterLine,
    Summary,
    Sums,
    accessions,
    all_accessions,
    first_day,
    summary,
)

YEAR = Period(first=date(2026, 1, 1), last=date(2026, 12, 31))


@pytest.fixture
def stocked(world):
    """Two copies of last year, three of 2 March, and one that left on 3 March."""

    def add(title, when, **values):
        made = world.copy(title, **values)
        Copy.objects.filter(pk=made.pk).update(added_at=when)
        return made

    dream = world.title("红楼梦", clc="I242.4", price_cents=5_000, volume="上册", authors="曹雪芹")
    code = world.title("编译器的第一课", clc="TP314", publisher="栈帧出版社", year=2020)
    before = datetime(2025, 12, 31, 15, 59, tzinfo=UTC)  # still 31 December in Shanghai
    noon = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
    add(dream, before, barcode="B1", accession_number="9")
    gone = add(dream, before, barcode="B2", accession_number="10", price_cents=3_000)
    common = {"source": "购入", "supplier": "新华书店"}
    add(dream, noon, barcode="B3", accession_number="11", **common)
    add(code, noon, barcode="B4", accession_number="12", call_number="TP314/1", **common)
    add(code, noon, barcode="B5", source="捐赠", branch=world.east())
    left = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 00:30 of 3 March
    Copy.objects.filter(pk=gone.pk).update(
        standing=Copy.Standing.WITHDRAWN, withdrawn_at=left, note="破损"
    )
    return world


def line(day, source, supplier="", *, is_arrival=True, **sums):
    return RegisterLine(
        day=day, is_arrival=is_arrival, source=source, supplier=supplier, sums=Sums(**sums)
    )


def test_the_summary_register_adds_up(stocked) -> None:
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    assert summary(stocked.desk(), YEAR) == Summary(
        opening=Sums(titles=1, copies=2, cents=8_000),
        lines=(
            line(monday, "捐赠", titles=1, copies=1, unpriced=1),
            line(monday, "购入", "新华书店", titles=2, copies=2, cents=5_000, unpriced=1),
            line(tuesday, "破损", is_arrival=False, titles=1, copies=1, cents=3_000),
        ),
        arrived=Sums(titles=2, copies=3, cents=5_000, unpriced=2),
        left=Sums(titles=1, copies=1, cents=3_000),
        closing=Sums(titles=2, copies=4, cents=10_000, unpriced=2),
        classes=(
            ClassLine(letter="I", sums=Sums(titles=1, copies=2, cents=10_000)),
            ClassLine(letter="T", sums=Sums(titles=1, copies=2, unpriced=2)),
        ),
    )


def test_the_accession_register_has_a_line_for_every_copy_in_order(stocked) -> None:
    lines, total = accessions(stocked.desk(), YEAR, limit=2)
    assert ([one.barcode for one in lines], total) == (["B3", "B4"], 3)
    assert lines[1] == AccessionLine(
        accession_number="12",
        added_on=date(2026, 3, 2),
        barcode="B4",
        title="编译器的第一课",
        authors="",
        publisher="栈帧出版社",
        year=2020,
        price_cents=None,
        source="购入",
        supplier="新华书店",
        call_number="TP314/1",
        branch="总馆",
        withdrawn_on=None,
        reason="",
    )
    ever = Period(first=date(2025, 1, 1), last=date(2026, 12, 31))
    everything = list(all_accessions(stocked.desk(), ever))
    assert [one.accession_number for one in everything] == ["9", "10", "11", "12", ""]
    gone = everything[1]
    assert (gone.title, gone.price_cents) == ("红楼梦 上册", 3_000)
    assert (gone.withdrawn_on, gone.reason) == (date(2026, 3, 3), "破损")
    assert first_day(stocked.desk()) == date(2025, 12, 31)


def test_who_works_at_one_branch_sees_the_register_of_that_branch(stocked) -> None:
    desk = stocked.desk(branch_ids=frozenset({stocked.east().pk}))
    assert summary(desk, YEAR).closing == Sums(titles=1, copies=1, unpriced=1)
    assert [one.barcode for one in accessions(desk, YEAR, limit=9)[0]] == ["B5"]
    east = Period(first=YEAR.first, last=YEAR.last, branch="east")
    assert summary(stocked.desk(), east).closing == Sums(titles=1, copies=1, unpriced=1)


def test_registers_take_a_fixed_number_of_statements(stocked, django_assert_num_queries) -> None:
    with django_assert_num_queries(7):
        summary(stocked.desk(), YEAR)
    with django_assert_num_queries(2):
        accessions(stocked.desk(), YEAR, limit=50)
