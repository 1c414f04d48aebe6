"""Applications (办证申请): their link, their answers, and those staff wait to decide."""

import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.accounts.models import Account
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import lock_one
from jieyue.patrons.models import Application
from jieyue.patrons.models.joining import OPEN_STATES
from jieyue.patrons.rules.joining.answers import Answers, normal, who
from jieyue.patrons.rules.joining.form import Fault, JoiningFault

TOKEN: Final = 32  # characters of the link's token: 128 bits
MOST_OF_A_PHONE: Final = 10  # a day: a family's children, not more
MOST_FROM_AN_ADDRESS: Final = 60  # an hour, of those without an invitation: a class in school
ERASED_AFTER: Final = timedelta(days=90)
FIRST_PASSWORD_WITHIN: Final = timedelta(days=14)  # of being approved
NETWORK_KEPT: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form on its way in. What stands for it in an idempotency key tells nobody anything."""

    answers: Answers = field(repr=False)
    consents: tuple[tuple[str, int], ...] = ()  # (kind, version) that was read and ticked
    language: str = "zh-hans"

    def __str__(self) -> str:
        """Return what an idempotency key's fingerprint is made of."""
        one = self.answers
        said: list[object] = [
            sorted(one.texts.items()),
            one.own,
            one.under_14,
            one.category,
            one.branch,
        ]
        said += [one.invitation, sorted(one.verified), self.consents, self.language]
        return keyed_hash(f"application:{json.dumps(said)}")


def token_of(public_id: str) -> str:
    """Return what stands in an application's link, so that only who has it sees it."""
    return keyed_hash(f"application:{current_library_id()}:{public_id}")[:TOKEN]


def is_token(public_id: str, token: str) -> bool:
    """Say whether a link's token is the application's."""
    return hmac.compare_digest(token_of(public_id).encode(), token[:TOKEN].encode())


def locked(public_id: str) -> Application | None:
    """Lock an application until the action ends."""
    return lock_one(Application.objects.filter(public_id=public_id))


def read(row: Application) -> dict[str, Any]:
    """Return the answers as `rules.joining.answers.kept` made them; empty once erased."""
    kept: dict[str, Any] = json.loads(row.answers or "{}")
    return {"texts": {}, "own": [], "verified": []} | kept


def hashes_of(answers: Answers) -> dict[str, str]:
    """Return what an application is found by: who it is, and their phone number."""
    phone = answers.text("phone") or answers.text("guardian_phone")
    return {
        "who_hash": keyed_hash(f"applicant:{who(answers)}"),
        "phone_hash": keyed_hash(normal("phone", phone)),
    }


def account_without_password(row: Application, now: datetime) -> Account | None:
    """Return the sign-in an application made, while its link may set the first password.

    None where it has one, was never made, belongs to who applied signed in, or was made too long
    ago: the link stands in the history of whatever computer the form was filled in on. At most
    two statements.
    """
    if row.patron is None or row.password_set_at is not None:
        return None
    if row.decided_at is None or row.decided_at + FIRST_PASSWORD_WITHIN < now:
        return None
    account: Account | None = row.patron.account
    if account is None or account.pk == row.account_id or account.login is not None:
        return None
    return None if account.has_usable_password() else account


def crowd_faults(
    hashes: dict[str, str], from_hash: str, now: datetime, *, is_invited: bool, own_id: int = 0
) -> list[Fault]:
    """Return whether the same person waits already, or too many come from one place.

    At most three statements.
    """
    others = Application.objects.exclude(pk=own_id)
    if others.filter(who_hash=hashes["who_hash"], state__in=OPEN_STATES).exists():
        return [Fault("name", JoiningFault.SENT_ALREADY)]
    if own_id:
        return []
    phone = hashes["phone_hash"]
    recent = others.filter(phone_hash=phone, sent_at__gt=now - timedelta(days=1))
    if phone and recent.count() >= MOST_OF_A_PHONE:
        return [Fault("phone", JoiningFault.TOO_MANY)]
    near = others.filter(from_hash=from_hash, sent_at__gt=now - timedelta(hours=1))
    if from_hash and not is_invited and near.count() >= MOST_FROM_AN_ADDRESS:
        return [Fault("", JoiningFault.TOO_MANY)]
    return []


def erase_old_answers(now: datetime) -> int:
    """Erase what came to nothing 90 days ago, and networks after two, in every library.

    Returns how many applications were erased; that one was sent, and when, stays.
    """
    rows = Application.across_libraries
    rows.filter(sent_at__lt=now - NETWORK_KEPT).exclude(from_hash="").update(from_hash="")
    over = rows.filter(
        state__in=("refused", "withdrawn"), changed_at__lt=now - ERASED_AFTER, erased_at=None
    )
    return over.update(
        answers="{}", phone_hash="", question="", reason="", account=None, erased_at=now
    )
