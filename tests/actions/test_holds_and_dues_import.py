"""Who waited and who owed in the old system still does here, in the same order and sum."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.models import Title
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.holds import place_hold
from jieyue.circulation.importing.dues import DUES
from jieyue.circulation.importing.holds import HOLDS
from jieyue.circulation.importing.loans import LOANS
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.fees.models import LedgerLine
from jieyue.fees.queries import owed_cents
from jieyue.imports.works import Work
from jieyue.kit import clock
from jieyue.outbox.models import Task
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.models import Patron
from tests.bringing import Bringing
from tests.world import World

HOLD_HEAD = "证号,ISBN,书名,条码,预约时间,取书地点,状态\n"
DUE_HEAD = "证号,姓名,金额,原因,日期\n"


def bring(world: World, text: str, work: Work = HOLDS, **options) -> Bringing:
    head = HOLD_HEAD if work is HOLDS else DUE_HEAD if work is DUES else ""
    return Bringing(world.desk(now=clock.now()), work, head + text, **options)


def holds() -> list[tuple]:
    """Return every hold as it is stored."""
    return list(Hold.objects.order_by("id").values_list())


@pytest.fixture
def stocked(world: World) -> World:
    """Three readers, a title that is out with the third, and another of two of a name."""
    world.patron("林晓雨", card="A0001", student_number="2023001")
    world.patron("王小明", card="A0002")
    last = world.patron("陈静", card="A0003")
    title = world.title("三体", isbn13="9787536692930", match_key=_key("三体"))
    copy = world.copy(title, barcode="30000001")
    Loan.objects.create(library_id=world.library.pk, public_id="out", copy=copy, patron=last,
                        branch=world.branch, lent_at=world.now,
                        due_at=datetime(2026, 12, 31, tzinfo=UTC))  # fmt: skip
    for year in (1979, 2008):
        twin = world.title("围城", year=year, match_key=_key("围城"))
        world.copy(twin)
    lost = world.title("活着", match_key=_key("活着"))
    world.copy(lost, barcode="30000005", standing="lost")
    return world


def _key(name: str) -> str:
    from jieyue.catalog.rules.descriptions import Description
    from jieyue.catalog.rules.importing.matching import identity_of

    return identity_of(Description(name=name)).key


def test_the_dry_run_of_holds_refuses_what_cannot_be_fetched(stocked: World) -> None:
    found = bring(
        stocked,
        "A0001,9787536692930,,,2026-02-01,,\n"
        "A0002,,三體,,2026-02-02,,等待\n"
        "A0003,,三体,,2026-02-02,,\n"
        "A0002,,围城,,2026-02-02,,\n"
        "A0002,,无名之书,,2026-02-02,,\n"
        "A0002,,,30000005,2026-02-02,,\n"
        "A0002,,三体,,2026-02-02,月球馆,\n"
        "A0001,,三体,,2026-02-02,,已取消\n",
    ).check()

    assert found.verdicts() == [
        (2, "new", [], []),
        (3, "new", [], []),
        (4, "wrong", ["title_on_loan_to_patron"], []),
        (5, "wrong", ["several_titles"], []),
        (6, "wrong", ["title_unknown"], []),
        (7, "wrong", ["no_copy_can_serve"], []),
        (8, "wrong", ["branch_unknown"], []),
        (9, "wrong", ["hold_ended"], []),
    ]
    assert holds() == []


def test_holds_keep_their_order_and_are_served_in_it(stocked: World) -> None:
    place_hold(stocked.desk(now=clock.now()), title=Title.objects.get(name="三体").public_id,
               patron=stocked.patron("后来者").public_id, pickup="main")  # fmt: skip
    found = bring(
        stocked, "A0002,,三体,,2026-02-02 09:00,,\nA0001,,三体,,2026-02-01,总馆,\n"
    ).check()
    found.bring_in()

    waiting = Hold.objects.order_by("queue_class", "queued_at", "id")
    assert [hold.patron.name for hold in waiting] == ["林晓雨", "王小明", "后来者"]
    assert waiting[0].placed_at == datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
    checkin(stocked.desk(now=clock.now()), copy_barcodes=("30000001",))
    assert Hold.objects.get(state="ready").patron.name == "林晓雨"
    assert contradictions() == []


def test_a_hold_that_is_there_is_not_placed_twice(stocked: World) -> None:
    text = "A0001,9787536692930,,,2026-02-01,,\nA0001,,三体,,2026-02-03,,\n"
    found = bring(stocked, text).check().bring_in()
    again = bring(stocked, text).check()

    assert Hold.objects.count() == 1
    assert [row[1] for row in found.verdicts()] == ["new", "duplicate"]
    assert [row[1] for row in again.verdicts()] == ["duplicate", "duplicate"]


def test_holds_recall_long_loans_only_where_the_rules_say_so(stocked: World) -> None:
    stocked.policy(recall_from_days=14)
    bring(stocked, "A0001,,三体,,2026-02-01,,\n").check().bring_in()

    [task] = Task.objects.filter(kind="circulation.recall_awaited")
    assert task.payload == {"title": Hold.objects.get().title.public_id}


def test_an_undo_of_holds_takes_back_those_that_still_wait(stocked: World) -> None:
    found = bring(stocked, "A0001,,三体,,2026-02-01,,\nA0002,,三体,,2026-02-02,,\n").check()
    found.bring_in()
    checkin(stocked.desk(now=clock.now()), copy_barcodes=("30000001",))

    found.undo()

    assert found.states() == [(2, "kept"), (3, "undone")]
    assert [hold.patron.name for hold in Hold.objects.all()] == ["林晓雨"]
    assert contradictions() == []


def test_dues_are_charged_as_of_their_day_and_in_their_words(stocked: World) -> None:
    found = bring(
        stocked,
        "A0001,林晓雨,￥3.50,超期罚款,2025-12-30\n"
        "A0001,林晓雨,2,,\n"
        "A0002,,0,,\n"
        "A0002,林晓雨,5,,\n"
        "A0009,,5,,\n"
        "A0002,,5,,2096-01-01\n",
        DUES,
    ).check()
    found.bring_in()

    lin = Patron.objects.get(name="林晓雨")
    assert found.verdicts() == [
        (2, "new", [], []),
        (3, "new", [], []),
        (4, "wrong", ["due_settled"], []),
        (5, "wrong", ["other_name"], []),
        (6, "wrong", ["patron_unknown"], []),
        (7, "wrong", ["date_future"], []),
    ]
    lines = LedgerLine.objects.order_by("id").values_list("kind", "amount_cents", "reason")
    assert list(lines) == [("charge", 350, "超期罚款"), ("charge", 200, "old_system")]
    assert LedgerLine.objects.order_by("id")[0].at == datetime(2025, 12, 29, 16, 0, tzinfo=UTC)
    assert owed_cents([lin.pk]) == {lin.pk: 550}
    assert contradictions() == []


def test_bringing_dues_twice_charges_once(stocked: World) -> None:
    text = "A0001,,3.50,超期,2025-12-30\nA0001,,2,,\n"
    bring(stocked, text, DUES).check().bring_in()

    again = bring(stocked, text, DUES).check()

    assert [row[1] for row in again.verdicts()] == ["duplicate", "duplicate"]


@pytest.mark.parametrize("batch", [1, 150])
def test_a_due_of_no_day_is_another_than_one_of_a_day_in_any_batch(
    stocked: World, batch: int
) -> None:
    work, today = replace(DUES, batch=batch), stocked.desk(now=clock.now()).today
    text = (
        f"{DUE_HEAD}A0001,,2,超期,\nA0001,,2,超期,{today}\n"
        f",林晓雨,2,超期,\nA0001,,2,超期,2025-12-30\n,林晓雨,2,超期,2025-12-30\n"
    )

    first, again = (bring(stocked, text, work).check().bring_in() for _ in range(2))

    came, known = "done", "left_out"
    assert first.states() == [(2, came), (3, came), (4, known), (5, came), (6, known)]
    assert {state for _, state in again.states()} == {known}
    assert LedgerLine.objects.count() == 3


def test_an_undo_of_dues_lets_readers_off_what_was_not_paid(stocked: World) -> None:
    lin = Patron.objects.get(name="林晓雨")
    found = bring(stocked, "A0001,,3.50,超期,2025-12-30\nA0001,,2,押金不足,\n", DUES).check()
    found.bring_in()
    take_payment(stocked.desk(now=clock.now()), patron=lin.public_id, amount_cents=100)

    found.undo()

    assert found.states() == [(2, "kept"), (3, "undone")]
    assert owed_cents([lin.pk]) == {lin.pk: 250}
    assert contradictions() == []
    again = bring(stocked, "A0001,,2,押金不足,\n", DUES).check()
    assert again.verdicts() == [(2, "new", [], [])]


def test_a_library_moves_in_and_out_again(stocked: World) -> None:
    """Readers, loans and holds, then all of it back: nothing is left but the journal."""
    before = (holds(), list(Patron.objects.values_list()), list(Loan.objects.values_list()))
    stocked.copy(barcode="30000007")
    came = [
        bring(stocked, "姓名,证号,班级\n周周,B0001,1班\n吴吴,B0002,1班\n", READERS),
        bring(stocked, "证号,条码,借书日期,应还日期\nB0001,30000007,2026-2-1,2026-3-3\n", LOANS),
        bring(stocked, "B0002,,三体,,2026-02-01,,\n"),
    ]
    for one in came:
        one.check().bring_in()
        assert contradictions() == []

    for one in reversed(came):
        one.undo()

    assert {state for one in came for _, state in one.states()} == {"undone"}
    assert before == (
        holds(),
        list(Patron.objects.values_list()),
        list(Loan.objects.values_list()),
    )
    assert contradictions() == []
    assert Entry.objects.filter(action="take_rows_back").exists()


def test_many_holds_and_dues_take_no_more_statements(
    stocked: World, django_assert_max_num_queries
) -> None:
    title = Loan.objects.get().copy.title
    for n in range(40):
        stocked.patron(f"读者{n}", card=f"C{n:04}")
    for work, few, many in (
        (HOLDS, "A0001,,三体,,,,\n", "".join(f"C{n:04},,三体,,,,\n" for n in range(40))),
        (DUES, "A0001,,3,,\n", "".join(f"C{n:04},,3,,\n" for n in range(40))),
    ):
        counts = []
        for text in (few, many):
            found = bring(stocked, text, work)
            for step in (found.check, found.bring_in, found.undo):
                with django_assert_max_num_queries(90) as counted:
                    step()
                counts.append(len(counted))
        assert all(b - a <= 2 for a, b in zip(counts[:3], counts[3:], strict=True)), work.kind
    assert title.name == "三体"
