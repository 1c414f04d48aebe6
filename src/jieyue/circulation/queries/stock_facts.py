"""Statements of stock-taking: what is expected, what a scan is, and where the rest went."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jieyue.circulation.rules.scanned import Scan
from jieyue.circulation.rules.stocktaking import Facts, Scope
from jieyue.kit import sql

_ON_SHELVES: Final = "c.standing IN ('in_use', 'reference', 'repair')"
_SNAPSHOT: Final = """
INSERT INTO circulation_stockline
       (library_id, stock_take_id, copy_id, barcode, is_expected, place, call_key, seen_shelf,
        scanner, findings, is_odd, settled_how, settled, was_standing, verdict)
SELECT c.library_id, <take:bigint>, c.id, '', TRUE,
       CASE WHEN c.shelf <> '' THEN c.shelf ELSE upper(substr(c.call_number, 1, 1)) END,
       c.call_key, '', '', <no_findings:jsonb>, FALSE, '', <no_settled:jsonb>, '', ''
"""
_FROM: Final = f"FROM catalog_copy c WHERE c.library_id = <library:bigint> AND {_ON_SHELVES}"

# Where a copy is now that was expected: of `l` (line), `c` (copy), `s` (stock-take).
_NOW: Final = """
CASE WHEN l.seen_at IS NOT NULL THEN 'seen'
     WHEN c.standing = 'withdrawn' OR c.branch_id <> coalesce(s.branch_id, c.branch_id)
       OR (s.shelf <> '' AND c.shelf <> s.shelf) OR c.call_key < s.first_key
       OR (s.last_key <> '' AND c.call_key >= s.last_key) THEN 'gone'
     WHEN c.standing IN ('missing', 'lost') THEN 'marked'
     WHEN EXISTS (SELECT 1 FROM circulation_loan n
                   WHERE n.library_id = <library:bigint> AND n.copy_id = c.id
                     AND n.returned_at IS NULL) THEN 'on_loan'
     WHEN EXISTS (SELECT 1 FROM circulation_hold h
                   WHERE h.library_id = <library:bigint> AND h.captured_copy_id = c.id
                     AND h.state IN ('in_transit', 'ready')) THEN 'kept'
     WHEN EXISTS (SELECT 1 FROM circulation_transit v
                   WHERE v.library_id = <library:bigint> AND v.copy_id = c.id
                     AND v.ended_at IS NULL) THEN 'travelling'
     WHEN c.standing = 'repair' THEN 'in_repair'
     WHEN EXISTS (SELECT 1 FROM audit_entry e
                   WHERE e.library_id = <library:bigint> AND e.copy_id = c.id
                     AND e.at >= s.started_at
                     AND e.outcome IN ('lent', 'returned', 'not_on_loan', 'arrived', 'undone',
                                       'counted')) THEN 'handled'
     ELSE 'not_found' END
"""
VERDICT: Final = f"CASE WHEN l.verdict <> '' THEN l.verdict ELSE {_NOW} END"
LINES: Final = """
       circulation_stockline l
       JOIN circulation_stocktake s ON s.library_id = <library:bigint> AND s.id = l.stock_take_id
       JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = l.copy_id
"""
# SQLite would join an UPDATE's FROM the wrong way round: each row is looked up by its id instead.
FREEZE: Final = f"""
UPDATE circulation_stockline
   SET verdict = (SELECT {VERDICT} FROM {LINES}
                   WHERE l.library_id = <library:bigint> AND l.id = circulation_stockline.id)
 WHERE library_id = <library:bigint> AND stock_take_id = <take:bigint> AND is_expected
"""
THAW: Final = """
UPDATE circulation_stockline SET verdict = ''
 WHERE library_id = <library:bigint> AND stock_take_id = <take:bigint> AND verdict <> ''
"""
NOT_FOUND: Final = f"""
SELECT id, copy_id, title_id, standing FROM (
SELECT l.id, c.id AS copy_id, c.title_id, c.standing, {_NOW} AS verdict FROM {LINES}
 WHERE l.library_id = <library:bigint> AND l.stock_take_id = <take:bigint> AND l.is_expected
   AND l.seen_at IS NULL AND l.verdict IN ('', 'not_found')) AS looked
 WHERE verdict = 'not_found' ORDER BY copy_id
"""
LOCK_UNSEEN: Final = """
SELECT id FROM catalog_copy
 WHERE library_id = <library:bigint>
   AND id IN (SELECT l.copy_id FROM circulation_stockline l
               WHERE l.library_id = <library:bigint> AND l.stock_take_id = <take:bigint>
                 AND l.is_expected AND l.seen_at IS NULL)
 ORDER BY id FOR NO KEY UPDATE
"""
LOCK_MARKED: Final = LOCK_UNSEEN.replace(
    "l.is_expected AND l.seen_at IS NULL", "l.was_standing <> ''"
)
MARK_COPIES: Final = """
UPDATE catalog_copy SET standing = 'missing'
 WHERE library_id = <library:bigint> AND id = ANY(<copies:bigint[]>)
"""
# Before MARK_COPIES: it keeps what is said until then.
MARK_LINES: Final = """
UPDATE circulation_stockline
   SET was_standing = (SELECT c.standing FROM catalog_copy c
                        WHERE c.library_id = <library:bigint>
                          AND c.id = circulation_stockline.copy_id)
 WHERE library_id = <library:bigint> AND id = ANY(<marked_lines:bigint[]>)
"""
MARKED: Final = """
SELECT l.id, c.id AS copy_id, c.title_id, l.was_standing
  FROM circulation_stockline l
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = l.copy_id
 WHERE l.library_id = <library:bigint> AND l.stock_take_id = <take:bigint>
   AND l.was_standing <> '' AND c.standing = 'missing'
 ORDER BY c.id
