"""Keeping the index: a row for each title, written in the transaction that writes the title."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final

from jieyue.catalog.models import Title, TitleIndex
from jieyue.catalog.rules.finding.entry import Fields, kept_of, kept_of_many
from jieyue.catalog.search.asking import tidy_index
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import in_transaction

BATCH: Final = 500
FIELDS: Final = tuple(Fields.__slots__)
KEPT: Final = ("main", "whole", "more", "people", "reading", "people_readings", "tokens")

Kept = Sequence[tuple[int, dict[str, Any]]]


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

    Each few hundred titles in a transaction of their own; reading what is written costs most, so
    processes of their own do that.
    """
    library_id = current_library_id()
    ids = list(Title.objects.order_by("id").values_list("pk", flat=True))
    parts = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    done = 0
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[list[tuple[int, dict[str, Any]]]]] = []
        while True:
            for part in islice(parts, max(0, 2 * processes - len(waiting))):
                waiting.append(pool.submit(kept_of_many, _described(part), library_id))
            if not waiting:
                break
            made = waiting.pop(0).result()
            in_transaction(lambda made=made: _write_those_there(made))  # type: ignore[misc]
            done += len(made)
            yield done
    tidy_index()


def _described(title_ids: Sequence[int]) -> list[tuple[int, Fields]]:
    rows = Title.objects.filter(pk__in=title_ids).values("pk", *FIELDS)
    return [(row.pop("pk"), Fields(**row)) for row in rows]


def _write_those_there(made: Kept) -> None:
    """A title that was changed or taken away meanwhile is indexed by whoever changed it."""
    there = dict(_described([title_id for title_id, _ in made]))
    library_id = current_library_id()
    _write([(title_id, kept) for title_id, kept in made if title_id in there])
    changed = [i for i, kept in made if i in there and kept["whole"] != kept_of(there[i], library_id)]
    index_again(changed)


def _write(made: Kept) -> None:
    library_id = current_library_id()
    TitleIndex.objects.bulk_create(
        [TitleIndex(library_id=library_id, title_id=title_id, **kept) for title_id, kept in made],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["library", "title"],
        update_fields=list(KEPT),
    )
