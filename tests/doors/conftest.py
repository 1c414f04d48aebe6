"""Browsers without a screen: signed in as staff, as a reader, or as nobody."""

import pytest
from django.test import Client

from jieyue.accounts.models import Account
from jieyue.accounts.sessions import open_session
from jieyue.interfaces.web import session
from jieyue.kit import clock
from jieyue.libraries.models import Role, Staff
from jieyue.libraries.rules.permissions import HELPER


def signed_in(account: Account, *, patron: tuple[int, int] | None = None) -> Client:
    """Return a client whose session is that of the account, as signing in leaves it.

    `patron` is (library id, patron id) for a reader.
    """
    client = Client()
    made = client.session
    made[session.ACCOUNT] = account.pk
    made[session.AUTH_HASH] = account.get_session_auth_hash()
    made[session.SIGN_IN] = open_session(
        account.pk, how="password", agent="", address="", now=clock.now()
    )
    made[session.USED] = int(clock.now().timestamp())
    made[session.SEEN] = int(clock.now().timestamp())
    if patron:
        made[session.PATRONS] = {str(patron[0]): patron[1]}
    made.save()
    return client


@pytest.fixture
def staff_client(world) -> Client:
    """The owner of `world`, signed in."""
    return signed_in(Account.objects.get(pk=world.staff.account_id))


@pytest.fixture
def helper_client(world) -> Client:
    """Somebody with a helper's rights (returns and shelving), signed in."""
    account = Account.objects.create(login="helper", name="小助手", created_at=world.now)
    role = Role.objects.create(
        library_id=world.library.pk, code="helper", name="助手", permissions=sorted(HELPER)
    )
    Staff.objects.create(
        library_id=world.library.pk, account=account, role=role, name="小助手", created_at=world.now
    )
    return signed_in(account)


@pytest.fixture
def reader_client(world):
    """Return `sign_in(patron) -> Client` for a reader of `world`."""

    def sign_in(patron) -> Client:
        account = Account.objects.create(name=patron.name, created_at=world.now)
        account.set_password("secret words")
        account.save()
        patron.account = account
        patron.save(update_fields=["account"])
        return signed_in(account, patron=(world.library.pk, patron.pk))

    return sign_in
