"""Applying for a card, and what staff and rules make of it."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from jieyue.audit.models import Entry
from jieyue.fees.joining import approve_application, approve_applications, send_again
from jieyue.fees.models import LedgerLine
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.models import IdempotencyKey
from jieyue.outbox.models import Task
from jieyue.patrons.joining.applications import (
    ERASED_AFTER,
    MOST_FROM_AN_ADDRESS,
    MOST_OF_A_PHONE,
    erase_old_answers,
)
from jieyue.patrons.joining.consents import consents_of, edit_consent_text, has_consent
from jieyue.patrons.joining.deciding import (
    MAX_TEXT,
    ask_applicant,
    refuse_application,
    withdraw_application,
)
from jieyue.patrons.joining.outcomes import (
    ApplicationRefused,
    ApplicationsApproved,
    ApplicationSaved,
    LeftOver,
)
from jieyue.patrons.joining.queries import application_view, queue, standing, waiting_count
from jieyue.patrons.models import (
    Application,
    Card,
    Consent,
    JoiningForm,
    Patron,
    PatronCategory,
    PatronLink,
)
from jieyue.patrons.rules.joining.form import Fault, JoiningFault
from tests.actions.joining_case import ADULT, CHILD, filled, open_form, outside, send
from tests.world import World

F = JoiningFault


def faults(outcome) -> list[tuple[str, JoiningFault]]:
    assert isinstance(outcome, ApplicationRefused), outcome
    return [(fault.field, fault.code) for fault in outcome.faults]


def sent(world: World, *args, **more) -> str:
    outcome = send(world, *args, **more)
    assert isinstance(outcome, ApplicationSaved), outcome
    assert outcome.state == "sent", outcome
    return outcome.application


# --- Sending --------------------------------------------------------------------------------------


def test_what_is_sent_waits_for_staff(world: World) -> None:
    open_form(world)
    application = sent(world)

    row = Application.objects.get()
    assert (row.public_id, row.state, row.patron_id, row.sent_at) == (
        application, "sent", None, world.now,
    )  # fmt: skip
    assert json.loads(row.answers)["texts"] == {
        "name": "林晓雨", "phone": "138 1234 1234", "born_on": "1990-05-01",
    }  # fmt: skip
    assert waiting_count(world.desk()) == 1
    assert not Patron.objects.exists()
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.data) == ("send_application", {"application": application})


def test_answers_are_ciphertext_and_no_key_tells_of_them(world: World) -> None:
    open_form(world)
    sent(world, desk=outside(world, key="k"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM patrons_application")
        [stored] = cursor.fetchone()
    assert "林晓雨" not in stored and "1381234" not in stored
    assert "林" not in (IdempotencyKey.objects.get().outcome or "")


def test_a_double_click_sends_one(world: World) -> None:
    open_form(world)
    first = send(world, desk=outside(world, key="once"))
    assert send(world, desk=outside(world, key="once")) == first
    assert Application.objects.count() == 1


def test_the_same_person_waits_once(world: World) -> None:
    open_form(world)
    first = sent(world)
    again = ADULT | {"name": "林 晓雨", "phone": "+86 13812341234"}
    assert faults(send(world, again)) == [("name", F.SENT_ALREADY)]
    assert sent(world, ADULT | {"name": "林晓雪"})  # a sister, on the same phone

    refuse_application(world.desk(), application=first, reason="照片不清楚")
    assert sent(world)


def test_a_closed_form_takes_nothing(world: World) -> None:
    assert faults(send(world)) == [("", F.FORM_CLOSED)]
    open_form(world)
    application = sent(world)
    Application.objects.filter(public_id=application).update(state="asked")
    JoiningForm.objects.update(is_open=False)
    again = send_again(outside(world), application=application, filled=filled())
    assert isinstance(again, ApplicationSaved)  # who was asked may still answer


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": "  "}, ("name", F.MISSING)),
        ({"name": "长" * 10_000}, ("name", F.TOO_LONG)),
        ({"phone": ""}, ("phone", F.MISSING)),
        ({"phone": "12"}, ("phone", F.PHONE_BAD)),
        ({"born_on": "2199-01-01"}, ("born_on", F.DATE_BAD)),
        ({"born_on": "1890-01-01"}, ("born_on", F.DATE_BAD)),
        ({"born_on": "1990/5/1"}, ("born_on", F.DATE_BAD)),
        ({"remark": "长" * 10_000}, ("remark", F.TOO_LONG)),
    ],
)
def test_a_wrong_answer_is_refused_by_field(world: World, change, fault) -> None:
    open_form(world)
    assert fault in faults(send(world, ADULT | change))
    assert not Application.objects.exists()


def test_a_phone_is_verified_where_codes_can_be_sent(world: World) -> None:
    open_form(world)
    assert faults(send(world, ways=("sms",), verified=())) == [("phone", F.NOT_VERIFIED)]
    assert faults(send(world, ways=("sms",), verified=("13900001111",))) == [
        ("phone", F.NOT_VERIFIED)
    ]
    application = sent(world, ways=("sms",))
    assert application_view(world.desk(), application).verified == {"phone"}
    assert sent(world, ADULT | {"name": "周小满"}, verified=())  # no way to send one: staff see it


def test_the_privacy_notice_is_agreed_to_in_the_words_now_in_use(world: World) -> None:
    open_form(world)
    assert faults(send(world, consents=("messages",))) == [("privacy", F.CONSENT_MISSING)]
    edit_consent_text(world.desk(), kind="privacy", words_zh="新", words_en="New")
    assert faults(send(world)) == [("privacy", F.WORDS_CHANGED)]
    assert not Consent.objects.exists()


def test_many_from_one_phone_or_network_are_too_many(world: World) -> None:
    open_form(world)
    for number in range(MOST_OF_A_PHONE):
        sent(world, ADULT | {"name": f"读者{number}"})
    assert faults(send(world, ADULT | {"name": "又一个"})) == [("phone", F.TOO_MANY)]
    row = Application.objects.first()
    row.phone_hash, row.from_hash = "-", "net"
    Application.objects.bulk_create(
        Application(
            library_id=world.library.pk, public_id=f"X{n}", who_hash=f"w{n}", from_hash="net",
            sent_at=world.now, changed_at=world.now,
        )
        for n in range(MOST_FROM_AN_ADDRESS)
    )  # fmt: skip
    other = {"name": "林晓雨", "phone": "13700000000", "born_on": "1990-05-01"}
    assert faults(send(world, other, from_hash="net")) == [("", F.TOO_MANY)]
    later = outside(world, now=world.now + timedelta(hours=1, seconds=1))
    assert sent(world, other, from_hash="net", desk=later)


# --- Children -------------------------------------------------------------------------------------


def test_a_childs_guardian_agrees_and_their_words_are_kept(world: World) -> None:
    open_form(world, asks={"phone": "off", "student_number": "required"})
    application = sent(world, CHILD, ways=("sms",))

    view = application_view(world.desk(), application)
    assert (view.is_child, view.age) == (True, 9)
    assert sorted((c.kind, c.giver, c.guardian_name, c.version) for c in view.consents) == [
        ("guardian", "guardian", "周建国", 1),
        ("privacy", "guardian", "周建国", 1),
    ]
    approve_application(world.desk(), application=application)
    patron = Patron.objects.get()
    assert (patron.born_on, patron.phone) == ("2016-09-01", "13900001111")
    assert has_consent(patron.pk, "guardian") and has_consent(patron.pk, "privacy")
    link = PatronLink.objects.get(reader=patron, actor=None, kind="guardian")
    assert (link.guardian_name, link.guardian_phone) == ("周建国", "13900001111")


@pytest.mark.parametrize(
    ("change", "more", "fault"),
    [
        ({"guardian_name": ""}, {}, ("guardian_name", F.MISSING)),
        ({"guardian_phone": ""}, {}, ("guardian_phone", F.MISSING)),
        ({}, {"verified": ()}, ("guardian_phone", F.NOT_VERIFIED)),
        ({}, {"consents": ("privacy",)}, ("guardian", F.CONSENT_MISSING)),
    ],
)
def test_without_a_guardian_a_child_cannot_apply(world: World, change, more, fault) -> None:
    open_form(world, asks={"phone": "off"})
    assert faults(send(world, CHILD | change, **more)) == [fault]
    assert not Application.objects.exists()


def test_fourteen_is_counted_in_the_librarys_day(world: World) -> None:
    """The desk's noon is 2 March in Shanghai; at 16:30 UTC it is the 3rd there."""
    open_form(world, asks={"phone": "off"})
    texts = {"name": "周小满", "born_on": "2012-03-03"}
    assert ("guardian", F.CONSENT_MISSING) in faults(send(world, texts))
    evening = outside(world, now=world.now.replace(hour=16, minute=30))
    assert sent(world, texts, desk=evening)