"""
# Before UNMARK_LINES.
UNMARK_COPIES: Final = """
UPDATE catalog_copy
   SET standing = (SELECT l.was_standing FROM circulation_stockline l
                    WHERE l.library_id = <library:bigint> AND l.stock_take_id = <take:bigint>
                      AND l.copy_id = catalog_copy.id)
 WHERE library_id = <library:bigint> AND id = ANY(<copies:bigint[]>)
"""
UNMARK_LINES: Final = """
UPDATE circulation_stockline SET was_standing = ''
 WHERE library_id = <library:bigint> AND stock_take_id = <take:bigint> AND was_standing <> ''
"""
SCANNED: Final = """
SELECT c.id AS copy_id, c.public_id AS copy, c.barcode, c.standing, c.branch_id, c.shelf,
       c.call_number, c.call_key, c.withdrawn_at, t.id AS title_id, t.public_id AS title_key,
       t.name AS title, b.name AS branch, n.lent_at, h.captured_at AS kept_at,
       v.created_at AS sent_at,
       l.id AS line_id, l.seen_at, l.settled_at, l.is_expected
  FROM catalog_copy c
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN libraries_branch b ON b.library_id = <library:bigint> AND b.id = c.branch_id
  LEFT JOIN circulation_loan n
    ON n.library_id = <library:bigint> AND n.copy_id = c.id AND n.returned_at IS NULL
  LEFT JOIN circulation_hold h
    ON h.library_id = <library:bigint> AND h.captured_copy_id = c.id
   AND h.state IN ('in_transit', 'ready')
  LEFT JOIN circulation_transit v
    ON v.library_id = <library:bigint> AND v.copy_id = c.id AND v.ended_at IS NULL
  LEFT JOIN circulation_stockline l
    ON l.library_id = <library:bigint> AND l.copy_id = c.id AND l.stock_take_id = <take:bigint>
 WHERE c.library_id = <library:bigint>
   AND c.id IN (SELECT id FROM catalog_copy
                 WHERE library_id = <library:bigint> AND barcode = ANY(<codes:text[]>)
                 UNION ALL
                SELECT id FROM catalog_copy
                 WHERE library_id = <library:bigint> AND public_id = ANY(<copies:text[]>))
"""
LAST_OF_SCANNER: Final = """
SELECT l.call_key, l.seen_shelf, l.seen_branch_id, t.name AS title
  FROM circulation_stockline l
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = l.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE l.library_id = <library:bigint> AND l.stock_take_id = <take:bigint>
   AND l.seen_at <= <before:timestamptz> AND l.scanner = <scanner:text>
 ORDER BY l.seen_at DESC, l.id DESC LIMIT 1
"""
PUT_SEEN: Final = """
UPDATE circulation_stockline
   SET seen_at = seen.seen_at, seen_by_id = <staff_seen:bigint>, seen_branch_id = seen.branch_id,
       seen_shelf = seen.shelf, scanner = <scanner:text>, findings = seen.findings,
       is_odd = seen.is_odd
  FROM <seen:(line bigint, seen_at timestamptz, branch_id bigint, shelf text, findings jsonb,
              is_odd boolean)>
 WHERE circulation_stockline.library_id = <library:bigint>
   AND circulation_stockline.id = ANY(<put:bigint[]>) AND circulation_stockline.id = seen.line
"""
ADD_SEEN: Final = """
INSERT INTO circulation_stockline
       (library_id, stock_take_id, copy_id, barcode, is_expected, place, call_key, seen_at,
        seen_by_id, seen_branch_id, seen_shelf, scanner, findings, is_odd, settled_how, settled,
        was_standing, verdict)
SELECT <library:bigint>, <take:bigint>, extra.copy_id, extra.barcode, FALSE, extra.shelf,
       extra.call_key, extra.seen_at, <staff_seen:bigint>, extra.branch_id, extra.shelf,
       <scanner:text>, extra.findings, extra.is_odd, '', <no_settled:jsonb>, '', ''
  FROM <extra:(copy_id bigint, barcode text, call_key text, seen_at timestamptz, branch_id bigint,
               shelf text, findings jsonb, is_odd boolean)>
"""


def snapshot(scope: Scope) -> tuple[str, str, dict[str, Any]]:
    """Return the statements that take down what is expected and that count it, with parameters."""
    conditions, params = [], {}
    for name, value, condition in (
        ("of_branch", scope.branch_id, "c.branch_id = <of_branch:bigint>"),
        ("on_shelf", scope.shelf, "c.shelf = <on_shelf:text>"),
        ("low", scope.first_key, "c.call_key >= <low:text>"),
        ("high", scope.last_key, "c.call_key < <high:text>"),
    ):
        if value:
            conditions.append(f"AND {condition}")
            params[name] = value
    found = " ".join((_FROM, *conditions))
    return f"{_SNAPSHOT} {found}", f"SELECT count(*) AS copies {found}", params


def scanned(take: int, scans: Sequence[Scan], slug: str) -> Mapping[str, sql.Row]:
    """Return the copies these scans may mean, by barcode and by public id. One statement."""
    codes = [code for scan in scans for code in scan.codes]
    copies = [scan.copy for scan in scans if scan.copy and scan.slug == slug]
    rows = sql.rows(SCANNED, take=take, codes=codes, copies=copies)
    return {row["barcode"]: row for row in rows} | {"/" + row["copy"]: row for row in rows}


def facts_of(row: sql.Row) -> Facts:
    """Return what is judged of a row of SCANNED."""
    names = ("standing", "branch_id", "shelf", "call_key", "lent_at", "kept_at", "sent_at")
    return Facts(**{name: row[name] for name in names}, withdrawn_at=row["withdrawn_at"])
