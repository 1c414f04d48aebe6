"""One action, one durable transaction, run again when another writer got in the way."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connections,
    models,
    transaction,
)

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)

MAX_ATTEMPTS: Final = 6
# serialization_failure, deadlock_detected, lock_not_available, unique_violation, and a statement
# that is no longer prepared
CONTENTION_STATES: Final = {"40001", "40P01", "55P03", "23505", "26000"}


def is_contention(error: DatabaseError) -> bool:
    """Say whether running the same work again can succeed.

    A unique violation counts: another writer was first, and the second run sees its row.
    """
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        return state in CONTENTION_STATES
    text = str(error)
    return "locked" in text or "busy" in text or text.startswith("UNIQUE constraint failed")


def in_transaction(work: Callable[[], R]) -> R:
    """Run `work` as one outermost transaction; what it returns is committed.

    `durable=True` makes it an error to call an action inside another. Because it may run more than
    once, work touches the database and nothing else: e-mail, HTTP and files go through the outbox.
    """
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            with transaction.atomic(durable=True):
                return work()
        except (OperationalError, IntegrityError, ProgrammingError) as error:
            if attempt == MAX_ATTEMPTS or not is_contention(error):
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 (no secret here)
    raise AssertionError("unreachable")


def lock_one(queryset: models.QuerySet[M]) -> M | None:
    """Fetch the row now, held until the transaction ends; None if there is none.

    Evaluates at once: a lazy `select_for_update()` queryset locks nothing. SQLite has no row
    locks; there the IMMEDIATE transaction already admits one writer.
    """
    return queryset.select_for_update(of=("self",)).order_by("pk").first()


def lock_all(queryset: models.QuerySet[M], *, may_go: bool = False) -> list[M]:
    """Fetch rows now, held until the transaction ends, in order of id.

    `may_go`: they may be deleted, so that nobody may begin to point at them meanwhile. SQLite is
    not asked for the order: it would walk the whole table by id rather than look few rows up.
    """
    if not connections[queryset.db].features.has_select_for_update:
        return sorted(queryset, key=lambda row: row.pk)
    return list(queryset.select_for_update(of=("self",), no_key=not may_go).order_by("pk"))
