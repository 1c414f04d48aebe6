"""What still heads for a branch that is to close for good."""

from dataclasses import dataclass
from typing import Final

from jieyue.kit import sql

# Copies first, as everywhere; the title's lock keeps what is captured as it is.
LOCK_HEADING: Final = """
WITH h AS (SELECT title_id, captured_copy_id FROM circulation_hold
            WHERE library_id = <library:bigint> AND pickup_branch_id = <branch:bigint>
              AND state IN ('waiting', 'in_transit', 'ready')),
     c AS (SELECT id FROM catalog_copy
            WHERE library_id = <library:bigint>
              AND (id IN (SELECT captured_copy_id FROM h)
                   OR id IN (SELECT copy_id FROM circulation_transit
                              WHERE library_id = <library:bigint> AND ended_at IS NULL
                                AND to_branch_id = <branch:bigint>))
            ORDER BY id FOR NO KEY UPDATE),
     t AS (SELECT id FROM catalog_title
            WHERE library_id = <library:bigint> AND id IN (SELECT title_id FROM h)
            ORDER BY id FOR NO KEY UPDATE)
SELECT id FROM c UNION ALL SELECT id FROM t
"""
HOLDS_HEADING: Final = """
SELECT id, public_id AS hold, state, captured_copy_id FROM circulation_hold
 WHERE library_id = <library:bigint> AND pickup_branch_id = <branch:bigint>
   AND state IN ('waiting', 'in_transit', 'ready')
 ORDER BY id
"""
BOXES_HEADING: Final = """
SELECT id, copy_id, hold_id, from_branch_id FROM circulation_transit
 WHERE library_id = <library:bigint> AND to_branch_id = <branch:bigint> AND ended_at IS NULL
 ORDER BY id
"""
COUNT_HEADING: Final = """
SELECT b.code,
       (SELECT count(*) FROM circulation_hold h
         WHERE h.library_id = <library:bigint> AND h.pickup_branch_id = b.id
           AND h.state IN ('waiting', 'in_transit')) AS waiting,
       (SELECT count(*) FROM circulation_hold h
         WHERE h.library_id = <library:bigint> AND h.pickup_branch_id = b.id
           AND h.state = 'ready') AS kept,
       (SELECT count(*) FROM circulation_transit v
         WHERE v.library_id = <library:bigint> AND v.to_branch_id = b.id
           AND v.ended_at IS NULL) AS boxes
  FROM libraries_branch b
 WHERE b.library_id = <library:bigint> AND b.code = <branch:text>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """How many readers will fetch a book there, how many are kept for them, how many travel."""

    waiting: int = 0
    kept: int = 0
    boxes: int = 0

    @property
    def is_nothing(self) -> bool:
        """Say whether nobody would notice."""
        return not (self.waiting or self.kept or self.boxes)


def heading_for(branch: str) -> Heading:
    """Return what still heads for the branch (its code). One statement."""
    rows = sql.rows(COUNT_HEADING, branch=branch)
    return Heading(**{n: rows[0][n] for n in ("waiting", "kept", "boxes")}) if rows else Heading()
