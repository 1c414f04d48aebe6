"""Signing in at a library and anywhere, and changing one's password."""

from datetime import timedelta

import pytest
from django.test import Client

from jieyue.accounts.models import Account, SignInAttempt
from jieyue.accounts.sign_in import MOST_FOR_A_NAME, MOST_FROM_AN_ADDRESS, MOST_FROM_EVERYWHERE
from jieyue.kit import clock
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Role, Staff
from tests.doors.conftest import signed_in
from tests.world import World

HERE = "/northfield/sign-in"
DESK = "/northfield/staff/desk/"
LOANS = "/northfield/my/loans"
RIGHT = {"name": "owner-northfield", "password": "correct horse"}


def with_password(world: World, patron, password: str = "secret words"):
    account = Account.objects.create(name=patron.name, created_at=world.now)
    account.set_password(password)
    account.save()
    patron.account = account
    patron.save(update_fields=["account"])
    return patron


def phone(number: str) -> dict[str, str]:
    return {"phone": number, "phone_hash": keyed_hash(number)}


def sign_in(client: Client, name: str, password: str, address: str = HERE, **more):
    return client.post(address, {"name": name, "password": password} | more)


@pytest.mark.parametrize(
    "name", ["owner-northfield", " OWNER-Northfield ", "ｏｗｎｅｒ-northfield"]
)
def test_staff_go_to_the_desk(client, world: World, name) -> None:
    answer = sign_in(client, name, "correct horse")
    assert (answer.status_code, answer.headers["Location"]) == (303, DESK)
    assert client.get("/northfield/staff/practice").status_code == 200
    assert not SignInAttempt.objects.exists()


def test_readers_sign_in_by_card_or_phone(client, world: World) -> None:
    patron = with_password(world, world.patron(**phone("13812345678")))
    for name in (patron.card, "138 1234 5678", "+86-13812345678", "１３８１２３４５６７８"):
        answer = sign_in(client, name, "secret words")
        assert (answer.status_code, answer.headers["Location"]) == (303, LOANS), name
        assert client.get(LOANS).status_code == 200


def test_a_family_chooses_who_it_is(client, world: World) -> None:
    numbers = phone("13812345678")
    mother = with_password(world, world.patron("妈妈", **numbers))
    child = with_password(world, world.patron("小宝", **numbers))
    with_password(world, world.patron("爸爸", **numbers), "another one")

    page = sign_in(client, "13812345678", "secret words", next="/northfield/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "妈妈" in text
    assert "小宝" in text
    assert "爸爸" not in text

    chosen = {"reader": child.public_id, "next": "/northfield/"}
    answer = client.post(f"{HERE}/reader", chosen)
    assert answer.headers["Location"] == "/northfield/"
    assert client.session["patrons"] == {str(world.library.pk): child.pk}
    again = client.post(f"{HERE}/reader", {"reader": mother.public_id})
    assert again.headers["Location"] == HERE


def test_a_choice_left_lying_is_over(client, world: World, monkeypatch) -> None:
    readers = [with_password(world, world.patron(n, **phone("13812345678"))) for n in "甲乙"]
    sign_in(client, "13812345678", "secret words")
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)

    answer = client.post(f"{HERE}/reader", {"reader": readers[0].public_id})

    assert answer.headers["Location"] == HERE


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("nobody", "correct horse"),
        ("owner-northfield", "wrong"),
        ("owner-northfield", ""),
        ("", ""),
        ("x" * 10_000, "y" * 10_000),
        ("🙂", "🙂"),
    ],
)
def test_a_wrong_name_and_a_wrong_password_sound_the_same(client, world, name, password) -> None:
    answer = sign_in(client, name, password, next="/northfield/x")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "密码不对" in text
    assert 'value="/northfield/x"' in text
    assert "account" not in client.session


def test_staff_and_readers_of_another_library_are_strangers(client, world: World) -> None:
    other = World(slug="elsewhere")
    assert sign_in(client, "owner-elsewhere", "correct horse").status_code == 422
    Staff.across_libraries.filter(library=other.library).update(is_active=False)
    assert (
        sign_in(client, "owner-elsewhere", "correct horse", "/elsewhere/sign-in").status_code == 422
    )


@pytest.mark.parametrize("gone", ["lost_at", "ended_at"])
def test_a_lost_or_replaced_card_signs_nobody_in(client, world: World, gone) -> None:
    from jieyue.patrons.models import Card

    patron = with_password(world, world.patron())
    Card.objects.filter(patron=patron).update(**{gone: world.now})
    assert sign_in(client, patron.card, "secret words").status_code == 422


@pytest.mark.parametrize(
    ("back", "then"),
    [
        ("/northfield/staff/catalog/", "/northfield/staff/catalog/"),
        ("/northfield/my/loans", DESK),  # the owner has no card
        ("https://evil.example/", DESK),
        ("//evil.example/", DESK),
        ("/\\evil.example/", DESK),
        ("javascript:alert(1)", DESK),
        ("evil", DESK),
    ],
)
def test_next_never_leads_elsewhere(client, world: World, back, then) -> None:
    answer = sign_in(client, **RIGHT, next=back)
    assert answer.headers["Location"] == then


@pytest.mark.parametrize("more", [{}, {"shared": "on"}])
def test_staff_at_a_computer_of_many_are_signed_out_with_it(client, world: World, more) -> None:
    assert sign_in(client, **RIGHT, **more).headers["Location"] == DESK
    assert client.session.get_expire_at_browser_close() is bool(more)


