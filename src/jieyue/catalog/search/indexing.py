"""Keeping the index: a row for each title, written in the transaction that writes the title."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final

from django.db.models import Exists, OuterRef

from jieyue.catalog.models import Title, TitleIndex
from jieyue.catalog.rules.finding.entry import Fields, kept_of, kept_of_many
from jieyue.catalog.search.asking import tidy_index
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import in_transaction

BATCH: Final = 500
FIELDS: Final = tuple(Fields.__slots__)
KEPT: Final = ("main", "whole", "more", "people", "reading", "people_readings", "tokens")

Kept = list[tuple[int, dict[str, Any]]]


def index_titles(described: Mapping[int, Fields]) -> None:
    """Write the index of titles by row id. One statement for every few hundred."""
    library_id = current_library_id()
    _write([(title_id, kept_of(fields, library_id)) for title_id, fields in described.items()])


def index_again(title_ids: Iterable[int]) -> None:
    """Index titles as their rows stand. Two statements for every few hundred."""
    ids = list(title_ids)
    for start in range(0, len(ids), BATCH):
        index_titles(dict(_described(ids[start : start + BATCH])))


def index_all(*, processes: int = 2) -> Iterator[int]:
    """Make the library's index anew while it serves; yield how many titles are done, now and then.

    Each few hundred titles in a transaction of their own. Making tokens costs most, so processes of
    their own do that.
    """
    library_id = current_library_id()
    ids = list(Title.objects.order_by("id").values_list("pk", flat=True))
    parts = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    done = 0
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:

        def start(part: list[int]) -> tuple[dict[int, datetime], Future[Kept]]:
            changed_at = _changed_at(part)  # first: a change between the two is noticed then
            return changed_at, pool.submit(kept_of_many, _described(part), library_id)

        started = deque(start(part) for part in islice(parts, 2 * processes))
        while started:
            as_of, made = started.popleft()
            in_transaction(partial(_write_unchanged, made.result(), as_of))
            started.extend(start(part) for part in islice(parts, 1))
            done += len(as_of)
            yield done
    tidy_index()


def _write_unchanged(made: Kept, as_of: dict[int, datetime]) -> None:
    """Leave out what was changed or taken away meanwhile: whoever did that saw to its index."""
    now = _changed_at(list(as_of), lock=True)
    _write([(pk, kept) for pk, kept in made if pk in now and now[pk] == as_of[pk]])


def _changed_at(title_ids: Sequence[int], *, lock: bool = False) -> dict[int, datetime]:
    titles = Title.objects.filter(pk__in=title_ids).order_by("pk")
    if lock:
        titles = titles.select_for_update(no_key=True)
    return dict(titles.values_list("pk", "updated_at"))


def without_index(*, most: int = BATCH) -> list[int]:
    """Return row ids of titles that search cannot find, some of them. One statement."""
    indexed = TitleIndex.objects.filter(title_id=OuterRef("pk"))
    missing = Title.objects.filter(~Exists(indexed)).order_by("pk")
    return list(missing.values_list("pk", flat=True)[:most])


def _described(title_ids: Sequence[int]) -> list[tuple[int, Fields]]:
    rows = Title.objects.filter(pk__in=title_ids).values("pk", *FIELDS)
    return [(row.pop("pk"), Fields(**row)) for row in rows]


def _write(made: Kept) -> None:
    library_id = current_library_id()
    TitleIndex.objects.bulk_create(
        [TitleIndex(library_id=library_id, title_id=title_id, **kept) for title_id, kept in made],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["library", "title"],
        update_fields=list(KEPT),
    )