def test_where_no_birth_date_is_asked_one_says_whether_it_is_a_child(world: World) -> None:
    open_form(world, asks={"born_on": "off"})
    texts = {"name": "林晓雨", "phone": "13812341234"}
    assert faults(send(world, texts, under_14="")) == [("under_14", F.MISSING)]
    assert ("guardian", F.CONSENT_MISSING) in faults(send(world, texts, under_14="yes"))
    assert sent(world, texts, under_14="no")


# --- Staff ----------------------------------------------------------------------------------------


def test_approved_they_are_a_reader_with_a_card_and_a_sign_in(world: World) -> None:
    open_form(world)
    application = sent(world)

    outcome = approve_application(world.desk(), application=application)

    patron, card = Patron.objects.get(), Card.objects.get()
    assert outcome == ApplicationSaved(
        application=application, state="approved", patron=patron.public_id, card=card.barcode,
        how="staff",
    )  # fmt: skip
    assert (patron.name, patron.phone, patron.born_on) == ("林晓雨", "13812341234", "1990-05-01")
    assert (patron.category_id, patron.branch_id) == (world.category.pk, world.branch.pk)
    assert patron.account is not None and not patron.account.has_usable_password()
    assert [one.kind for one in consents_of(patron.pk)] == ["privacy"]
    row = Application.objects.get()
    assert (row.state, row.decided_by_id, row.patron_id) == ("approved", world.staff.pk, patron.pk)
    assert Task.objects.filter(
        kind="notices.application_answered", payload={"application": application}
    ).exists()


