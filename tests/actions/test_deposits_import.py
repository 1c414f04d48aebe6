"""Deposits that readers paid in the old system are kept for them here."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.deposits import (
    ask_deposit_back,
    deposit_of,
    give_deposit_back,
    take_deposit,
)
from jieyue.circulation.importing.deposits import DEPOSITS
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.queries.deposits import deposits
from jieyue.fees.drawer import drawer_of
from jieyue.fees.models import DepositLine, DepositRequest
from jieyue.imports.actions import bring_file
from jieyue.kit import clock
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Card
from jieyue.patrons.rules.names import name_key
from tests.bringing import Bringing
from tests.world import World

HEAD = "读者证号,姓名,性别,押金,交押金日期,是否已退\n"


def bring(world: World, text: str, **changes) -> Bringing:
    return Bringing(world.desk(now=clock.now()), replace(DEPOSITS, **changes), HEAD + text)


@pytest.fixture
def stocked(world: World) -> World:
    """Two readers, and a library that lends against a deposit."""
    world.policy(needs_deposit=True)
    world.patron("林晓雨", card="A0001", name_key=name_key("林晓雨"))
    world.patron("王小明", card="A0002")
    return world


def of(card: str) -> int:
    return deposit_of(Card.objects.get(barcode=card).patron_id)


def test_deposits_are_kept_as_of_their_day_and_in_no_drawer(stocked: World) -> None:
    found = bring(
        stocked,
        "A0001,林晓雨,女,￥100,2019-09-01,否\n"
        "A0002,,,50.5,,\n"
        "A0002,,,0,,\n"
        "A0002,,,100,2019-09-01,已退\n"
        "A0002,林晓雨,,5,,\n"
        "A0009,,,5,,\n"
        "A0002,,,一百,,\n"
        "A0002,,,5,2096-01-01,\n",
    ).check()
    found.bring_in()

    assert found.verdicts() == [
        (2, "new", [], []),
        (3, "new", [], []),
        (4, "wrong", ["no_deposit"], []),
        (5, "wrong", ["no_deposit"], []),
        (6, "wrong", ["other_name"], []),
        (7, "wrong", ["patron_unknown"], []),
        (8, "wrong", ["amount_bad"], []),
        (9, "wrong", ["date_future"], []),
    ]
    lines = DepositLine.objects.order_by("id")
    assert list(lines.values_list("kind", "amount_cents", "reason", "method")) == [
        ("paid_in", 10000, "old_system", ""), ("paid_in", 5050, "old_system", ""),
    ]  # fmt: skip
    assert lines[0].at == datetime(2019, 8, 31, 16, 0, tzinfo=UTC)
    assert drawer_of(stocked.desk(now=clock.now())).lines == ()
    assert found.row.counts["deposits"] == 2
    journal = Entry.objects.filter(outcome="deposit_booked").order_by("id")
    assert [entry.data["amount_cents"] for entry in journal] == [10000, 5050]
    assert contradictions() == []


@pytest.mark.parametrize("batch", [1, 150])
def test_brought_twice_it_is_kept_once(stocked: World, batch: int) -> None:
    text = (
        "A0001,,,100,2019-09-01,\nA0001,,,100,2020-09-01,\n,林晓雨,,100,2019-09-01,\nA0002,,,9,,\n"
    )

    first, again = (bring(stocked, text, batch=batch).check().bring_in() for _ in range(2))

    assert [row[1] for row in first.verdicts()] == ["new", "new", "duplicate", "new"]
    assert {row[1] for row in again.verdicts()} == {"duplicate"}
    assert (of("A0001"), of("A0002")) == (20000, 900)


def test_where_no_rule_asks_for_a_deposit_every_row_says_so(stocked: World) -> None:
    stocked.policy(needs_deposit=False)

    found = bring(stocked, "A0001,,,100,,\n").check()

    assert found.verdicts() == [(2, "wrong", ["deposits_not_taken"], [])]
    reader = stocked.patron("周周")
    take_deposit(stocked.desk(), patron=reader.public_id, amount_cents=100)
    assert bring(stocked, "A0001,,,100,,\n").check().verdicts() == [(2, "new", [], [])]


def test_an_undo_takes_off_what_was_not_given_back(stocked: World) -> None:
    desk = stocked.desk(now=clock.now())
    found = bring(stocked, "A0001,,,100,2019-09-01,\nA0002,,,50,,\n").check().bring_in()
    lin, wang = (line.patron.public_id for line in DepositLine.objects.order_by("id"))
    give_deposit_back(desk, patron=lin)
    ask_deposit_back(desk, patron=wang)

    found.undo()

    assert found.states() == [(2, "kept"), (3, "undone")]
    assert (of("A0001"), of("A0002")) == (0, 0)
    assert DepositRequest.objects.get().outcome == "withdrawn"
    assert deposits(desk).paid_back == 1
    assert contradictions() == []
    again = bring(stocked, "A0001,,,100,2019-09-01,\nA0002,,,50,,\n").check()
    assert [row[1] for row in again.verdicts()] == ["duplicate", "new"]


def test_a_deposit_taken_here_since_stays_when_the_list_goes(stocked: World) -> None:
    found = bring(stocked, "A0001,,,100,,\n").check().bring_in()
    [line] = DepositLine.objects.all()
    take_deposit(stocked.desk(), patron=line.patron.public_id, amount_cents=2000)

    found.undo()

    assert (found.states(), of("A0001")) == ([(2, "undone")], 2000)
    assert contradictions() == []


def test_it_takes_the_right_to_take_deposits(stocked: World, tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + "A0001,,,100,,\n")
    desk = stocked.desk()
    desk = replace(desk, permissions=desk.permissions - {Permission.FEES})

    with pytest.raises(ForbiddenError):
        bring_file(desk, DEPOSITS, path=path, file_name="list.csv")


def test_many_deposits_take_no_more_statements(
    stocked: World, django_assert_max_num_queries
) -> None:
    counts = []
    for n in range(40):
        stocked.patron(f"读者{n}", card=f"C{n:04}")
    for text in ("A0001,,,3,,\n", "".join(f"C{n:04},,,3,,\n" for n in range(40))):
        found = bring(stocked, text)
        for step in (found.check, found.bring_in, found.undo):
            with django_assert_max_num_queries(90) as counted:
                step()
            counts.append(len(counted))
    assert all(b - a <= 2 for a, b in zip(counts[:3], counts[3:], strict=True)), counts
