"""Applying for a card without one: the steps, the code on the phone, and where it stands."""

import pytest
from django.test import Client

from jieyue.accounts.models import Account
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Gateway
from jieyue.patrons.codes import code_to_send
from jieyue.patrons.joining.applications import token_of
from jieyue.patrons.joining.deciding import ask_applicant, refuse_application
from jieyue.patrons.joining.invitations import make_invitation, slips_of
from jieyue.patrons.models import Application, OneTimeCode, Patron
from jieyue.patrons.rules.joining.form import Rule
from tests.actions.joining_case import ADULT, CHILD, open_form, outside, send
from tests.doors.conftest import signed_in
from tests.world import World

START = "/northfield/join/"


def page(response) -> str:
    return response.content.decode()


def post(client: Client, step: str, **given: str):
    return client.post(f"{START}{step}/", given)


def begin(client: Client, **given: str):
    response = client.post(START, given)
    assert response.status_code == 303, page(response)
    return response


def sms_gateway(world: World) -> None:
    Gateway.objects.create(library_id=world.library.pk, kind="sms", provider="http")


def digits(world: World) -> str:
    code = OneTimeCode.objects.latest("id")
    return code_to_send(code=code.public_id, now=code.created_at).code


def test_an_application_from_the_first_page_to_the_last(world: World, client) -> None:
    open_form(world, welcome="欢迎来读书")
    sms_gateway(world)
    assert "欢迎来读书" in page(client.get(START))
    begin(client)

    assert post(client, "who", name="林晓雨", born_on="1990-05-01").status_code == 303
    asked = post(client, "reach", phone="13812341234", do="code:phone")
    assert "digits_phone" in page(asked)
    wrong = post(client, "reach", phone="13812341234", digits_phone="000000")
    assert wrong.status_code == 422 and "13812341234" in page(wrong)
    right = post(client, "reach", phone="13812341234", digits_phone=digits(world))
    assert right.headers["Location"] == f"{START}check/"

    unticked = post(client, "check")
    assert unticked.status_code == 409 and "consent_privacy" in page(unticked)
    sent = post(client, "check", consent_privacy="1")

    row = Application.objects.get()
    link = f"{START}a/{row.public_id}/{token_of(row.public_id)}/"
    assert sent.headers["Location"] == link
    assert (row.is_phone_verified, row.state) == (True, "sent")
    assert "林晓雨" in page(client.get(link))
    assert post(client, "check", consent_privacy="1").headers["Location"] == link
    assert Application.objects.count() == 1
    assert client.get(f"{START}who/").headers["Location"] == link


def test_nothing_typed_is_lost_on_an_error(world: World, client) -> None:
    open_form(world)
    begin(client)
    long = "长" * 10_000
    response = post(client, "who", name=long, born_on="1990-05-01")
    assert response.status_code == 422 and long in page(response)
    assert 'aria-invalid="true"' in page(response)
    response = post(client, "reach", phone="12", remark="请快一点")
    assert response.status_code == 422 and "请快一点" in page(response)
    assert "1990-05-01" in page(client.get(f"{START}who/"))


def test_drafts_do_not_fill_the_table_of_sessions(world: World, client, monkeypatch) -> None:
    open_form(world)
    monkeypatch.setattr("jieyue.interfaces.web.joining.drafts.MOST_BEGUN", 2)
    begin(client)
    assert client.session.get_expiry_age() == 3 * 24 * 3600
    long = {"name": "林" * 11_000, "student_number": "2" * 11_000, "group_name": "班" * 11_000}
    assert post(client, "who", **long).status_code == 422
    assert len(str(dict(client.session))) < 150_000
    begin(client)  # the same browser again takes no more room
    begin(Client())
    refused = Client().post(START)
    assert (refused.status_code, "请稍后再试" in page(refused)) == (429, True)
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    begin(elsewhere)


def test_what_was_typed_is_ciphertext_in_the_session(world: World, client) -> None:
    open_form(world)
    begin(client)
    post(client, "who", name="林晓雨", born_on="1990-05-01")
    assert "林晓雨" not in str(dict(client.session))