def test_a_card_type_with_a_fee_charges_it(world: World) -> None:
    PatronCategory.objects.create(
        library_id=world.library.pk, code="paid", name="校外", yearly_fee_cents=2000
    )
    open_form(world, offered=("adult", "paid"))
    application = sent(world, category="paid")
    outcome = approve_application(world.desk(), application=application)
    assert outcome.charged_cents == 2000
    assert LedgerLine.objects.get().amount_cents == 2000


def test_a_card_type_that_is_not_offered_cannot_be_had(world: World) -> None:
    PatronCategory.objects.create(library_id=world.library.pk, code="staff", name="职工")
    open_form(world)
    assert faults(send(world, category="staff")) == [("category", F.CATEGORY_UNKNOWN)]


def test_what_is_decided_is_decided_once(world: World) -> None:
    open_form(world)
    application = sent(world)
    approve_application(world.desk(), application=application)
    for outcome in (
        approve_application(world.desk(), application=application),
        refuse_application(world.desk(), application=application, reason="重复"),
        ask_applicant(world.desk(), application=application, text="学号？"),
        withdraw_application(outside(world), application=application),
        send_again(outside(world), application=application, filled=filled()),
    ):
        assert outcome == ApplicationRefused(
            faults=(Fault("application", F.DECIDED_ALREADY, "approved"),)
        )
    assert Patron.objects.count() == 1


def test_asked_again_they_answer_and_wait_once_more(world: World) -> None:
    open_form(world)
    application = sent(world)
    assert ask_applicant(world.desk(), application=application, text=" 请写全名 ").state == "asked"
    assert standing(application, now=world.now).question == "请写全名"
    assert waiting_count(world.desk()) == 0

    again = send_again(
        outside(world), application=application, filled=filled(ADULT | {"name": "林晓雨宁"})
    )

    assert again == ApplicationSaved(application=application, state="sent")
    assert application_view(world.desk(), application).texts["name"] == "林晓雨宁"
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_refused_they_read_the_reason_and_agree_to_nothing_any_more(world: World) -> None:
    open_form(world)
    application = sent(world)
    refuse_application(world.desk(), application=application, reason="不在服务范围")
    found = standing(application, now=world.now)
    assert (found.state, found.reason) == ("refused", "不在服务范围")
    assert not Consent.objects.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize("text", ["", "  ", "长" * (MAX_TEXT + 1)])
