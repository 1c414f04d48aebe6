"""What is out in the old system comes along: who has which book, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.importing.loans import LOANS
from jieyue.circulation.models import Hold, Loan
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.queries.why import loan_why
from jieyue.imports.keeping import opened
from jieyue.kit import clock
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.models import Staff, StaffBranch
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Patron
from tests.bringing import Bringing
from tests.imports import rows_of
from tests.world import World

HEAD = "证号,姓名,条码,借书日期,应还日期,续借次数\n"


def bring(world: World, text: str, **options) -> Bringing:
    return Bringing(world.desk(now=clock.now()), LOANS, HEAD + text, **options)


def loans() -> list[tuple]:
    """Return every loan as it is stored."""
    return list(Loan.objects.order_by("id").values_list())


@pytest.fixture
def stocked(world: World) -> World:
    """Two readers and some copies; the journal has begun."""
    world.patron("林晓雨", card="A0001", student_number="2023001")
    world.patron("王小明", card="A0002")
    for barcode in ("30000001", "30000002", "30000003"):
        world.copy(barcode=barcode)
    world.copy(barcode="30000009", standing="withdrawn", withdrawn_at=world.now)
    Entry.objects.create(library_id=world.library.pk, at=datetime(2026, 1, 1, tzinfo=UTC),
                         action="open_library", outcome="library_opened", door="setup",
                         branch_id=world.branch.pk)  # fmt: skip
    return world


def test_loans_are_brought_by_who_may_lend_past_the_rules(stocked: World) -> None:
    everything = stocked.desk().permissions
    with pytest.raises(ForbiddenError):
        Bringing(stocked.desk(permissions=everything - {Permission.OVERRIDE}), LOANS, HEAD)
    able = stocked.desk(now=clock.now(), permissions=frozenset({Permission.OVERRIDE}))
    Bringing(able, LOANS, HEAD + "A0001,,30000001,2026-10-01,2026-10-31,1\n").check().bring_in()
    [entry] = Entry.objects.exclude(copy_id=None)
    assert (entry.staff_id, Loan.objects.count()) == (stocked.staff.pk, 1)


def test_the_dry_run_refuses_what_contradicts_the_library(stocked: World) -> None:
    taken, _ = stocked.copy(barcode="30000004"), stocked.copy(barcode="30000005")
    Loan.objects.create(library_id=stocked.library.pk, public_id="taken", copy=taken,
                        patron_id=stocked.patron("陈静").pk, branch=stocked.branch,
                        lent_at=stocked.now, due_at=stocked.now + timedelta(days=30))  # fmt: skip
    before = loans()

    found = bring(
        stocked,
        "A0001,林晓雨,30000001,2026-10-01,2026-10-31,1\n"
        "A0001,王小明,30000002,2026-10-01,2026-10-31,0\n"
        "A0009,何人,30000003,2026-10-01,2026-10-31,0\n"
        "A0002,,30000009,2026-10-01,2026-10-31,0\n"
        "A0002,,30000004,2026-10-01,2026-10-31,0\n"
        "A0002,,39999999,2026-10-01,2026-10-31,0\n"
        "A0002,,30000001,2026-10-02,2026-10-31,0\n"
        "A0002,,30000005,2096-10-02,2096-10-31,0\n",
    ).check()

    assert found.verdicts() == [
        (2, "new", [], []),
        (3, "wrong", ["other_name"], []),
        (4, "wrong", ["patron_unknown"], []),
        (5, "wrong", ["copy_withdrawn"], []),
        (6, "wrong", ["copy_on_loan"], []),
        (7, "wrong", ["copy_unknown"], []),
        (8, "wrong", ["barcode_repeated"], []),
        (9, "wrong", ["date_future"], []),
    ]
    assert loans() == before


def test_loans_come_in_as_they_were_made_there(stocked: World) -> None:
    found = bring(stocked, "A0001,林晓雨,30000001,2026-10-01 15:30,2026-10-31,1\n").check()
    found.bring_in()

    [loan] = Loan.objects.all()
    assert (loan.copy.barcode, loan.patron.name, loan.branch) == (
        *("30000001", "林晓雨", stocked.branch),
    )
    assert (loan.lent_at, loan.due_at, loan.renewals) == (
        datetime(2026, 10, 1, 7, 30, tzinfo=UTC),
        datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC),
        1,
    )
    assert (loan.is_hourly, loan.is_on_site, loan.terms) == (False, False, {"brought": found.run})
    why = loan_why(stocked.desk(), loan.public_id)
    assert why is not None
    assert (why.steps, why.due_on) == ((), date(2026, 10, 31))
    assert contradictions() == []


def test_a_missing_date_is_made_of_the_other_one_by_the_rules(stocked: World) -> None:
    bring(
        stocked, "A0001,,30000001,2026-10-01,,\nA0001,,30000002,,2026-10-31,\nA0002,,30000003,,,\n"
    ).check().bring_in()

    by_lent, by_due, bare = Loan.objects.order_by("id")
    assert by_lent.due_at == datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC)
    assert by_lent.terms["days"] == 30
    assert by_due.lent_at == datetime(2026, 10, 1, 15, 59, 59, tzinfo=UTC)
    assert bare.due_at - bare.lent_at > timedelta(days=29)
    assert contradictions() == []


def test_what_came_along_is_renewed_returned_and_fined_like_any_loan(stocked: World) -> None:
    today = clock.now()
    lent, due = today - timedelta(days=9), today + timedelta(days=9)
    bring(
        stocked,
        f"A0001,,30000001,{lent:%Y-%m-%d},{due:%Y-%m-%d},1\nA0002,,30000002,2026-1-2,2026-1-31,0\n",
    ).check().bring_in()
    desk = stocked.desk(now=clock.now())
    first, late = Loan.objects.order_by("id")

    renewed = renew(desk, loans=(first.public_id,))
    returned = checkin(desk, copy_barcodes=("30000001", "30000002"))

    assert [one.type for one in renewed.results] == ["renewed"]
    assert [one.type for one in returned.results] == ["returned", "returned"]
    assert late.due_at < today
    assert contradictions() == []


def test_bringing_a_list_of_loans_twice_changes_nothing(stocked: World) -> None:
    text = "A0001,林晓雨,30000001,2026-10-01,2026-10-31,1\n"
    bring(stocked, text).check().bring_in()
    before = loans()

    again = bring(stocked, text).check()

    assert again.verdicts() == [(2, "duplicate", [], [])]
    assert loans() == before


def test_a_copy_lent_at_a_desk_meanwhile_is_left_out(stocked: World) -> None:
    from jieyue.circulation.actions.checkout import checkout

    found = bring(stocked, "A0001,,30000001,2026-10-01,2026-10-31,\n").check()
    checkout(stocked.desk(now=clock.now()), copy_barcodes=("30000001",), card_barcode="A0002")

    found.bring_in()

    assert found.verdicts() == [(2, "wrong", ["copy_on_loan"], [])]
    assert Loan.objects.count() == 1
    assert contradictions() == []


def test_an_undo_of_loans_leaves_the_library_as_it_was(stocked: World) -> None:
    found = bring(
        stocked,
        "A0001,,30000001,2026-10-01,2026-10-31,1\nA0002,,30000002,2026-10-01,2026-10-31,\n",
    )
    found.check().bring_in()
    checkin(stocked.desk(now=clock.now()), copy_barcodes=("30000002",))

    found.undo()

    assert found.states() == [(2, "undone"), (3, "kept")]
    assert [loan.copy.barcode for loan in Loan.objects.all()] == ["30000002"]
    assert contradictions() == []
    assert sorted(Entry.objects.filter(outcome__startswith="loan_").values_list("outcome")) == [
        *(("loan_brought",), ("loan_brought",), ("loan_taken_back",)),
    ]


def test_a_reservation_of_a_book_its_reader_has_is_fulfilled_and_comes_back(
    stocked: World,
) -> None:
    first, second = stocked.copy(barcode="30000004"), stocked.copy(barcode="30000005")
    Copy.objects.filter(pk=second.pk).update(title=first.title)
    lin, wang = Patron.objects.get(name="林晓雨"), Patron.objects.get(name="王小明")
    mine = stocked.hold(lin, first.title)
    theirs = stocked.hold(wang, first.title)
    elsewhere = stocked.hold(lin, Copy.objects.get(barcode="30000002").title)
    desk = stocked.desk(now=clock.now())
    checkin(desk, copy_barcodes=("30000005",))  # kept for the first who waits

    found = bring(stocked, "A0001,,30000004,2026-10-01,2026-10-31,1\n").check().bring_in()

    def holds() -> list[tuple[str, int | None]]:
        rows = [Hold.objects.get(pk=one.pk) for one in (mine, theirs, elsewhere)]
        return [(row.state, row.captured_copy_id if row.state == "ready" else None) for row in rows]

    assert holds() == [("fulfilled", None), ("ready", second.pk), ("waiting", None)]
    assert Entry.objects.get(outcome="loan_brought").data["hold"] == mine.public_id
    assert [one for one in contradictions() if one.check != "hold_not_told"] == []
    found.undo()
    assert holds() == [("waiting", None), ("ready", second.pk), ("waiting", None)]
    assert [one for one in contradictions() if one.check != "hold_not_told"] == []


def test_a_copy_kept_for_its_very_reader_fulfils_the_reservation(stocked: World) -> None:
    copy = Copy.objects.get(barcode="30000001")
    lin, wang = Patron.objects.get(name="林晓雨"), Patron.objects.get(name="王小明")
    mine, desk = stocked.hold(lin, copy.title), stocked.desk(now=clock.now())
    theirs = stocked.hold(wang, copy.title)
    checkin(desk, copy_barcodes=("30000001",))
    before = list(Hold.objects.order_by("id").values())
    assert [one["captured_copy_id"] for one in before] == [copy.pk, None]

    anothers = bring(stocked, "A0002,,30000001,2026-10-01,2026-10-31,0\n").check()
    assert anothers.verdicts() == [(2, "wrong", ["copy_held_for_another"], [])]
    found = bring(stocked, "A0001,,30000001,2026-10-01,2026-10-31,0\n").check().bring_in()

    assert found.states() == [(2, "done")]
    assert (Loan.objects.get().patron, Loan.objects.get().copy) == (lin, copy)
    states = Hold.objects.order_by("id").values_list("pk", "state", "ended_why")
    assert list(states) == [(mine.pk, "fulfilled", "lent"), (theirs.pk, "waiting", "")]
    assert [one for one in contradictions() if one.check != "hold_not_told"] == []
    found.undo()
    assert list(Hold.objects.order_by("id").values()) == before
    assert [one for one in contradictions() if one.check != "hold_not_told"] == []


def test_a_copy_on_its_way_to_its_very_reader_is_said_to_travel(stocked: World) -> None:
    copy = Copy.objects.get(barcode="30000001")
    stocked.hold(Patron.objects.get(name="林晓雨"), copy.title, pickup_branch=stocked.east())
    checkin(stocked.desk(now=clock.now()), copy_barcodes=("30000001",))

    found = bring(stocked, "A0001,,30000001,2026-10-01,2026-10-31,0\n").check()

    assert found.verdicts() == [(2, "wrong", ["copy_in_transit"], [])]


def test_an_undo_leaves_what_is_of_a_branch_where_one_does_not_work(stocked: World) -> None:
    stocked.east()
    text = "证号,条码,应还日期,分馆\nA0001,30000001,2026-10-31,东馆\nA0001,30000002,2026-10-31,\n"
    found = Bringing(stocked.desk(now=clock.now()), LOANS, text).check().bring_in()
    StaffBranch.objects.create(library=stocked.library, staff=stocked.staff, branch=stocked.branch)
    Staff.objects.update(all_branches=False)

    found.undo()

    assert [(row.state, opened(row)["faults"]) for row in rows_of(found.row)] == [
        ("kept", [["something_followed", "elsewhere", ""]]),
        ("undone", []),
    ]
    assert Loan.objects.get().copy.barcode == "30000001"


def test_many_loans_take_no_more_statements(stocked: World, django_assert_max_num_queries) -> None:
    for n in range(60):
        stocked.copy(barcode=f"3100{n:04}")
    counts = []
    for text in (
        "A0001,,30000001,2026-10-01,2026-10-31,\n",
        "".join(f"A0002,,3100{n:04},2026-10-01,2026-10-31,\n" for n in range(60)),
    ):
        found = bring(stocked, text)
        for step in (found.check, found.bring_in, found.undo):
            with django_assert_max_num_queries(80) as counted:
                step()
            counts.append(len(counted))
    assert all(many - few <= 2 for few, many in zip(counts[:3], counts[3:], strict=True))
