"""Practice: a copy of the library to try things in, with made-up readers, thrown away afterwards.

Nothing of it is written into the real library, not even the journal. A practice library is shared
by the colleagues who practise at the same time; the last to leave takes it away, the night does
what is left over. It is no `@action`: it happens to two libraries, and neither keeps a trace.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, Literal, TypeVar

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models

from jieyue.accounts.models import Account
from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.catalog.search.indexing import index_again
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import BlockRule, LoanPolicy, TermEnd, Vacation
from jieyue.circulation.rules.practice_stock import BOOKS, READERS, PracticeReader
from jieyue.kit.ids import public_id
from jieyue.kit.models import LibraryOwned
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import (
    Branch,
    Counter,
    Library,
    OpeningHours,
    Role,
    SpecialDays,
    Staff,
    StaffBranch,
)
from jieyue.libraries.numbers import next_barcodes
from jieyue.libraries.rules.permissions import OWNER
from jieyue.libraries.rules.slugs import PRACTICE
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.rules.names import name_key, sort_key

MAX_TITLES: Final = 200
MAX_COPIES: Final = 600
MAX_SHOWN: Final = 12
KEPT: Final = timedelta(days=1)
LENT_DAYS_AGO: Final = {"on_loan": 3, "overdue": 400}
M = TypeVar("M", bound=LibraryOwned)


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStarted:
    """The practice library stands at `/<slug>/`; `was_joined` if a colleague practises there."""

    type: Literal["practice_started"] = "practice_started"
    slug: str
    was_joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStopped:
    """Back to the real library's address; empty if it is gone. `was_removed`: nobody was left."""

    type: Literal["practice_stopped"] = "practice_stopped"
    slug: str
    was_removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeCard:
    """A made-up reader's card, and what is special about them."""

    name: str
    barcode: str
    category: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStock:
    """Who and what there is to practise with; a few of the copies, as (barcode, title)."""

    cards: tuple[PracticeCard, ...]
    copies: tuple[tuple[str, str], ...]


class AlreadyPractisingError(ValueError):
    """A practice library has no practice library of its own."""


def start_practice(desk: Desk) -> PracticeStarted:
    """Give whoever is at the desk (staff) a practice copy of their library.

    Made anew unless a colleague is practising in it, who is then joined. Raises
    AlreadyPractisingError at the desk of a practice library.
    """
    started = in_transaction(lambda: _start(desk))
    if not started.was_joined:
        _lend_samples(desk, started.slug)
    return started


def stop_practice(desk: Desk) -> PracticeStopped:
    """Leave the practice library this desk stands in; the last to leave takes it away."""
    return in_transaction(lambda: _stop(desk))


def practice_stock() -> PracticeStock:
    """Return who and what the practice library in scope has. Two statements."""
    cards = Card.objects.select_related("patron", "patron__category").filter(ended_at=None)
    copies = Copy.objects.select_related("title").order_by("-id")[:MAX_SHOWN]
    return PracticeStock(
        cards=tuple(
            PracticeCard(
                name=card.patron.name,
                barcode=card.barcode,
                category=card.patron.category.name,
                note=card.patron.note,
            )
            for card in cards.order_by("id")[:MAX_SHOWN]
        ),
        copies=tuple((copy.barcode, copy.title.name) for copy in copies),
    )


def remove_old_practices(now: datetime) -> int:
    """Remove practice libraries made more than a day before `now`; returns how many."""
    old = Library.objects.filter(practice_of__isnull=False, created_at__lt=now - KEPT)
    ids = list(old.order_by("id").values_list("id", flat=True))
    for library_id in ids:
        in_transaction(partial(_remove, library_id))
    return len(ids)


def _start(desk: Desk) -> PracticeStarted:
    real = Library.objects.get(pk=desk.library_id)
    if real.practice_of_id is not None:
        raise AlreadyPractisingError(real.slug)
    slug = real.slug + PRACTICE
    with library_scope(real.pk):
        me = Staff.objects.select_related("role").get(pk=desk.staff_id)
        my_branches = set(StaffBranch.objects.filter(staff=me).values_list("branch_id", flat=True))
    there = Library.objects.filter(slug=slug).first()
    is_fresh = there is not None and there.created_at > desk.now - KEPT
    if there is not None and is_fresh and _others_practise(there.pk, me.account_id):
        with library_scope(there.pk):
            _join(there.pk, me, my_branches, now=desk.now)
        return PracticeStarted(slug=slug, was_joined=True)
    if there is not None:
        _remove(there.pk)
    made = Library.objects.create(
        slug=slug,
        name=real.name,
        kind=real.kind,
        time_zone=real.time_zone,
        lock_minutes=real.lock_minutes,
        practice_of=real,
        created_at=desk.now,
    )
    _copy_rules(real.pk, made.pk)
    _copy_books(real.pk, made.pk, now=desk.now)
    with library_scope(made.pk):
        _join(made.pk, me, my_branches, now=desk.now)
        for reader in READERS:
            _add_reader(made.pk, reader, now=desk.now, today=desk.today)
    return PracticeStarted(slug=slug, was_joined=False)


