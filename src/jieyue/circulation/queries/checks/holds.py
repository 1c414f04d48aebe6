"""Holds and transits that contradict themselves or each other."""

from typing import Final

HOLDS: Final = {
    "kept_twice": """
SELECT c.barcode AS copy, min(h.public_id) AS hold, max(h.public_id) AS other
  FROM circulation_hold h
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
 WHERE h.library_id = <library:bigint> AND h.state IN ('in_transit', 'ready')
 GROUP BY c.barcode HAVING count(*) > 1
""",
    "held_twice": """
SELECT p.public_id AS patron, min(h.public_id) AS hold, max(h.public_id) AS other
  FROM circulation_hold h
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = h.patron_id
 WHERE h.library_id = <library:bigint> AND h.state IN ('waiting', 'in_transit', 'ready')
 GROUP BY p.public_id, h.title_id HAVING count(*) > 1
""",
    "wrong_copy_kept": """
SELECT c.barcode AS copy, h.public_id AS hold
  FROM circulation_hold h
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
 WHERE h.library_id = <library:bigint> AND h.state IN ('in_transit', 'ready')
   AND (c.title_id <> h.title_id OR h.copy_id <> c.id)
""",
    "withdrawn_copy_kept": """
SELECT c.barcode AS copy, h.public_id AS hold
  FROM circulation_hold h
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
 WHERE h.library_id = <library:bigint> AND h.state IN ('in_transit', 'ready')
   AND c.standing = 'withdrawn'
""",
    "hold_half": """
SELECT h.public_id AS hold, h.state
  FROM circulation_hold h
 WHERE h.library_id = <library:bigint>
   AND ((h.state IN ('waiting', 'in_transit', 'ready')) <> (h.ended_at IS NULL)
        OR (h.state = 'waiting' AND h.captured_copy_id IS NOT NULL)
        OR (h.state IN ('in_transit', 'ready') AND h.captured_copy_id IS NULL)
        OR (h.state = 'ready' AND (h.ready_at IS NULL OR h.fetch_by IS NULL))
        OR (h.ended_at IS NULL AND h.patron_id IS NULL))
""",
    "suspended_not_waiting": """
SELECT h.public_id AS hold, h.state
  FROM circulation_hold h
 WHERE h.library_id = <library:bigint>
   AND ((h.suspended_at IS NOT NULL AND h.state <> 'waiting')
        OR (h.suspended_at IS NULL AND h.wakes_on IS NOT NULL))
""",
    "on_its_way_without_transit": """
SELECT h.public_id AS hold, c.barcode AS copy
  FROM circulation_hold h
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = h.captured_copy_id
  LEFT JOIN circulation_transit v ON v.library_id = <library:bigint> AND v.hold_id = h.id
   AND v.copy_id = h.captured_copy_id AND v.ended_at IS NULL
 WHERE h.library_id = <library:bigint> AND h.state = 'in_transit' AND v.id IS NULL
""",
    "travels_for_another_state": """
SELECT h.public_id AS hold, h.state, v.public_id AS transit
  FROM circulation_transit v
  JOIN circulation_hold h ON h.library_id = <library:bigint> AND h.id = v.hold_id
 WHERE v.library_id = <library:bigint> AND v.ended_at IS NULL AND h.state IN ('waiting', 'ready')
""",
    "ready_and_travelling": """
SELECT h.public_id AS hold, c.barcode AS copy, v.public_id AS transit
  FROM circulation_hold h
  JOIN circulation_transit v ON v.library_id = <library:bigint>
   AND v.copy_id = h.captured_copy_id AND v.ended_at IS NULL
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = v.copy_id
 WHERE h.library_id = <library:bigint> AND h.state = 'ready'
""",
    "travels_elsewhere": """
SELECT h.public_id AS hold, v.public_id AS transit, b.name AS branch
  FROM circulation_transit v
  JOIN circulation_hold h ON h.library_id = <library:bigint> AND h.id = v.hold_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = v.to_branch_id
 WHERE v.library_id = <library:bigint> AND v.ended_at IS NULL AND h.state = 'in_transit'
   AND v.to_branch_id <> h.pickup_branch_id
""",
}
TRANSITS: Final = {
    "travels_twice": """
SELECT c.barcode AS copy, min(v.public_id) AS transit, max(v.public_id) AS other
  FROM circulation_transit v
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = v.copy_id
 WHERE v.library_id = <library:bigint> AND v.ended_at IS NULL
 GROUP BY c.barcode HAVING count(*) > 1
""",
    "transit_half": """
SELECT v.public_id AS transit
  FROM circulation_transit v
 WHERE v.library_id = <library:bigint>
   AND ((v.ended_at IS NULL) <> (v.ending IS NULL) OR v.ended_at < v.created_at
        OR v.from_branch_id = v.to_branch_id OR (v.why = 'hold') <> (v.hold_id IS NOT NULL))
""",
    "manifest_goes_elsewhere": """
SELECT v.public_id AS transit, m.number AS manifest
  FROM circulation_transit v
  JOIN circulation_manifest m ON m.library_id = <library:bigint> AND m.id = v.manifest_id
 WHERE v.library_id = <library:bigint>
   AND (v.from_branch_id <> m.from_branch_id OR v.to_branch_id <> m.to_branch_id)
""",
}
