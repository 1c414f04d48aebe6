"""`/applications`: the queue and its answers for programs."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from jieyue.fees.joining import send_again
from jieyue.kit import clock
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Application, Patron
from jieyue.patrons.rules.births import age_on
from jieyue.patrons.rules.joining.form import Question
from tests.actions.joining_case import ADULT, CHILD, filled, open_form, send
from tests.doors.api.program import program
from tests.world import World


def decide(api, application: str, what: str, body: dict[str, object], key: str = ""):
    headers = {"Idempotency-Key": key} if key else {}
    return api.call("PUT", f"applications/{application}/{what}", body, **headers)


def test_the_queue_masks_phones_and_says_what_needs_a_look(world: World, api) -> None:
    open_form(world, asks={"student_number": "optional", "group_name": "optional"})
    world.patron("王明", student_number="1001")
    plain = send(world).application
    other = send(world, ADULT | {"name": "王小明", "student_number": "1001"}).application

    page = api.get("applications").json()
    assert page["total"] == 2
    assert page["applications"][0] == {
        "public_id": plain, "state": "sent", "name": "林晓雨", "group_name": "",
        "student_number": "", "phone_masked": "138****1234", "is_phone_verified": True,
        "is_child": False, "category": "", "branch": "", "invitation": "",
        "sent_at": "2026-03-02T04:00:00Z", "changed_at": "2026-03-02T04:00:00Z",
        "match": "none", "is_maybe_same": False, "is_plain": True,
    }  # fmt: skip
    [looked_at] = api.get("applications?limit=1&offset=1").json()["applications"]
    assert (looked_at["public_id"], looked_at["match"], looked_at["is_plain"]) == (
        other, "other_name", False,
    )  # fmt: skip
    assert api.get("applications?which=decided").json() == {"applications": [], "total": 0}
    assert api.get("applications?which=all").status_code == 422


def test_one_shows_what_staff_see_and_no_more(world: World, api) -> None:
    open_form(
        world,
        asks={"student_number": "optional", "phone": "optional"},
        questions=(Question(label="住在哪个小区？"),),
    )
    known = world.patron("周小满", student_number="20240315")
    application = send(world, CHILD, own=("南门",)).application

    shown = api.get(f"applications/{application}").json()
    years = age_on(date(2016, 9, 1), clock.now().astimezone(ZoneInfo(world.zone)).date())
    assert (shown["texts"]["name"], shown["age"], shown["is_child"]) == ("周小满", years, True)
    assert shown["own"] == [{"question": "住在哪个小区？", "answer": "南门"}]
    assert shown["verified"] == ["guardian_phone"]
    assert (shown["match"], shown["roster"], shown["is_maybe_same"]) == (
        "name_only", known.public_id, False,
    )  # fmt: skip
    assert shown["alike"] == [{
        "public_id": known.public_id, "name": "周小满", "group_name": "",
        "student_number": "20240315", "has_account": False, "same": ["name", "student_number"],
    }]  # fmt: skip
    assert {(one["kind"], one["version"], one["guardian_name"]) for one in shown["consents"]} == {
        ("privacy", 1, "周建国"), ("guardian", 1, "周建国"),
    }  # fmt: skip
    assert not {"id", "known", "invitation_id", "words"} & shown.keys()


def test_an_approval_sent_twice_makes_one_reader(world: World, api) -> None:
    open_form(world)
    application = send(world).application
    body = {"category": "adult", "card_barcode": "88001234"}

    first = decide(api, application, "approval", body, key="k1")
    again = decide(api, application, "approval", body, key="k1")
    late = decide(api, application, "approval", body)

    patron = Patron.objects.get()
    assert first.status_code == 200 and first.json() == again.json() == {
        "type": "application_saved", "application": application, "state": "approved",
        "patron": patron.public_id, "card": "88001234", "how": "staff", "charged_cents": 0,
    }  # fmt: skip
    assert late.status_code == 409
    assert late.json() == {
        "type": "refused",
        "faults": [{"code": "decided_already", "field": "application", "value": "approved"}],
    }
    [listed] = api.get("applications?which=decided").json()["applications"]
    assert (listed["public_id"], listed["state"]) == (application, "approved")


def test_answers_that_changed_since_they_were_looked_at_are_not_approved(world: World, api) -> None:
    open_form(world)
    application = send(world).application
    seen = api.get(f"applications/{application}").json()["changed_at"]
    later = world.desk(now=world.now + timedelta(minutes=1), staff_id=None, permissions=frozenset())
    send_again(later, application=application, filled=filled(ADULT | {"name": "林大雨"}))

    refused = decide(api, application, "approval", {"seen_at": seen})
    assert (refused.status_code, refused.json()["faults"][0]["code"]) == (409, "changed_meanwhile")
    assert Patron.objects.count() == 0
    now = api.get(f"applications/{application}").json()["changed_at"]
    body = {"seen_at": now}
    done, again = (decide(api, application, "approval", body, key="k9") for _ in "ab")
    assert (done.status_code, done.json()) == (200, again.json())


def test_the_reader_of_the_roster_is_handed_over_when_a_program_says_so(world: World, api) -> None:
    open_form(world, asks={"student_number": "optional"})
    known = world.patron("王明", student_number="1001")
    application = send(world, ADULT | {"name": "王明", "student_number": "1001"}).application

    new = decide(api, application, "approval", {})
    taken = decide(api, application, "approval", {"roster": known.public_id})
    assert [fault["code"] for fault in new.json()["faults"]] == ["student_number_taken"]
    assert taken.json()["patron"] == known.public_id
    assert Patron.objects.count() == 1


@pytest.mark.parametrize(
    ("what", "field", "state", "kept"),
    [("question", "text", "asked", "question"), ("refusal", "reason", "refused", "reason")],
)
def test_a_question_and_a_refusal_are_kept_for_the_applicant(
    world: World, api, what: str, field: str, state: str, kept: str
) -> None:
    open_form(world)
    application = send(world).application

    empty = decide(api, application, what, {field: " "})
    long = decide(api, application, what, {field: "长" * 501})
    assert [(one.status_code, one.json()["faults"]) for one in (empty, long)] == [
        (409, [{"code": "text_missing", "field": "text", "value": ""}]),
        (409, [{"code": "too_long", "field": "text", "value": "500"}]),
    ]
    assert Application.objects.get().state == "sent"

    done = decide(api, application, what, {field: "请带学生证来"})
    assert (done.status_code, done.json()["state"]) == (200, state)
    assert api.get(f"applications/{application}").json()[kept] == "请带学生证来"


def test_a_token_of_one_branch_decides_no_other_branchs_applications(world: World) -> None:
    open_form(world)
    world.east()
    application = send(world, branch="east").application
    here = program(world)

    assert here.get("applications").json() == {"applications": [], "total": 0}
    assert here.get(f"applications/{application}").status_code == 404
    refused = decide(here, application, "refusal", {"reason": "不行"})
    assert (refused.status_code, refused.json()["type"]) == (403, "other_branch")
    assert program(world, all_branches=True).get("applications").json()["total"] == 1


def test_seeing_readers_is_not_enough(world: World) -> None:
    open_form(world)
    application = send(world).application
    looks = program(world, [Permission.PATRON_VIEW])

    assert looks.get("applications").status_code == 403
    assert looks.get(f"applications/{application}").status_code == 403
    assert decide(looks, application, "approval", {}).status_code == 403
