"""Staff's pages of joining: the queue, one application, the form, invitations, the poster."""

import re
from datetime import timedelta

import pytest

from jieyue.fees.joining import approve_application, send_again
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Staff, StaffBranch
from jieyue.patrons.joining.consents import texts
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.invitations import invitations, make_invitation
from jieyue.patrons.models import Application, Invitation, Patron
from jieyue.patrons.rules.joining.form import Rule
from tests.actions.joining_case import ADULT, filled, open_form, outside, send
from tests.world import World

QUEUE = "/northfield/staff/joining/"


def page(response) -> str:
    return response.content.decode()


def test_the_queue_shows_who_waits_and_their_number_under_readers(world, staff_client) -> None:
    assert "closed" in page(staff_client.get(QUEUE)) or "尚未开放" in page(staff_client.get(QUEUE))
    open_form(world)
    send(world)
    assert "林晓雨" in page(staff_client.get(QUEUE))
    listed = page(staff_client.get("/northfield/staff/patrons/"))
    assert f'href="{QUEUE}"' in listed and '<span class="badge badge-primary num">1' in listed


def test_the_ticked_ones_are_approved_at_once(world, staff_client) -> None:
    open_form(world, asks={"student_number": "optional"})
    world.patron("王明", student_number="1001")
    ids = [
        send(world).application,
        send(world, ADULT | {"name": "王小明", "student_number": "1001"}).application,
    ]
    response = staff_client.post(QUEUE, {"application": ids})
    assert response.status_code == 409
    states = dict(Application.objects.values_list("public_id", "state"))
    assert states == {ids[0]: "approved", ids[1]: "sent"}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"do": "approve", "category": "adult"}, "approved"),
        ({"do": "ask", "text": "学号是多少？"}, "asked"),
        ({"do": "refuse", "text": "不在服务范围"}, "refused"),
    ],
)
def test_one_is_decided_on_its_page(world, staff_client, given, state) -> None:
    open_form(world)
    application = send(world).application
    assert "138 1234 1234" in page(staff_client.get(f"{QUEUE}{application}/"))
    assert staff_client.post(f"{QUEUE}{application}/", given).status_code == 303
    assert Application.objects.get().state == state
    assert staff_client.get(f"{QUEUE}{application}/").status_code == 200


def test_a_refusal_without_a_reason_and_a_second_decision_are_told(world, staff_client) -> None:
    open_form(world)
    application = send(world).application
    address = f"{QUEUE}{application}/"
    assert staff_client.post(address, {"do": "refuse", "text": " "}).status_code == 409
    approve_application(world.desk(), application=application)
    assert staff_client.post(address, {"do": "approve"}).status_code == 409
    assert Patron.objects.count() == 1


def test_a_namesake_on_the_same_phone_is_confirmed_first(world, staff_client) -> None:
    open_form(world, Rule.EVERYBODY)
    send(world)
    application = send(world).application
    address = f"{QUEUE}{application}/"
    first = staff_client.post(address, {"do": "approve", "category": "adult"})
    assert first.status_code == 409 and "may_be_same" in page(first)
    staff_client.post(address, {"do": "approve", "category": "adult", "may_be_same": "1"})
    assert Patron.objects.count() == 2


def test_the_form_is_set_and_looked_at_first(world, staff_client) -> None:
    address = f"{QUEUE}form/"
    given = {
        "is_open": "1", "welcome": "欢迎", "student_number_ask": "required",
        "student_number_pattern": "2024####", "own_0": "喜欢什么书？", "own_0_ask": "optional",
        "rules": ["roster", "invited"], "roster_phone": "1", "offered": ["adult"],
    }  # fmt: skip
    preview = staff_client.post(address, given | {"do": "preview"})
    assert "喜欢什么书" in page(preview) and not form_now().is_open
    assert staff_client.post(address, given).status_code == 303
    form = form_now()
    assert (form.is_open, form.welcome, form.questions[0].label) == (True, "欢迎", "喜欢什么书？")
    assert (form.ask("student_number").pattern, form.ask("phone").ask) == ("2024####", "off")
    assert form.rules == (Rule.INVITED, Rule.ROSTER)
    assert staff_client.get(address).status_code == 200


def test_a_form_that_cannot_be_is_refused_with_what_was_typed(world, staff_client) -> None:
    given = {"rules": ["domain"], "domains": "no domain", "welcome": "长" * 10_000}
    response = staff_client.post(f"{QUEUE}form/", given)
    assert response.status_code == 409 and "长" * 100 in page(response)
    assert not form_now().is_open


