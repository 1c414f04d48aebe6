"""What the library's own people carry: class sheets and calls, for whom nothing else reaches."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.renew import renew
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.actions import OtherBranchError
from jieyue.notices.by_hand import drop_everywhere
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.jobs import forget_old_notices
from jieyue.notices.models import (
    ClassSheet,
    ClassSheetLine,
    DeadAddress,
    Delivery,
    NoticePreference,
    NoticeSettings,
)
from jieyue.notices.paper import (
    NoSheet,
    SheetEnded,
    SheetMade,
    SheetNotEnded,
    give_out_sheet,
    make_sheet,
    withdraw_sheet,
)
from jieyue.notices.telephone import CallNoted, CallNotNoted, call_text, calls, note_call
from jieyue.patrons.linking import link_guardian
from jieyue.patrons.models import StaffGroup
from jieyue.patrons.teaching import set_staff_groups
from tests.mailing import at, lent, reminded, sent, states

CLASS = "三年级2班"


def uses(world, *ways: str, class_ways=None, calls=3) -> None:
    set_by_hand(
        world.desk(), ways=ways, class_ways=class_ways or {}, calls=calls, shows_titles=False
    )


def pupil(world, name="林小雨", **values):
    return world.patron(name, **({"group_name": CLASS} | values))


def told(world, clock) -> None:
    reminded(world, clock())
    sent(world, clock)


# --- Which way ----------------------------------------------------------------------------------


def test_whom_nothing_else_reaches_waits_for_the_class_sheet_or_for_a_call(world, clock):
    uses(world, "paper", "phone")
    lent(world, "活着", "2026-03-05", pupil(world))
    lent(world, "兄弟", "2026-03-05", world.patron("王大爷", phone="13800001111"))
    lent(world, "边城", "2026-03-05", world.patron("无名"))
    told(world, clock)

    assert states() == [("paper", "waiting", ""), ("phone", "waiting", ""), ("", "unreached", "")]
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {None}


def test_nothing_goes_by_hand_until_the_library_says_so(world, clock):
    lent(world, "活着", "2026-03-05", pupil(world, phone="13800001111"))
    told(world, clock)
    assert states() == [("", "unreached", "")]
    assert "paper" not in Delivery.objects.get().passed_over


def test_an_address_that_works_comes_first_unless_the_class_is_told_on_paper(world, server, clock):
    uses(world, "paper", class_ways={"一年级1班": "paper"})
    lent(world, "活着", "2026-03-05", pupil(world, email="lin@example.com"))
    first = pupil(world, "王小明", email="wang@example.com", group_name="一年级1班")
    lent(world, "兄弟", "2026-03-05", first)
    told(world, clock)
    assert sorted(states()) == [("email", "handed", ""), ("paper", "waiting", "")]


def test_a_reader_who_wants_no_call_gets_none(world, clock):
    uses(world, "phone")
    patron = world.patron(phone="13800001111")
    NoticePreference.objects.create(
        library_id=world.library.pk, patron=patron, off_channels=["phone"], changed_at=clock()
    )
    lent(world, "活着", "2026-03-05", patron)
    told(world, clock)
    assert states() == [("", "unreached", "")]


def test_whom_nothing_reached_before_is_told_by_hand_once_that_is_used(world, clock):
    NoticeSettings.objects.create(
        library_id=world.library.pk, channels={"due_soon": ["email"], "receipt": []}
    )
    lent(world, "活着", "2026-03-05", pupil(world))
    told(world, clock)
    uses(world, "paper")
    sent(world, clock)
    assert states() == [("", "failed", ""), ("paper", "waiting", "")]
    assert NoticeSettings.objects.get().channels == {"due_soon": ["email", "paper"], "receipt": []}

    uses(world)
    sent(world, clock)
    assert states()[1:] == [("paper", "failed", ""), ("", "unreached", "")]


def test_what_comes_later_stands_on_the_same_slip_and_in_the_same_call(world, clock):
    uses(world, "paper", "phone")
    patron, old = pupil(world), world.patron("王大爷", phone="13800001111")
    for reader in (patron, old):
        lent(world, "活着", "2026-03-05", reader)
    told(world, clock)
    note_call(world.desk(now=clock()), answer="nobody", **call_of(world, clock))
    for reader in (patron, old):
        lent(world, "兄弟", "2026-03-06", reader)
    clock.goes_on(days=1)
    told(world, clock)

    assert states() == [("paper", "waiting", ""), ("phone", "waiting", "not_answered")]
    [call] = calls(world.desk(now=clock()))
    assert sorted(item.title for item in call.items) == ["兄弟", "活着"]


# --- Class sheets -------------------------------------------------------------------------------


def test_a_sheet_takes_up_what_is_still_true_and_is_given_out(world, clock):
    uses(world, "paper")
    lin, wang, gone = pupil(world), pupil(world, "王小明"), pupil(world, "张伟")
    first = lent(world, "活着", "2026-03-05", lin)
    back = lent(world, "兄弟", "2026-03-05", lin)
    kept = lent(world, "边城", "2026-03-05", wang)
    last = lent(world, "家", "2026-03-05", gone)
    lent(world, "春", "2026-03-05", pupil(world, "别班", group_name="一年级1班"))
    told(world, clock)
    desk = world.desk(now=clock())
    checkin(desk, copy_barcodes=(back.copy.barcode, last.copy.barcode))

    made = make_sheet(desk, group=CLASS)
    assert isinstance(made, SheetMade)
    assert (made.readers, made.settled) == (2, 1)
    assert make_sheet(desk, group=CLASS) == NoSheet(why="nothing", sheet=made.sheet)
    printed = ClassSheetLine.objects.order_by("notice_id")
    assert list(printed.values_list("notice__facts__loan", flat=True)) == [
        first.public_id, kept.public_id
    ]  # fmt: skip
    assert dict(Delivery.objects.values_list("patron__name", "state")) == {
        "林小雨": "waiting", "王小明": "waiting", "张伟": "dropped", "别班": "waiting",
    }  # fmt: skip

    assert give_out_sheet(desk, sheet=made.sheet) == SheetEnded(state="given", readers=2)
    assert give_out_sheet(desk, sheet=made.sheet) == SheetNotEnded(why="over", state="given")
    assert withdraw_sheet(desk, sheet=made.sheet) == SheetNotEnded(why="over", state="given")
    handed = Delivery.objects.filter(state="handed")
    assert set(handed.values_list("channel", "reference", "ended_at")) == {
        ("paper", made.sheet, desk.now)
    }


def test_a_sheet_taken_back_lets_everything_wait_again(world, clock):
    uses(world, "paper")
    lin = pupil(world)
    lent(world, "活着", "2026-03-05", lin)
    told(world, clock)
    desk = world.desk(now=clock())
    first = make_sheet(desk, group=CLASS)
    lent(world, "兄弟", "2026-03-06", lin)
    clock.goes_on(days=1)
    told(world, clock)
    desk = world.desk(now=clock())
    assert states() == [("paper", "waiting", "")] * 2  # what is printed is not added to

    assert withdraw_sheet(desk, sheet=first.sheet) == SheetEnded(state="withdrawn", readers=1)
    again = make_sheet(desk, group=CLASS)
    assert (again.readers, again.settled) == (1, 0)
    assert ClassSheetLine.objects.filter(sheet__public_id=again.sheet).count() == 2
    assert dict(ClassSheet.objects.values_list("public_id", "state")) == {
        first.sheet: "withdrawn", again.sheet: "made",
    }  # fmt: skip


def test_nothing_is_printed_where_everything_has_come_back(world, clock):
    uses(world, "paper")
    loan = lent(world, "活着", "2026-03-05", pupil(world))
    told(world, clock)
    desk = world.desk(now=clock())
    renew(desk, loans=(loan.public_id,))
    assert make_sheet(desk, group=CLASS) == NoSheet(why="settled")
    assert states() == [("paper", "dropped", "not_true")]
    assert ClassSheet.objects.count() == 0


def test_a_reminder_that_waited_until_the_day_was_past_says_that_it_is(world, clock):
    uses(world, "paper")
    lent(world, "活着", "2026-03-05", pupil(world))
    told(world, clock)
    clock.goes_on(days=6)
    assert isinstance(make_sheet(world.desk(now=clock()), group=CLASS), SheetMade)


def test_staff_of_one_branch_and_class_teachers_make_sheets_of_theirs_only(world, clock):
    uses(world, "paper")
    east = world.east()
    lent(world, "活着", "2026-03-05", pupil(world))
    lent(world, "兄弟", "2026-03-05", pupil(world, "王小明", branch=east))
    told(world, clock)
    there = world.desk(now=clock(), branch_ids=frozenset({east.pk}))
    made = make_sheet(world.desk(now=clock()), group=CLASS)
    assert made.readers == 2
    for end in (give_out_sheet, withdraw_sheet):
        with pytest.raises(OtherBranchError):
            end(there, sheet=made.sheet)
    withdraw_sheet(world.desk(now=clock()), sheet=made.sheet)
    mine = make_sheet(there, group=CLASS)
    assert mine.readers == 1
    assert give_out_sheet(there, sheet=mine.sheet).readers == 1

    set_staff_groups(world.desk(), login=world.staff.account.login, groups=("一年级1班",))
    assert StaffGroup.objects.count() == 1
    assert make_sheet(world.desk(now=clock()), group=CLASS) == NoSheet(why="unknown")
    assert give_out_sheet(world.desk(now=clock()), sheet=mine.sheet) == SheetNotEnded(why="unknown")


def test_what_nobody_prints_any_more_is_settled_at_night_and_old_sheets_go(world, clock):
    uses(world, "paper", "phone")
    loans = [
        lent(world, "活着", "2026-03-05", pupil(world)),
        lent(world, "兄弟", "2026-03-05", world.patron(phone="13800001111")),
    ]
    lent(world, "边城", "2026-03-05", pupil(world, "王小明"))
    told(world, clock)
    checkin(world.desk(now=clock()), copy_barcodes=tuple(loan.copy.barcode for loan in loans))
    assert drop_everywhere(clock()) == 2
    assert sorted(states()) == [
        ("paper", "dropped", "not_true"), ("paper", "waiting", ""), ("phone", "dropped", "not_true")
    ]  # fmt: skip

    make_sheet(world.desk(now=clock()), group=CLASS)
    forget_old_notices(clock() + timedelta(days=200))
    assert (ClassSheet.objects.count(), Delivery.objects.count()) == (0, 0)


# --- Calls --------------------------------------------------------------------------------------


def call_of(world, clock) -> dict[str, object]:
    """Return what a form of the list's first row says."""
    call = calls(world.desk(now=clock()))[0]
    return {"patron": call.patron, "mark": call.mark, "said": call.said}