def _others_practise(library_id: int, account_id: int) -> bool:
    with library_scope(library_id):
        return Staff.objects.exclude(account_id=account_id).filter(is_active=True).exists()


def _join(library_id: int, me: Staff, branches: set[int], *, now: datetime) -> None:
    """Give a member of staff the same role and branches in the practice library, in scope."""
    if Staff.objects.filter(account_id=me.account_id).update(is_active=True):
        return
    role, _ = Role.objects.get_or_create(
        library_id=library_id,
        code=me.role.code,
        defaults={"name": me.role.name, "permissions": me.role.permissions},
    )
    joined = Staff.objects.create(
        library_id=library_id,
        account_id=me.account_id,
        role=role,
        name=me.name,
        pin=me.pin,
        all_branches=me.all_branches,
        created_at=now,
    )
    codes = _codes(me.library_id, branches)
    StaffBranch.objects.bulk_create(
        StaffBranch(library_id=library_id, staff=joined, branch=branch)
        for branch in Branch.objects.filter(code__in=codes).order_by("id")
    )


def _codes(library_id: int, branches: set[int]) -> list[str]:
    with library_scope(library_id):
        return list(Branch.objects.filter(pk__in=branches).values_list("code", flat=True))


def _copied(
    model: type[M], real: int, made: int, *, order: str = "id", **keys: dict[int, Any]
) -> dict[int, int]:
    """Copy every row of a small table; `keys` maps old ids to new by field. Returns old to new."""
    with library_scope(real):
        rows = list(model.objects.order_by(order))
    with library_scope(made):
        return dict(_copy_row(row, made, keys) for row in rows)


def _copy_row(row: M, made: int, keys: dict[str, dict[int, Any]]) -> tuple[int, int]:
    old = row.pk
    row.pk, row.library_id = None, made
    row._state.adding = True
    for name, mapping in keys.items():
        was = getattr(row, f"{name}_id")
        setattr(row, f"{name}_id", None if was is None else mapping[was])
    row.save(force_insert=True)
    return old, row.pk


def _copy_rules(real: int, made: int) -> None:
    branches = _copied(Branch, real, made)
    _copied(OpeningHours, real, made, branch=branches)
    _copied(SpecialDays, real, made, branch=branches)
    _copied(Counter, real, made)
    _copied(Role, real, made)
    cards = _copied(PatronCategory, real, made)
    items = _copied(ItemType, real, made)
    _copied(LoanPolicy, real, made, branch=branches, category=cards, item_type=items)
    _copied(BlockRule, real, made)
    _copied(Vacation, real, made, branch=branches)
    _copied(TermEnd, real, made, category=cards)


def _copy_books(real: int, made: int, *, now: datetime) -> None:
    """Copy the newest titles with their copies: same barcodes, so that labels can be scanned."""
    with library_scope(real):
        titles = list(Title.objects.order_by("-id")[:MAX_TITLES])[::-1]
        copies = list(
            Copy.objects.filter(title__in=[title.pk for title in titles])
            .exclude(standing=Copy.Standing.WITHDRAWN)
            .select_related("branch", "item_type")
            .order_by("-id")[:MAX_COPIES]
        )[::-1]
    with library_scope(made):
        branches = {branch.code: branch for branch in Branch.objects.all()}
        items = {item.code: item for item in ItemType.objects.all()}
        old_ids = [title.pk for title in titles]
        new = _created(Title, titles, made)
        by_old = dict(zip(old_ids, new, strict=True))
        for copy in copies:
            copy.title = by_old[copy.title_id]
            copy.branch = branches[copy.branch.code]
            copy.item_type = items[copy.item_type.code]
        _created(Copy, copies, made)
        if not copies:
            _make_up_books(made, branches, items, now=now)
        index_again(Title.objects.values_list("pk", flat=True))


def _created(model: type[M], rows: list[M], made: int) -> list[M]:
    for row in rows:
        row.pk, row.library_id = None, made
        row._state.adding = True
    return list(model.objects.bulk_create(rows))


