"""A shared computer: locking, taking over, working at another branch, practising."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password

from jieyue.accounts.models import Account
from jieyue.interfaces.web import session
from jieyue.kit import clock
from jieyue.libraries.models import Branch, Library, Role, Staff
from jieyue.libraries.pins import MOST_FAILURES, colleagues_here
from jieyue.patrons.models import Patron
from tests.world import World

DESK = "/northfield/staff/desk/"
LOCK = "/northfield/staff/lock"
UNLOCK = "/northfield/staff/unlock"


@pytest.fixture
def second(world: World) -> Staff:
    account = Account.objects.create(login="wangfang", name="王芳", created_at=world.now)
    account.set_password("another horse")
    account.save()
    return Staff.objects.create(
        library_id=world.library.pk, account=account, role=Role.objects.get(), name="王芳",
        pin=make_password("2468"), created_at=world.now,
    )  # fmt: skip


def token(staff: Staff) -> str:
    return next(one.token for one in colleagues_here() if one.staff_id == staff.pk)


def unlock(client, staff: Staff, secret: str, **more):
    return client.post(UNLOCK, {"who": token(staff), "secret": secret} | more)


def test_locked_means_locked(staff_client, world: World) -> None:
    answer = staff_client.post(LOCK)
    assert (answer.status_code, answer.headers["Location"]) == (303, LOCK)
    for path in (DESK, "/northfield/staff/catalog/", "/northfield/staff/settings/"):
        answer = staff_client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(LOCK)
    assert staff_client.get("/northfield/password").headers["Location"] == LOCK
    assert "陈静" in staff_client.get(LOCK).content.decode()


def test_the_lock_screen_shows_no_numbers_of_ours_and_only_who_can_unlock(
    staff_client, world: World, second: Staff
) -> None:
    without = Account.objects.create(login="liu", name="刘洋", created_at=world.now)
    Staff.objects.create(
        library_id=world.library.pk, account=without, role=Role.objects.get(), name="刘洋",
        created_at=world.now,
    )  # fmt: skip
    staff_client.post(LOCK)
    text = staff_client.get(LOCK).content.decode()
    assert re.findall(r'name="who" value="([^"]+)"', text) == [token(second), token(world.staff)]
    assert "刘洋" not in text
    assert "wangfang" not in text


def test_a_locked_computer_shows_nobodys_loans(staff_client, world: World) -> None:
    patron = world.patron("陈静")
    Patron.objects.filter(pk=patron.pk).update(account_id=world.staff.account_id)
    assert staff_client.get("/northfield/my/loans").status_code == 200
    staff_client.post(LOCK)
    assert staff_client.get("/northfield/my/loans").status_code == 303
    assert staff_client.get("/northfield/").status_code == 200


def test_a_colleague_takes_over_by_pin(staff_client, world: World, second: Staff) -> None:
    session_before = staff_client.session.session_key
    staff_client.post(LOCK)

    answer = unlock(staff_client, second, "２４６８", next="/northfield/staff/settings/")

    assert (answer.status_code, answer.headers["Location"]) == (303, DESK)
    assert staff_client.session[session.ACCOUNT] == second.account_id
    assert staff_client.session.session_key != session_before
    assert "王芳" in staff_client.get("/northfield/staff/practice").content.decode()


def test_the_same_person_goes_on_where_they_were(staff_client, world: World) -> None:
    staff_client.post(LOCK)
    there = staff_client.get("/northfield/staff/catalog/?q=x").headers["Location"]
    assert there == f"{LOCK}?next=%2Fnorthfield%2Fstaff%2Fcatalog%2F%3Fq%3Dx"

    answer = unlock(
        staff_client, world.staff, "correct horse", next="/northfield/staff/catalog/?q=x"
    )

    assert answer.headers["Location"] == "/northfield/staff/catalog/?q=x"


@pytest.mark.parametrize("back", ["//evil.example/", "/elsewhere/staff/desk/", "/northfield/"])
def test_unlocking_leads_to_staff_pages_of_this_library_only(
    staff_client, world: World, back
) -> None:
    staff_client.post(LOCK)
    answer = unlock(staff_client, world.staff, "correct horse", next=back)
    assert answer.headers["Location"] == DESK


def test_five_wrong_pins_and_only_the_password_helps(
    staff_client, world: World, second: Staff
) -> None:
    staff_client.post(LOCK)
    for _ in range(MOST_FAILURES):
        answer = unlock(staff_client, second, "1111")
        assert answer.status_code == 422
    assert "输错五次" in answer.content.decode()

    assert unlock(staff_client, second, "2468").status_code == 422
    assert staff_client.session[session.LOCKED]
    assert unlock(staff_client, second, "another horse").status_code == 303

    staff_client.post(LOCK)
    assert unlock(staff_client, second, "2468").status_code == 303


def test_signing_in_with_the_password_brings_the_pin_back(client, second: Staff) -> None:
    Staff.objects.update(pin_failures=MOST_FAILURES)
    client.post("/northfield/sign-in", {"name": "wangfang", "password": "another horse"})
    second.refresh_from_db()
    assert second.pin_failures == 0


@pytest.mark.parametrize("secret", ["", "2468", "another horse", "x" * 10_000])
def test_somebody_elses_secret_does_not_unlock(staff_client, world, second, secret) -> None:
    staff_client.post(LOCK)
    assert unlock(staff_client, world.staff, secret).status_code == 422
    assert staff_client.get(DESK).status_code == 303


def test_a_name_that_is_not_there_and_too_many_passwords(staff_client, world: World) -> None:
    staff_client.post(LOCK)
    assert staff_client.post(UNLOCK, {"who": "nobody", "secret": "x"}).status_code == 422
    for _ in range(10):
        unlock(staff_client, world.staff, "wrong")
    answer = unlock(staff_client, world.staff, "correct horse")
    assert "分钟" in answer.content.decode()
    assert staff_client.session[session.LOCKED]


def test_strangers_sign_in_and_an_open_screen_is_not_locked_by_looking(
    client, staff_client, world: World
) -> None:
    for method in (client.get, client.post):
        assert method(LOCK).headers["Location"].startswith("/northfield/sign-in")
    assert staff_client.get(LOCK).headers["Location"] == DESK
    assert staff_client.get(UNLOCK).status_code == 405


def away(monkeypatch, **time) -> None:
    later = clock.now() + timedelta(**time)
    monkeypatch.setattr("jieyue.kit.clock.now", lambda: later)


def test_left_alone_it_locks_and_the_form_is_not_carried_out(
    staff_client, world: World, monkeypatch
) -> None:
    library = Library.objects.filter(pk=world.library.pk)
    library.update(lock_minutes=10)
    Branch.objects.create(library_id=world.library.pk, code="b2", name="分馆", created_at=world.now)
    away(monkeypatch, minutes=11)

    page = {"HTTP_REFERER": "http://testserver/northfield/staff/catalog/?q=1"}
    answer = staff_client.post("/northfield/staff/branch", {"branch": "b2"}, **page)

    assert answer.headers["Location"] == f"{LOCK}?next=%2Fnorthfield%2Fstaff%2Fcatalog%2F&unsent=1"
    assert session.BRANCHES not in staff_client.session
    assert "没有执行" in staff_client.get(answer.headers["Location"]).content.decode()


def test_htmx_is_sent_to_the_lock_screen_as_a_whole(staff_client, monkeypatch, world) -> None:
    away(monkeypatch, minutes=11)
    answer = staff_client.get(DESK, headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(LOCK)


def test_staying_awake_and_libraries_that_never_lock(staff_client, world, monkeypatch) -> None:
    away(monkeypatch, minutes=9)
    assert staff_client.get("/northfield/staff/awake").status_code == 204
    away(monkeypatch, minutes=9)
    assert staff_client.get(DESK).status_code == 200
    Library.objects.update(lock_minutes=0)
    away(monkeypatch, hours=5)
    assert staff_client.get(DESK).status_code == 200


def test_another_branch_is_remembered_and_an_unknown_one_ignored(
    staff_client, world: World
) -> None:
    other = Branch.objects.create(
        library_id=world.library.pk, code="b2", name="分馆", created_at=world.now
    )
    data = {"branch": "b2", "next": "/northfield/staff/catalog/"}
    answer = staff_client.post("/northfield/staff/branch", data)
    assert answer.headers["Location"] == "/northfield/staff/catalog/"
    staff_client.post("/northfield/staff/branch", {"branch": "nowhere"})
    assert staff_client.session[session.BRANCHES] == {str(world.library.pk): other.pk}


def test_practice_from_start_to_stop(staff_client, client, world: World) -> None:
    there = "/northfield-lianxi/staff/practice"
    assert "练习" in staff_client.get("/northfield/staff/practice").content.decode()
    answer = staff_client.post("/northfield/staff/practice")
    assert (answer.status_code, answer.headers["Location"]) == (303, there)
    page = staff_client.get(there).content.decode()
    assert "练习·林小满" in page
    assert "结束练习" in page
    assert staff_client.get("/northfield-lianxi/staff/desk/").status_code == 200
    for path in ("/northfield-lianxi/", "/northfield-lianxi/sign-in", there):
        assert client.get(path).status_code == 404, path

    answer = staff_client.post("/northfield-lianxi/staff/practice/stop")

    assert answer.headers["Location"] == DESK
    assert Library.objects.count() == 1
    assert staff_client.get(there).status_code == 404
    assert not Patron.across_libraries.filter(name__startswith="练习").exists()


def test_a_helper_may_practise(helper_client, world: World) -> None:
    answer = helper_client.post("/northfield/staff/practice")
    assert answer.status_code == 303
    assert helper_client.get(answer.headers["Location"]).status_code == 200
