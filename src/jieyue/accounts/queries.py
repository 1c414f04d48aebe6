"""Reading accounts."""

import hmac
from dataclasses import dataclass

from jieyue.accounts.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """Somebody who signed in."""

    id: int
    name: str
    language: str


def session_account(account_id: int | None, auth_hash: str) -> AccountView | None:
    """Return the account of a session; None once its password changed or it was closed."""
    if account_id is None:
        return None
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None or not hmac.compare_digest(account.get_session_auth_hash(), auth_hash):
        return None
    return AccountView(id=account.pk, name=account.name, language=account.language)