def elder(world, **values):
    return world.patron("王大爷", **({"phone": "010-6655 1234"} | values))


def test_the_list_names_the_gravest_first_and_what_to_say(world, clock):
    uses(world, "phone")
    lent(world, "活着", "2026-03-05", elder(world))
    lent(world, "兄弟", "2026-02-23", world.patron("林奶奶", phone="13800002222"))
    lent(world, "边城", "2026-03-05", pupil(world))
    told(world, clock)

    first, second = calls(world.desk(now=clock()))
    assert (first.name, first.items[0].kind, first.tries) == ("林奶奶", "overdue", 0)
    assert (second.name, second.phone, second.items[0].title) == ("王大爷", "010-6655 1234", "活着")
    there = world.desk(now=clock(), branch_ids=frozenset({world.east().pk}))
    assert calls(there) == []


def test_told_settles_what_was_said_and_what_came_since_waits(world, clock):
    uses(world, "phone")
    patron = elder(world)
    lent(world, "活着", "2026-03-05", patron)
    told(world, clock)
    form = call_of(world, clock)
    lent(world, "兄弟", "2026-03-06", patron)
    clock.goes_on(days=1)
    told(world, clock)

    desk = world.desk(now=clock())
    assert note_call(desk, answer="told", **form) == CallNoted(then="told")
    assert states() == [("phone", "handed", ""), ("phone", "waiting", "")]
    [left] = calls(desk)
    assert [item.title for item in left.items] == ["兄弟"]
    note_call(desk, answer="told", **call_of(world, clock))
    assert note_call(desk, answer="told", **form) == CallNotNoted(why="over")
    unknown = form | {"patron": "NOSUCH"}
    assert note_call(desk, answer="told", **unknown) == CallNotNoted(why="unknown")