def test_readers_are_not_sent_to_staff_pages(client, world: World) -> None:
    patron = with_password(world, world.patron())
    answer = sign_in(client, patron.card, "secret words", next=DESK)
    assert answer.headers["Location"] == LOANS


def test_ten_failures_make_a_name_wait(client, world: World, monkeypatch) -> None:
    for _ in range(MOST_FOR_A_NAME):
        assert sign_in(client, "owner-northfield", "wrong").status_code == 422

    answer = sign_in(client, **RIGHT)

    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()
    assert sign_in(client, **RIGHT, address="/sign-in").status_code == 429
    patron = with_password(world, world.patron())
    assert sign_in(Client(), patron.card, "secret words").status_code == 303
    later = clock.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)
    assert sign_in(client, **RIGHT).status_code == 303


def test_a_phone_number_set_apart_anew_is_the_same_name(client, world: World) -> None:
    with_password(world, world.patron(**phone("13812345678")))
    for spaces in range(MOST_FOR_A_NAME):
        assert sign_in(client, "138" + " " * spaces + "12345678", "wrong").status_code == 422

    assert sign_in(client, "+86 138-1234-5678", "secret words").status_code == 429


def test_one_stranger_locks_nobody_out_but_many_are_stopped(client, world: World) -> None:
    """A card number, or the owner's sign-in name, is no secret."""
    for _ in range(MOST_FOR_A_NAME + 1):
        sign_in(client, "owner-northfield", "wrong")
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), **RIGHT).status_code == 303
    for number in range(MOST_FROM_EVERYWHERE):
        sign_in(Client(REMOTE_ADDR=f"10.0.1.{number}"), "owner-northfield", "wrong")
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), **RIGHT).status_code == 429


def test_one_line_with_many_ipv6_addresses_is_one_address(world: World) -> None:
    for number in range(MOST_FROM_AN_ADDRESS):
        sign_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{number}"), f"name-{number}", "wrong")
    assert sign_in(Client(REMOTE_ADDR="2001:db8:1:2:ffff::1"), **RIGHT).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="2001:db8:1:3::1"), **RIGHT).status_code == 303


def test_an_address_that_tries_many_names_waits(client, world: World) -> None:
    for number in range(MOST_FROM_AN_ADDRESS):
        sign_in(client, f"name-{number}", "wrong")
    assert sign_in(client, **RIGHT).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), **RIGHT).status_code == 303


def test_success_forgets_the_failures_of_the_name(client, world: World) -> None:
    for _ in range(MOST_FOR_A_NAME - 1):
        sign_in(client, "owner-northfield", "wrong")
    assert sign_in(client, **RIGHT).status_code == 303
    assert sign_in(client, "owner-northfield", "wrong").status_code == 422


def test_anywhere_leads_to_the_only_library_or_offers_several(client, world: World) -> None:
    answer = sign_in(client, **RIGHT, address="/sign-in")
    assert answer.headers["Location"] == DESK
    other = World(slug="elsewhere")
    role = Role.across_libraries.get(library=other.library)
    Staff.across_libraries.create(
        library=other.library, account_id=world.staff.account_id, role=role, name="陈静",
        created_at=world.now,
    )  # fmt: skip
    answer = sign_in(client, **RIGHT, address="/sign-in")
    assert answer.headers["Location"] == "/sign-in"
    text = client.get("/sign-in").content.decode()
    assert "/northfield/staff/desk/" in text
    assert "/elsewhere/staff/desk/" in text


def test_anywhere_refuses_the_wrong_and_welcomes_who_works_nowhere(client, world: World) -> None:
    assert sign_in(client, "owner-northfield", "no", "/sign-in").status_code == 422
    assert sign_in(client, "", "", "/sign-in").status_code == 422
    Staff.objects.update(is_active=False)
    sign_in(client, **RIGHT, address="/sign-in")
    assert "还没有" in client.get("/sign-in").content.decode()


def test_signing_out_forgets_everything(staff_client, world: World) -> None:
    assert staff_client.get("/sign-out").status_code == 405
    answer = staff_client.post("/sign-out", {"next": HERE})
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)
    assert staff_client.get(DESK).status_code == 303
    assert dict(staff_client.session) == {}


def change(client: Client, **changes):
    data = {"old": "secret words", "new": "new words 7", "again": "new words 7"}
    return client.post("/northfield/password", data | changes)


def test_a_reader_changes_the_password_and_other_devices_sign_in_again(
    world: World, reader_client
) -> None:
    patron = world.patron()
    here = reader_client(patron)
    assert patron.account is not None
    there = signed_in(patron.account, patron=(world.library.pk, patron.pk))

    assert here.get("/northfield/password").status_code == 200
    assert change(here).status_code == 200

    patron.account.refresh_from_db()
    assert patron.account.check_password("new words 7")
    assert here.get(LOANS).status_code == 200
    assert there.get(LOANS).status_code == 303


@pytest.mark.parametrize(
    "fault",
    [{"old": "wrong"}, {"new": "short", "again": "short"}, {"again": "other words"},
     {"new": "password1", "again": "password1"}],
)  # fmt: skip
def test_a_password_is_not_changed_by_mistake(world: World, reader_client, fault) -> None:
    patron = world.patron()
    answer = change(reader_client(patron), **fault)
    assert answer.status_code == 422
    patron.account.refresh_from_db()
    assert patron.account.check_password("secret words")


def test_staff_change_theirs_and_strangers_sign_in_first(staff_client, client, world) -> None:
    assert change(staff_client, old="correct horse").status_code == 200
    assert Account.objects.get(pk=world.staff.account_id).check_password("new words 7")
    assert change(client).headers["Location"].startswith(HERE)
