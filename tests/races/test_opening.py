"""Double clicks and guesses that come at once, with real threads and transactions."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.hashers import make_password

from jieyue.accounts.models import Account, SignInAttempt
from jieyue.accounts.passwords import new_secret
from jieyue.accounts.sign_in import MOST_FOR_A_NAME, TooMany, begin
from jieyue.circulation.opening import LibraryOpened, NewLibrary, NewOwner, open_library
from jieyue.circulation.practice import start_practice
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Library, Staff
from jieyue.libraries.pins import MOST_FAILURES, pin_is_right
from tests.races.test_desks import race
from tests.world import World

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("slug", ["qinghe", ""])
def test_six_clicks_open_one_library(slug) -> None:
    library = NewLibrary(kind="primary", name="青禾小学", slug=slug)
    owner = NewOwner(name="陈静", login="chenjing", password=new_secret("correct horse"))

    outcomes = race(
        lambda key: open_library(library=library, owner=owner, now=NOW, key=key), ["k"] * 6
    )

    made = Library.objects.get()
    assert outcomes == [LibraryOpened(slug=made.slug, name="青禾小学")] * 6
    assert Account.objects.count() == 1


def test_two_owners_and_one_address() -> None:
    def opening(login):
        owner = NewOwner(name=login, login=login, password=new_secret("correct horse"))
        library = NewLibrary(kind="family", name="陈家书房", slug="chenjia")
        return open_library(library=library, owner=owner, now=NOW, key=login)

    outcomes = race(opening, ["first", "second", "third", "fourth"])

    assert sorted(outcome.type for outcome in outcomes) == [
        "library_opened",
        "refused",
        "refused",
        "refused",
    ]
    assert (Library.objects.count(), Account.objects.count()) == (1, 1)


def test_many_guesses_at_once_do_not_get_past_the_limit() -> None:
    tries = race(lambda _: begin("", "chenjing", "10.0.0.1", now=NOW), list(range(16)))

    let_in = [one for one in tries if not isinstance(one, TooMany)]
    assert not [one for one in tries if isinstance(one, Exception)]
    assert len(let_in) <= MOST_FOR_A_NAME
    assert SignInAttempt.objects.count() == 3 * len(let_in)  # name, name from there, address


def test_many_pins_at_once_are_five_guesses() -> None:
    world = World()
    Staff.across_libraries.filter(pk=world.staff.pk).update(pin=make_password("2468"))

    def guess(pin):
        with library_scope(world.library.pk):
            return pin_is_right(world.staff.pk, pin)

    assert race(guess, ["1111"] * 12) == [False] * 12
    staff = Staff.across_libraries.get(pk=world.staff.pk)
    assert staff.pin_failures == MOST_FAILURES
    assert not guess("2468")


def test_two_who_practise_at_once_share_one_library() -> None:
    world = World()
    account = Account.objects.create(login="second", name="王芳", created_at=world.now)
    with library_scope(world.library.pk):
        second = Staff.objects.create(
            library_id=world.library.pk, account=account, role=world.staff.role, name="王芳",
            created_at=world.now,
        )  # fmt: skip

    started = race(
        lambda staff_id: start_practice(world.desk(staff_id=staff_id)),
        [world.staff.pk, second.pk],
    )

    assert sorted(one.was_joined for one in started) == [False, True]
    assert Library.objects.count() == 2
