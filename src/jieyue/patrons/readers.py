"""Which reader a signed-in account is in the library in scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db.models import Exists, OuterRef, Q

from jieyue.accounts.models import Account
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import in_transaction, lock_one
from jieyue.patrons.models import Card, Patron
from jieyue.patrons.rules.names import normal_phone

MOST: Final = 20  # readers of one number
MIN_PHONE: Final = 5  # digits; fewer is a number people mistype


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderView:
    """A reader who signed in."""

    id: int
    public_id: str
    name: str


def reader_of_session(account_id: int, patron_id: int | None) -> ReaderView | None:
    """Return the account's reader here: the chosen one of a family, else the only one.

    One statement. None when the account has no reader here, or several and none was chosen.
    """
    rows = Patron.objects.filter(account_id=account_id).order_by("id")
    if patron_id is not None:
        rows = rows.filter(pk=patron_id)
    found = list(rows[:2])
    if len(found) != 1:
        return None
    return ReaderView(id=found[0].pk, public_id=found[0].public_id, name=found[0].name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCandidate:
    """A reader who may be the one signing in."""

    id: int
    public_id: str
    name: str
    account_id: int  # 0: none yet, see `account_for`
    group_name: str = ""


def sign_in_candidates(text: str, account_id: int | None) -> list[SignInCandidate]:
    """Return readers by current card, phone number or own login, who can sign in. One statement.

    A lost card signs nobody in.
    """
    number = normal_phone(text)
    card = Exists(
        Card.objects.filter(
            library_id=current_library_id(),
            patron_id=OuterRef("pk"),
            barcode=text[:40],
            ended_at=None,
            lost_at=None,
        )
    )
    asked = Q(card)
    if len(number) >= MIN_PHONE:
        asked |= Q(phone_hash=keyed_hash(number))
    if account_id is not None:
        asked |= Q(account_id=account_id)
    found = Patron.objects.filter(asked, account__isnull=False).order_by("id")[:MOST]
    return [_candidate(row) for row in found]


def readers_of_address(way: str, address_hash: str) -> list[SignInCandidate]:
    """Return the readers with a phone number ("sms") or e-mail address ("email"). One statement.

    Also those without a login so far: whoever reads what is sent there is one of them.
    """
    by = {"sms": "phone_hash", "email": "email_hash"}[way]
    found = Patron.objects.filter(**{by: address_hash}).exclude(**{by: ""}).order_by("id")[:MOST]
    return [_candidate(row) for row in found]


def readers_of_accounts(account_ids: Iterable[int]) -> list[SignInCandidate]:
    """Return the readers here whose logins these are. One statement."""
    found = Patron.objects.filter(account_id__in=list(account_ids)[:MOST]).order_by("id")[:MOST]
    return [_candidate(row) for row in found]


def readers_by_id(ids: Iterable[int]) -> list[SignInCandidate]:
    """Return readers by row id. One statement."""
    return [_candidate(row) for row in Patron.objects.filter(pk__in=list(ids)).order_by("id")]


def _candidate(row: Patron) -> SignInCandidate:
    return SignInCandidate(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        account_id=row.account_id or 0,
        group_name=row.group_name,
    )


def account_for(patron_id: int, *, now: datetime) -> int:
    """Return a reader's login; one without a password is made where there is none.

    Call it outside any transaction. Raises Patron.DoesNotExist.
    """

    def work() -> int:
        row = lock_one(Patron.objects.filter(pk=patron_id))
        if row is None:
            raise Patron.DoesNotExist
        if row.account_id is None:
            made = Account.objects.create(
                name=row.name, password=make_password(None), created_at=now
            )
            row.account = made
            row.save(update_fields=["account"])
        return int(row.account_id or 0)

    return in_transaction(work)


def is_reader_elsewhere(account_ids: Iterable[int]) -> bool:
    """Say whether one of the logins opens a reader's pages of another library, too."""
    others = Patron.across_libraries.exclude(library_id=current_library_id())
    return bool(others.filter(account_id__in=list(account_ids)).exists())