def test_nobody_answered_again_tomorrow_and_then_the_next_way(world, clock):
    uses(world, "phone", calls=2)
    lent(world, "活着", "2026-03-05", elder(world))
    told(world, clock)
    again_at = at(world, "2026-03-03T08:00")
    noted = note_call(world.desk(now=clock()), answer="nobody", **call_of(world, clock))
    assert noted == CallNoted(then="later", again_at=again_at)
    assert calls(world.desk(now=clock()))[0].again_at == again_at
    clock.goes_on(days=1)
    sent(world, clock)  # the sender leaves it alone
    assert calls(world.desk(now=clock()))[0].again_at is None
    assert calls(world.desk(now=clock()))[0].tries == 1

    noted = note_call(world.desk(now=clock()), answer="nobody", **call_of(world, clock))
    assert noted == CallNoted(then="given_up")
    assert states() == [("phone", "given_up", "not_answered")]


def test_who_does_not_answer_is_told_on_paper_where_there_is_a_class(world, clock):
    uses(world, "paper", "phone", class_ways={CLASS: "phone"}, calls=1)
    lent(world, "活着", "2026-03-05", pupil(world, phone="13800001111"))
    told(world, clock)
    noted = note_call(world.desk(now=clock()), answer="nobody", **call_of(world, clock))
    assert noted == CallNoted(then="next_way", channel="paper")
    assert states() == [("phone", "failed", "not_answered"), ("paper", "waiting", "")]