def test_a_child_cannot_go_on_without_a_guardians_code(world: World, client) -> None:
    open_form(world, asks={"phone": "off", "student_number": "required"})
    begin(client)
    texts = {name: CHILD[name] for name in ("name", "born_on", "student_number")}
    post(client, "who", **texts)
    assert post(client, "reach").headers["Location"] == f"{START}guardian/"
    without = post(client, "guardian", guardian_name="周建国", guardian_phone="13900001111")
    assert without.status_code == 422
    assert "来服务台" in page(without) or "come to the desk" in page(without).replace("\n", " ")
    sms_gateway(world)
    given = {"guardian_name": "周建国", "guardian_phone": "13900001111"}
    post(client, "guardian", do="code:guardian_phone", **given)
    assert post(client, "guardian", digits_guardian_phone=digits(world), **given).status_code == 303
    post(client, "check", consent_privacy="1", consent_guardian="1")
    assert Application.objects.get().is_child


def test_an_invitation_by_its_link_fills_the_class_in(world: World, client) -> None:

    open_form(world, Rule.INVITED, asks={"group_name": "optional"})
    made = make_invitation(
        world.desk(), name="秋季", places=2, is_slips=True, group_name="三年级二班"
    )
    [first, _second] = slips_of(made.invitation)
    assert "三年级二班" in page(client.get(f"{START}?code={first}"))
    begin(client, code=first)
    assert "三年级二班" in page(client.get(f"{START}who/"))
    post(client, "who", name="林晓雨", born_on="1990-05-01", group_name="三年级二班")
    post(client, "reach", phone="13812341234")
    post(client, "check", consent_privacy="1")
    assert Patron.objects.get().group_name == "三年级二班"
    again = Client().post(START, {"code": first})
    assert again.status_code == 422
    assert Client().post(START, {"code": "K7MX-23P9-QRST"}).status_code == 422


def test_a_closed_form_says_how_to_get_a_card(world: World, client) -> None:
    assert '<form method="post" action="/northfield/join/"' not in page(client.get(START))
    assert client.get(f"{START}who/").headers["Location"] == START


def test_who_is_signed_in_elsewhere_may_use_that_sign_in(world: World) -> None:
    open_form(world, Rule.EVERYBODY)
    mine = Account.objects.create(name="林晓雨", created_at=world.now)
    for said, is_mine in (("me", True), ("other", False)):
        client = signed_in(mine)
        begin(client, **{"as": said})
        post(client, "who", name=f"林{said}", born_on="1990-05-01")
        post(client, "reach", phone="13812341234")
        post(client, "check", consent_privacy="1")
        patron = Patron.objects.get(name=f"林{said}")
        assert (patron.account_id == mine.pk) is is_mine


def standing_link(world: World, application: str) -> str:
    return f"{START}a/{application}/{token_of(application)}/"


def test_asked_and_refused_they_read_it_behind_their_link(world: World, client) -> None:
    open_form(world)
    application = send(world).application
    link = standing_link(world, application)
    ask_applicant(world.desk(), application=application, text="请写全名")
    assert "请写全名" in page(client.get(link))
    assert client.post(f"{link}again").headers["Location"] == f"{START}who/"
    assert "林晓雨" in page(client.get(f"{START}who/"))
    post(client, "who", name="林晓雨宁", born_on="1990-05-01")
    post(client, "reach", phone="13812341234")
    assert post(client, "check", consent_privacy="1").headers["Location"] == link
    assert Application.objects.get().state == "sent"
    refuse_application(world.desk(), application=application, reason="不在服务范围")
    assert "不在服务范围" in page(client.get(link))


def test_taken_back_by_the_link(world: World, client) -> None:
    open_form(world)
    application = send(world).application
    client.post(standing_link(world, application) + "withdraw")
    assert Application.objects.get().state == "withdrawn"


def test_approved_they_set_a_password_and_sign_in(world: World, client) -> None:
    open_form(world, Rule.EVERYBODY)
    application = send(world, desk=outside(world, now=clock.now())).application
    link = standing_link(world, application)
    assert "no-store" in client.get(link).headers["Cache-Control"]
    assert client.post(link, {"new": "short"}).status_code == 422
    assert client.post(link, {"new": "a long passphrase"}).status_code == 303
    assert Patron.objects.get().account.check_password("a long passphrase")
    assert client.post(link, {"new": "another passphrase"}).status_code == 409


@pytest.mark.parametrize("token", ["0" * 32, "x"])
def test_without_the_token_there_is_nothing(world: World, client, token: str) -> None:
    open_form(world)
    application = send(world).application
    for path in ("", "again", "withdraw"):
        method = client.post if path else client.get
        assert method(f"{START}a/{application}/{token}/{path}").status_code == 404


def test_a_link_opens_nothing_in_another_library(world: World, client) -> None:
    open_form(world)
    application = send(world, ADULT).application
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = token_of(application)
    for token in (theirs, token_of(application)):
        assert client.get(f"/southfield/join/a/{application}/{token}/").status_code == 404
