"""What each engine wants done with its index of tokens, so that many can be written and all found.

A search looks into every part that SQLite has put beside the others, and into PostgreSQL's list of
what is pending: both are put in order afterwards, in steps after which others have their turn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

from jieyue.kit.transactions import in_transaction

_STEP: Final = 1_000  # pages of SQLite that are put together in one go: 20 ms
_PENDING: Final = 32_768  # kB that PostgreSQL may put off while many are written
# Puts the numbers of many titles in order and then into the index together, so that each of its
# pages is written once for all of them, not once for each title.
_PUT_OFF: Final = f"""
ALTER INDEX title_index_tokens SET (fastupdate = on, gin_pending_list_limit = {_PENDING})
"""
_AT_ONCE: Final = "ALTER INDEX title_index_tokens SET (fastupdate = off)"
_SETTLE: Final = "SELECT gin_clean_pending_list('title_index_tokens')"


def keeps_arrays() -> bool:
    """Say whether tokens are kept as arrays; else as words."""
    return connections[DEFAULT_DB_ALIAS].vendor == "postgresql"


@contextmanager
def writing_many() -> Iterator[None]:
    """Have the index take many titles in a row; the others find everything meanwhile."""
    if not keeps_arrays():
        yield
        return
    in_transaction(lambda: _run(_PUT_OFF))
    try:
        yield
    finally:
        in_transaction(lambda: _run(_AT_ONCE))


def tidy_index() -> None:
    """Put in order what many writes leave. Safe to stop and to run again."""
    if keeps_arrays():
        in_transaction(lambda: _run(_AT_ONCE))
        in_transaction(lambda: _run(_SETTLE))
        return
    step = -_STEP  # begin with all the parts there are
    while in_transaction(partial(_merged, step)):
        step = _STEP


def _merged(pages: int) -> bool:
    """Write so many pages of what is put together; say whether there was anything to do."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        [before] = cursor.fetchone()
        cursor.execute(
            "INSERT INTO catalog_titlefts (catalog_titlefts, rank) VALUES ('merge', %s)", [pages]
        )
        cursor.execute("SELECT total_changes()")
        [after] = cursor.fetchone()
    return bool(after - before > 1)  # one is of the command itself


def _run(text: str) -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(text)
