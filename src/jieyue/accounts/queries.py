"""Reading accounts."""

import hmac
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from jieyue.accounts.models import Account, SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """Somebody who signed in."""

    id: int
    name: str
    language: str


def has_password(account_id: int) -> bool:
    """Say whether the account has a password (not so who came in by a code). One statement."""
    account = Account.objects.filter(pk=account_id).first()
    return account is not None and account.has_usable_password()


def session_account(account_id: int | None, auth_hash: str, session: str) -> AccountView | None:
    """Return the account of a session; None once that was ended or its password changed.

    `session` is the public id of its `SignIn`. One statement.
    """
    if account_id is None:
        return None
    open_here = Exists(SignIn.objects.filter(public_id=session, account_id=OuterRef("pk")))
    account = Account.objects.filter(open_here, pk=account_id, is_active=True).first()
    if account is None or not hmac.compare_digest(account.get_session_auth_hash(), auth_hash):
        return None
    return AccountView(id=account.pk, name=account.name, language=account.language)
