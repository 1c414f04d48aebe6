"""Practice: a small library with the same rules and made-up readers, thrown away afterwards.

Nothing of it touches the real library, by the same walls that part any two libraries.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.db import transaction

from jieyue.catalog.models import Copy, ItemType, Title
from jieyue.circulation.models import LoanPolicy
from jieyue.kit.ids import public_id
from jieyue.kit.models import LibraryOwned
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, Library, OpeningHours, Role, SpecialDays, Staff
from jieyue.patrons.models import Card, Patron, PatronCategory
from jieyue.patrons.rules.names import name_key

MOST_COPIES: Final = 200
KEPT: Final = timedelta(days=1)
READERS: Final = (
    "林小雨",
    "王大明",
    "陈老师",
    "李奶奶",
    "赵乐乐",
    "孙工",
)
CARD: Final = "29990000{}"


def start_practice(desk: Desk, *, account_id: int) -> str:
    """Make or reset the sandbox of a member of staff; return its address."""
    return in_transaction(lambda: _start(desk, account_id))


def stop_practice(library_id: int) -> None:
    """Delete a sandbox with everything in it. Another library is left alone (ValueError)."""

    def stop() -> None:
        library = Library.objects.get(pk=library_id)
        if library.practice_of_id is None:
            raise ValueError("not a practice library")
        _delete(library)

    in_transaction(stop)


def remove_old_practices(now: datetime) -> int:
    """Delete sandboxes somebody forgot a day ago; returns how many."""
    old = Library.objects.exclude(practice_of=None).filter(created_at__lt=now - KEPT)
    ids = list(old.values_list("pk", flat=True))
    for library_id in ids:
        stop_practice(library_id)
    return len(ids)


def _start(desk: Desk, account_id: int) -> str:
    real = Library.objects.get(pk=desk.library_id)
    if real.practice_of_id is not None:
        return real.slug
    slug = f"{real.slug[:28]}-lx{desk.staff_id}"
    for old in Library.objects.filter(slug=slug, practice_of=real):
        _delete(old)
    library = Library.objects.create(
        slug=slug,
        name=real.name,
        kind=real.kind,
        time_zone=real.time_zone,
        lock_minutes=real.lock_minutes,
        practice_of=real,
        created_at=desk.now,
    )
    _fill(real, library, desk, account_id)
    return slug


def _fill(real: Library, library: Library, desk: Desk, account_id: int) -> None:
    branches = _copied(real, library, Branch)
    categories = _copied(real, library, PatronCategory)
    types = _copied(real, library, ItemType)
    roles = _copied(real, library, Role)
    _copied(real, library, OpeningHours, branch=branches)
    _copied(real, library, SpecialDays, branch=branches)
    _copied(real, library, LoanPolicy, branch=branches, category=categories, item_type=types)
    with library_scope(real.pk):
        me = Staff.objects.get(pk=desk.staff_id)
        copies = list(
            Copy.objects.exclude(standing=Copy.Standing.WITHDRAWN).order_by("-id")[:MOST_COPIES]
        )
        titles = list(Title.objects.filter(pk__in={copy.title_id for copy in copies}))
    books = _written(library, titles, {}, fresh_ids=True)
    _written(
        library,
        copies,
        {"title": books, "branch": branches, "item_type": types},
        fresh_ids=True,
    )
    with library_scope(library.pk):
        Staff.objects.create(
            library_id=library.pk,
            account_id=account_id,
            role_id=roles[me.role_id],
            name=me.name,
            created_at=desk.now,
        )
        _make_readers(library, desk, branches, categories)


def _make_readers(
    library: Library, desk: Desk, branches: dict[int, int], categories: dict[int, int]
) -> None:
    kinds = list(categories.values())
    for place, name in enumerate(READERS):
        patron = Patron.objects.create(
            library_id=library.pk,
            public_id=public_id(),
            name=name,
            name_key=name_key(name),
            category_id=kinds[place % len(kinds)],
            branch_id=branches[desk.branch_id],
            created_at=desk.now,
        )
        Card.objects.create(
            library_id=library.pk,
            patron=patron,
            barcode=CARD.format(place + 1),
            issued_at=desk.now,
        )


def _copied(
    real: Library, library: Library, model: type[LibraryOwned], **keys: dict[int, int]
) -> dict[int, int]:
    """Copy every row of a model into the sandbox; return {real id: sandbox id}."""
    with library_scope(real.pk):
        rows = list(model.objects.order_by("pk"))
    return _written(library, rows, keys)


def _written(
    library: Library, rows: list[Any], keys: dict[str, dict[int, int]], *, fresh_ids: bool = False
) -> dict[int, int]:
    """Write rows as the sandbox's own, keys translated; one INSERT for all of them."""
    before = [row.pk for row in rows]
    for row in rows:
        row.pk, row.library_id = None, library.pk
        row._state.adding = True
        if fresh_ids:
            row.public_id = public_id()
        for name, ids in keys.items():
            old = getattr(row, f"{name}_id")
            setattr(row, f"{name}_id", ids[old] if old is not None else None)
    with library_scope(library.pk):
        made = type(rows[0]).objects.bulk_create(rows) if rows else []
    return {old: row.pk for old, row in zip(before, made, strict=True)}


def _delete(library: Library) -> None:
    """Delete every row of a sandbox, those that point at others first."""
    with library_scope(library.pk), transaction.atomic():
        for model in deletion_order():
            model.objects.all()._raw_delete("default")
    library.delete()


def deletion_order() -> list[type[LibraryOwned]]:
    """Return every library-owned model, pointing ones before those they point at."""
    waiting = [m for m in apps.get_models() if issubclass(m, LibraryOwned)]
    ordered: list[type[LibraryOwned]] = []
    while waiting:
        pointed_at = {
            key.related_model
            for model in waiting
            for key in model._meta.get_fields()
            if key.many_to_one and key.concrete and key.related_model is not model
        }
        free = [model for model in waiting if model not in pointed_at]
        ordered += free
        waiting = [model for model in waiting if model in pointed_at]
    return ordered
