"""What the index keeps of titles as one text for the database, made where nobody knows Django."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from jieyue.catalog.rules.finding.entry import Fields, kept_of

VERSION: Final = 2  # of tokens and features: raise it when they change, and the night indexes anew


def rows_of(
    described: Sequence[tuple[int, str, Fields]], library_id: int, *, as_arrays: bool
) -> str:
    """Return a set of rows as `kit.sql` takes it: the features, `id`, `as_of` and `tokens`.

    Of titles by row id and the moment they stood so. `as_arrays`: tokens as PostgreSQL takes them.
    """
    rows = []
    for title_id, as_of, fields in described:
        kept = _kept(fields, library_id)
        numbers = kept["tokens"]
        tokens = [signed(number) for number in numbers] if as_arrays else words_of(numbers)
        rows.append(kept | {"id": title_id, "as_of": as_of, "tokens": tokens})
    return json.dumps(rows, ensure_ascii=False)


def make_ready(fields: Fields, library_id: int) -> None:
    """Make what the index keeps of a title beforehand, while nobody waits for the database."""
    _kept(fields, library_id)


@lru_cache(maxsize=512)
def _kept(fields: Fields, library_id: int) -> dict[str, Any]:
    return kept_of(fields, library_id)


def words_of(numbers: Iterable[int]) -> str:
    """Return numbers as words of hexadecimal, which SQLite's full text takes apart."""
    return " ".join([f"{number:x}" for number in numbers])


def signed(number: int) -> int:
    """Return unsigned 32 bits as PostgreSQL's `integer` has them."""
    return number - (1 << 32) if number >= 1 << 31 else number