def test_a_wrong_number_is_not_called_again_nor_written_to(world, clock):
    uses(world, "phone")
    patron = elder(world)
    lent(world, "活着", "2026-03-05", patron)
    told(world, clock)
    desk = world.desk(now=clock())
    form = call_of(world, clock)
    changed, hashed = form | {"mark": "0" * 16}, keyed_hash("01066551234")
    assert note_call(desk, answer="wrong", **changed) == CallNotNoted(why="changed")

    assert note_call(desk, answer="wrong", **form) == CallNoted(then="given_up")
    assert set(DeadAddress.objects.values_list("channel", "code", "address_hash")) == {
        ("phone", "wrong_number", hashed), ("sms", "wrong_number", hashed),
    }  # fmt: skip
    lent(world, "兄弟", "2026-03-06", patron)
    clock.goes_on(days=1)
    told(world, clock)
    assert states() == [("phone", "given_up", "wrong_number"), ("", "unreached", "")]


def test_nobody_is_called_for_a_book_that_came_back(world, clock):
    uses(world, "phone")
    loan = lent(world, "活着", "2026-03-05", elder(world))
    told(world, clock)
    form = call_of(world, clock)
    desk = world.desk(now=clock())
    checkin(desk, copy_barcodes=(loan.copy.barcode,))
    assert calls(desk) == []
    assert note_call(desk, answer="nobody", **form) == CallNoted(then="settled")
    assert states() == [("phone", "dropped", "not_true")]
    with pytest.raises(OtherBranchError):
        note_call(world.desk(branch_ids=frozenset({world.east().pk})), answer="told", **form)


def test_a_reader_who_switches_it_off_meanwhile_takes_another_way(world, clock):
    uses(world, "paper", "phone")
    patron = pupil(world, phone="13800001111")
    lent(world, "活着", "2026-03-05", patron)
    told(world, clock)
    NoticePreference.objects.create(
        library_id=world.library.pk, patron=patron, off_channels=["paper"], changed_at=clock()
    )
    assert make_sheet(world.desk(now=clock()), group=CLASS) == NoSheet(why="nothing")
    assert states() == [("paper", "failed", "left"), ("phone", "waiting", "")]


@pytest.mark.parametrize(("born_on", "hears"), [("2017-05-01", True), ("2011-05-01", False)])
def test_a_childs_guardian_is_called_and_hears_the_titles_while_they_may(
    world, clock, born_on, hears
):
    uses(world, "phone")
    child = world.patron("王小明", born_on=born_on)
    link_guardian(world.desk(), child, name="王芳", phone="138 0000 1111")
    lent(world, "活着", "2026-03-05", child)
    told(world, clock)
    desk = world.desk(now=clock())
    [call] = calls(desk)
    assert (call.name, call.of, call.phone) == ("王小明", "王芳", "13800001111")
    said = call_text(call, desk, library="总馆", language="zh-hans", own={})
    assert said.startswith("王小明：") and ("《活着》" in said) == hears
