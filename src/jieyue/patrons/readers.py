"""Which reader a signed-in account is in the library in scope."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q

from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import current_library_id
from jieyue.patrons.models import Card, Patron
from jieyue.patrons.rules.names import normal_phone

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
    account_id: int


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
    found = Patron.objects.filter(asked, account__isnull=False).order_by("id")[:20]
    return [
        SignInCandidate(
            id=row.pk, public_id=row.public_id, name=row.name, account_id=row.account_id or 0
        )
        for row in found
    ]
