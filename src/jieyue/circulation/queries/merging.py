"""What merging two titles would move, for whoever is about to."""

from dataclasses import dataclass
from typing import Final

from jieyue.circulation.models import Hold
from jieyue.circulation.models.holds import OPEN_STATES
from jieyue.circulation.rules.merging import Queued
from jieyue.kit import sql

MOVES: Final = """
SELECT (SELECT count(*) FROM catalog_copy c
         WHERE c.library_id = <library:bigint> AND c.title_id = d.id) AS copies,
       (SELECT count(*) FROM catalog_copy c
          JOIN circulation_loan n
            ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
         WHERE c.library_id = <library:bigint> AND c.title_id = d.id) AS on_loan,
       (SELECT count(*) FROM circulation_hold h
         WHERE h.library_id = <library:bigint> AND h.title_id = d.id
           AND h.state IN ('waiting', 'in_transit', 'ready')) AS holds,
       (SELECT count(*) FROM circulation_hold h
          JOIN circulation_hold o
            ON o.library_id = <library:bigint> AND o.title_id = <keep:bigint>
           AND o.patron_id = h.patron_id AND o.state IN ('waiting', 'in_transit', 'ready')
         WHERE h.library_id = <library:bigint> AND h.title_id = d.id
           AND h.state IN ('waiting', 'in_transit', 'ready')) AS twice
  FROM catalog_title d
 WHERE d.library_id = <library:bigint> AND d.id = <drop:bigint>
"""


@dataclass(frozen=True, slots=True)
class Moves:
    """What moves from the one to the other; `twice` readers have reserved both."""

    copies: int
    on_loan: int
    holds: int
    twice: int


def moves_of(*, keep_id: int, drop_id: int) -> Moves:
    """Return what would move. One statement; both are there."""
    [row] = sql.rows(MOVES, keep=keep_id, drop=drop_id)
    return Moves(**row)


def open_holds(title_id: int) -> list[Queued]:
    """Return the open holds of a title, whoever they are of. One statement."""
    rows = Hold.objects.filter(title_id=title_id, state__in=OPEN_STATES).order_by("pk")
    return [
        Queued(
            hold_id=row.pk,
            public_id=row.public_id,
            patron_id=row.patron_id,
            copy_id=row.copy_id,
            state=row.state,
            is_suspended=row.suspended_at is not None,
            queue_class=row.queue_class,
            queued_at=row.queued_at,
            captured_copy_id=row.captured_copy_id,
        )
        for row in rows
    ]