def test_an_answer_without_words_or_with_too_many_is_none(world: World, text: str) -> None:
    open_form(world)
    application = sent(world)
    code = F.TOO_LONG if text.strip() else F.TEXT_MISSING
    for act, name in ((ask_applicant, "text"), (refuse_application, "reason")):
        assert faults(act(world.desk(), application=application, **{name: text})) == [
            ("text", code)
        ]
    assert Application.objects.get().state == "sent"


def test_taken_back_it_stays_taken_back(world: World) -> None:
    open_form(world)
    application = sent(world)
    for _ in range(2):
        assert withdraw_application(outside(world), application=application).state == "withdrawn"
    assert not Consent.objects.filter(withdrawn_at=None).exists()


def test_several_are_approved_at_once_and_those_in_doubt_are_left(world: World) -> None:
    open_form(world, asks={"student_number": "optional"})
    world.patron("周小满", student_number="1001")
    plain = sent(world)
    doubtful = sent(world, ADULT | {"name": "王明", "student_number": "1001"})
    outcome = approve_applications(world.desk(), applications=(plain, doubtful, "NOBODY"))
    assert isinstance(outcome, ApplicationsApproved)
    assert outcome.approved == (plain,)
    assert set(outcome.left) == {
        LeftOver(application=doubtful, codes=(F.STUDENT_NUMBER_TAKEN,)),
        LeftOver(application="NOBODY", codes=(F.APPLICATION_UNKNOWN,)),
    }
    assert faults(approve_applications(world.desk(), applications=())) == [("", F.NOTHING_CHOSEN)]


def test_who_has_no_right_decides_nothing(world: World) -> None:
    open_form(world)
    application = sent(world)
    for act in (
        lambda: approve_application(outside(world), application=application),
        lambda: approve_applications(outside(world), applications=(application,)),
        lambda: refuse_application(outside(world), application=application, reason="x"),
        lambda: ask_applicant(outside(world), application=application, text="x"),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_staff_of_one_branch_decide_its_applications_only(world: World) -> None:
    open_form(world)
    east = world.east()
    application = sent(world, branch="east")
    here = world.desk(branch_ids=frozenset({world.branch.pk}))
    assert queue(here).total == 0 and application_view(here, application) is None
    with pytest.raises(OtherBranchError):
        approve_application(here, application=application)
    there = world.desk(branch_id=east.pk, branch_ids=frozenset({east.pk}))
    assert approve_application(there, application=application).state == "approved"
    assert Patron.objects.get().branch_id == east.pk


# --- Upkeep ---------------------------------------------------------------------------------------


def test_what_came_to_nothing_is_erased_after_ninety_days(world: World) -> None:
    open_form(world)
    refused, waiting = sent(world), sent(world, ADULT | {"name": "周小满"})
    refuse_application(world.desk(), application=refused, reason="不在服务范围")
    assert erase_old_answers(world.now + ERASED_AFTER) == 0
    assert erase_old_answers(world.now + ERASED_AFTER + timedelta(seconds=1)) == 1
    gone = application_view(world.desk(), refused)
    assert (gone.texts, gone.reason, gone.is_erased) == ({}, "", True)
    assert application_view(world.desk(), waiting).texts["name"] == "周小满"


def test_the_queue_takes_as_many_statements_for_one_as_for_twenty(
    world: World, django_assert_max_num_queries
) -> None:
    open_form(world)
    for number in range(20):
        sent(world, {"name": f"读者{number}", "phone": f"138000000{number:02}", "born_on": ""})
    with django_assert_max_num_queries(5):
        found = queue(world.desk())
    assert (found.total, found.applications[0].name) == (20, "读者0")