def _make_up_books(
    made: int, branches: dict[str, Branch], items: dict[str, ItemType], *, now: datetime
) -> None:
    """Stock a few books where the library has none yet."""
    default = next(item for item in items.values() if item.is_default)
    branch = next(iter(branches.values()))
    for book, barcode in zip(BOOKS, next_barcodes("copy", len(BOOKS)), strict=True):
        title = Title.objects.create(
            library_id=made,
            public_id=public_id(),
            name=book.name,
            authors=book.authors,
            clc=book.clc,
            created_at=now,
            updated_at=now,
        )
        Copy.objects.create(
            library_id=made,
            public_id=public_id(),
            title=title,
            barcode=barcode,
            branch=branch,
            item_type=default,
            added_at=now,
        )


def _add_reader(made: int, reader: PracticeReader, *, now: datetime, today: date) -> None:
    categories = list(PatronCategory.objects.filter(is_active=True).order_by("-is_default", "id"))
    category = categories[min(reader.card_type, len(categories) - 1)]
    patron = Patron.objects.create(
        library_id=made,
        public_id=public_id(),
        name=reader.name,
        name_key=name_key(reader.name),
        sort_key=sort_key(reader.name),
        category=category,
        branch=Branch.objects.order_by("id")[0],
        note=reader.note,
        expires_on=today - timedelta(days=1) if reader.state == "expired" else None,
        frozen_at=now if reader.state == "frozen" else None,
        frozen_reason=reader.frozen_reason,
        created_at=now,
    )
    [number] = next_barcodes("card", 1)
    Card.objects.create(library_id=made, patron=patron, barcode=number, issued_at=now)


def _lend_samples(desk: Desk, slug: str) -> None:
    """Lend what the made-up readers already have, through the same action as the desk."""
    made = Library.objects.get(slug=slug)
    with library_scope(made.pk):
        branch = Branch.objects.order_by("id")[0]
        shelf = list(
            Copy.objects.filter(standing=Copy.Standing.IN_USE, item_type__is_default=True)
            .order_by("id")
            .values_list("barcode", flat=True)[: len(LENT_DAYS_AGO)]
        )
        cards = {card.patron.name: card.barcode for card in Card.objects.select_related("patron")}
    if len(shelf) < len(LENT_DAYS_AGO):
        return
    there = replace(
        desk, library_id=made.pk, slug=slug, branch_id=branch.pk, permissions=OWNER,
        staff_id=None, caller="practice", key=None,
    )  # fmt: skip
    for barcode, (state, days) in zip(shelf, LENT_DAYS_AGO.items(), strict=True):
        reader = next(reader for reader in READERS if reader.state == state)
        checkout(
            replace(there, now=desk.now - timedelta(days=days)),
            copy_barcodes=(barcode,),
            card_barcode=cards[reader.name],
        )


def _stop(desk: Desk) -> PracticeStopped:
    practice = Library.objects.select_related("practice_of").get(pk=desk.library_id)
    if practice.practice_of is None:
        return PracticeStopped(slug=practice.slug, was_removed=False)
    with library_scope(practice.pk):
        others = Staff.objects.exclude(pk=desk.staff_id).filter(is_active=True).exists()
        if others:
            Staff.objects.filter(pk=desk.staff_id).update(is_active=False)
    if not others:
        _remove(practice.pk)
    return PracticeStopped(slug=practice.practice_of.slug, was_removed=not others)


def _remove(library_id: int) -> None:
    """Delete a practice library, row by row of every table, and its readers' logins."""
    with library_scope(library_id):
        logins = list(
            Patron.objects.filter(account__isnull=False, account__login=None).values_list(
                "account_id", flat=True
            )
        )
        for model in _children_first(m for m in apps.get_models() if issubclass(m, LibraryOwned)):
            # Django's own delete would refuse rows that other rows of the same table point at.
            model.objects.all()._raw_delete(DEFAULT_DB_ALIAS)
        Account.objects.filter(pk__in=logins, login=None).delete()
        Library.objects.filter(pk=library_id, practice_of__isnull=False).delete()


def _children_first(found: Iterable[type[LibraryOwned]]) -> list[type[LibraryOwned]]:
    """Order tables so that none is emptied before those that point at it."""
    waiting = list(found)
    ordered: list[type[LibraryOwned]] = []
    while waiting:
        for model in waiting:
            others = (other for other in waiting if other is not model)
            if not any(model in _targets(other) for other in others):
                ordered.append(model)
                waiting.remove(model)
                break
        else:
            raise RuntimeError(f"tables point at each other: {waiting}")
    return ordered


def _targets(model: type[LibraryOwned]) -> set[Any]:
    return {f.related_model for f in model._meta.fields if isinstance(f, models.ForeignKey)}