def test_the_words_are_changed_and_put_back(world, staff_client) -> None:
    address = f"{QUEUE}words/privacy/"
    assert staff_client.post(address, {"words_zh": "甲", "words_en": "A"}).status_code == 303
    assert texts()["privacy"].words_zh == "甲"
    assert staff_client.post(address, {"words_zh": "甲", "words_en": ""}).status_code == 409
    assert staff_client.post(address, {"do": "built_in"}).status_code == 303
    assert texts()["privacy"].is_built_in
    assert staff_client.get(f"{QUEUE}words/soul/").status_code == 404


def test_slips_for_a_class_are_made_printed_and_ended(world, staff_client) -> None:
    address = f"{QUEUE}invitations/"
    bad = staff_client.post(address, {"name": "", "places": "0", "how": "slips"})
    assert bad.status_code == 409
    given = {"name": "三（2）班", "places": "3", "how": "slips", "ends_on": ""}
    assert staff_client.post(address, given).status_code == 303
    [made] = invitations(world.desk())
    printed = page(staff_client.get(f"{address}{made.public_id}/slips/"))
    assert printed.count("<svg viewBox") == 3
    staff_client.post(f"{address}{made.public_id}/end/")
    assert Invitation.objects.get().ended_at is not None


def test_the_poster_carries_the_librarys_name_and_address(world, staff_client) -> None:
    printed = page(staff_client.get(f"{QUEUE}poster/"))
    assert "书馆 northfield" in printed and "/northfield/join/" in printed


def test_a_helper_sees_none_of_it(world, helper_client) -> None:
    open_form(world)
    application = send(world).application
    made = make_invitation(world.desk(), name="秋季", places=1)
    for path in (
        "", f"{application}/", "form/", "words/privacy/", "poster/", "invitations/",
        f"invitations/{made.invitation}/slips/",
    ):  # fmt: skip
        assert helper_client.get(f"{QUEUE}{path}").status_code == 403


def test_answers_changed_since_staff_looked_are_looked_at_again(world, staff_client) -> None:
    """Or somebody would put their own number in after the right one had been rung up."""
    open_form(world)
    application = send(world).application
    address = f"{QUEUE}{application}/"
    shown = page(staff_client.get(address))
    [seen] = set(re.findall(r'name="seen" value="([^"]+)"', shown))
    later = outside(world, now=world.now + timedelta(minutes=1))
    send_again(later, application=application, filled=filled(ADULT | {"phone": "13900000000"}))

    given = {"do": "approve", "category": "adult", "seen": seen}
    answer = staff_client.post(address, given)
    assert answer.status_code == 409
    assert "请再看一遍" in page(answer) and "13900000000" in page(answer)
    assert not Patron.objects.exists()
    [now] = set(re.findall(r'name="seen" value="([^"]+)"', page(answer)))
    assert staff_client.post(address, given | {"seen": now}).status_code == 303


def test_another_branchs_invitations_and_their_codes_are_not_shown(world, staff_client) -> None:
    there = world.east()
    make_invitation(world.desk(), name="东馆读书会", places=5, branch=there.code)
    make_invitation(world.desk(), name="北馆读书会", places=5)
    away = next(one for one in invitations(world.desk()) if one.name == "东馆读书会")
    Staff.objects.filter(pk=world.staff.pk).update(all_branches=False)
    StaffBranch.objects.create(library_id=world.library.pk, staff=world.staff, branch=world.branch)
    shown = page(staff_client.get(f"{QUEUE}invitations/"))
    assert "北馆读书会" in shown and "东馆读书会" not in shown and away.code not in shown
    assert staff_client.get(f"{QUEUE}invitations/{away.public_id}/slips/").status_code == 404


def test_another_librarys_applications_are_not_there(world: World, staff_client) -> None:

    other = World(slug="southfield")
    with library_scope(other.library.pk):
        open_form(other)
        application = send(other).application
        made = make_invitation(other.desk(), name="秋季", places=1)
    for path in (f"{application}/", f"invitations/{made.invitation}/slips/"):
        assert staff_client.get(f"{QUEUE}{path}").status_code == 404
    assert staff_client.post(f"{QUEUE}{application}/", {"do": "approve"}).status_code == 404
    end = f"{QUEUE}invitations/{made.invitation}/end/"
    assert staff_client.post(end).status_code == 404
