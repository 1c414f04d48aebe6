"""Reading readers, card types and cards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import current_library_id
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.rules.names import masked_phone, normal_phone, plain

MAX_FIND: Final = 100  # characters that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """A kind of card."""

    id: int
    code: str
    name: str
    valid_months: int | None
    yearly_fee_cents: int
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronHit:
    """A reader in a list. `card` is the current card's barcode; the phone is masked."""

    id: int
    public_id: str
    name: str
    category: str
    branch: str
    group_name: str
    student_number: str
    phone_masked: str
    card: str
    is_frozen: bool
    expires_on: date | None
    open_loans: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronPage:
    """A page of readers, and how many there are in all."""

    hits: tuple[PatronHit, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PatronView:
    """A reader with everything staff may see. `card` is empty without a current card."""

    id: int
    public_id: str
    name: str
    category_code: str
    category: str
    branch_code: str
    branch: str
    group_name: str
    student_number: str
    phone: str
    email: str
    note: str
    born_on: str  # 2015-04-30; empty where it is not known
    card: str
    card_is_lost: bool
    expires_on: date | None
    is_frozen: bool
    frozen_reason: str
    may_sign_in: bool
    created_at: datetime

    @property
    def phone_masked(self) -> str:
        """The phone number as lists show it."""
        return masked_phone(self.phone)


def categories(*, active_only: bool = True) -> list[CategoryView]:
    """Return the kinds of card, the default first. One statement."""
    found = PatronCategory.objects.order_by("-is_default", "id")
    if active_only:
        found = found.filter(is_active=True)
    return [
        CategoryView(
            id=row.pk,
            code=row.code,
            name=row.name,
            valid_months=row.valid_months,
            yearly_fee_cents=row.yearly_fee_cents,
            is_default=row.is_default,
        )
        for row in found
    ]


def groups() -> list[str]:
    """Return the classes or departments readers have, sorted. One statement."""
    found = Patron.objects.exclude(group_name="").order_by("group_name")
    return list(found.values_list("group_name", flat=True).distinct()[:500])


def find_patrons(text: str, *, limit: int = 20) -> list[PatronHit]:
    """Return readers by name, pinyin, initials, student number, card or phone. One statement."""
    if not plain(text[:MAX_FIND]):
        return []
    return [_hit(row) for row in _listed(_found(text))[:limit]]


def list_patrons(
    text: str = "", *, category: str = "", group: str = "", limit: int = 20, offset: int = 0
) -> PatronPage:
    """Return a page of readers, by the pinyin of their names. Two statements."""
    found = _found(text) if plain(text[:MAX_FIND]) else Patron.objects.all()
    if category:
        found = found.filter(category__code=category)
    if group:
        found = found.filter(group_name=group)
    rows = _listed(found)[offset : offset + limit]
    return PatronPage(hits=tuple(_hit(row) for row in rows), total=found.count())


def patron_by_id(public_id: str) -> PatronView | None:
    """Return a reader by public id. One statement."""
    return _view(Patron.objects.filter(public_id=public_id))


def numbered(numbers: Collection[str]) -> "QuerySet[Patron]":
    """Return the readers with these student or staff numbers.

    The index leaves out who has none; SQLite takes it only where the statement does so, too.
    """
    return Patron.objects.filter(student_number__in=numbers).exclude(student_number="")


def patron_by_card(barcode: str) -> PatronView | None:
    """Return the reader whose current card this is (it may be reported lost). One statement."""
    return _view(Patron.objects.filter(_has_card(barcode=barcode, ended_at=None)))


def _has_card(**match: Any) -> Exists:
    library = current_library_id()
    return Exists(Card.objects.filter(library_id=library, patron_id=OuterRef("pk"), **match))


def _found(text: str) -> "QuerySet[Patron]":
    text = text.replace("\x00", "")  # PostgreSQL takes none
    words = plain(text[:MAX_FIND])
    asked = Q(name_key__contains=words) | Q(student_number__iexact=text.strip()[:40])
    asked |= Q(_has_card(barcode=text.strip()[:40]))
    if len(number := normal_phone(text[:MAX_FIND])) >= 5:
        asked |= Q(phone_hash=keyed_hash(number))
    return Patron.objects.filter(asked)


def _listed(found: "QuerySet[Patron]") -> "QuerySet[Patron]":
    current = Card.objects.filter(
        library_id=current_library_id(), patron_id=OuterRef("pk"), ended_at=None
    )
    return (
        found.select_related("category", "branch")
        .annotate(card=Subquery(current.values("barcode")[:1]))
        .order_by(F("sort_key"), F("name"), F("id"))
    )


def _hit(row: Any) -> PatronHit:
    return PatronHit(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        category=row.category.name,
        branch=row.branch.name,
        group_name=row.group_name,
        student_number=row.student_number,
        phone_masked=masked_phone(row.phone),
        card=row.card or "",
        is_frozen=row.frozen_at is not None,
        expires_on=row.expires_on,
    )


def _view(found: "QuerySet[Patron]") -> PatronView | None:
    lost = Card.objects.filter(
        library_id=current_library_id(), patron_id=OuterRef("pk"), ended_at=None
    )
    row: Any = _listed(found).annotate(lost_at=Subquery(lost.values("lost_at")[:1])).first()
    if row is None:
        return None
    return PatronView(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        category_code=row.category.code,
        category=row.category.name,
        branch_code=row.branch.code,
        branch=row.branch.name,
        group_name=row.group_name,
        student_number=row.student_number,
        phone=row.phone,
        email=row.email,
        note=row.note,
        born_on=row.born_on,
        card=row.card or "",
        card_is_lost=row.lost_at is not None,
        expires_on=row.expires_on,
        is_frozen=row.frozen_at is not None,
        frozen_reason=row.frozen_reason,
        may_sign_in=row.account_id is not None,
        created_at=row.created_at,
    )
