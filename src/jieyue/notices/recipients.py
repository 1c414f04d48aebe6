"""Who is told what concerns a reader: the reader, and whoever stands by them."""

from collections.abc import Collection
from datetime import date

from jieyue.patrons import links


def recipients_of(
    patron_ids: Collection[int], today: date, *, reached: Collection[int]
) -> dict[int, tuple[int, ...]]:
    """Return for each reader (row id) those readers who may be told: themselves, then guardians.

    `reached`: whom an address of their own reaches. A guardian who is no reader here has no page
    and no wishes, and is left out. Two statements.
    """
    found = links.recipients_of(patron_ids, today, reached=reached)
    return {
        patron_id: tuple(one.patron_id for one in people if one.patron_id is not None)
        for patron_id, people in found.items()
    }
