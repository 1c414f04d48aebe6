"""Reading the journal with the names of what it is about: what happened here, newest first."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jieyue.kit import sql

PAGE: Final = 50
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Entries name plain ids without keys, so everything is joined loosely; a name may be gone.
ENTRIES: Final = """
SELECT e.id, e.at AS happened_at, e.action, e.outcome, e.door, e.reasons, e.overridden, e.data,
       s.name AS staff, b.name AS branch, p.public_id AS patron, p.name AS patron_name,
       c.public_id AS copy, c.barcode, t.public_id AS title, t.name AS title_name,
       e.on_behalf, a.name AS acting
  FROM audit_entry e
  LEFT JOIN patrons_patron a ON a.library_id = e.library_id AND a.id = e.acting_patron_id
  LEFT JOIN libraries_staff s ON s.library_id = e.library_id AND s.id = e.staff_id
  LEFT JOIN libraries_branch b ON b.library_id = e.library_id AND b.id = e.branch_id
  LEFT JOIN patrons_patron p ON p.library_id = e.library_id AND p.id = e.patron_id
  LEFT JOIN catalog_copy c ON c.library_id = e.library_id AND c.id = e.copy_id
  LEFT JOIN catalog_title t
    ON t.library_id = e.library_id AND t.id = COALESCE(e.title_id, c.title_id)
 WHERE e.library_id = <library:bigint>
"""
SINCE: Final = " AND e.at >= <since:timestamptz>"
ACTIONS: Final = " AND e.action = ANY(<actions:text[]>)"
REFUSED: Final = " AND e.outcome = 'refused'"
ON_BEHALF: Final = " AND e.on_behalf IS NOT NULL"
STAFF: Final = """ AND e.staff_id IN (
    SELECT m.id FROM libraries_staff m JOIN accounts_account a ON a.id = m.account_id
     WHERE m.library_id = <library:bigint> AND a.login = <staff:text>)"""
PATRON: Final = """ AND e.patron_id IN (
    SELECT id FROM patrons_patron WHERE library_id = <library:bigint>
       AND public_id = <patron:text>)"""
COPY: Final = """ AND e.copy_id IN (
    SELECT id FROM catalog_copy WHERE library_id = <library:bigint>
       AND (public_id = <copy:text> OR barcode = <copy:text>))"""
BEFORE: Final = """ AND (e.at < <before_at:timestamptz>
        OR (e.at = <before_at:timestamptz> AND e.id < <before_id:bigint>))"""
NEWEST_FIRST: Final = " ORDER BY e.at DESC, e.id DESC LIMIT <most:bigint>"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """Which entries; empty fields leave nothing out.

    `since` is aware; `actions` are names of actions; `staff` a sign-in name; `patron` a public
    id; `copy` a public id or barcode.
    """

    since: datetime | None = None
    actions: tuple[str, ...] = ()
    is_refused: bool = False
    is_on_behalf: bool = False
    staff: str = ""
    patron: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One entry. Names are "" where the entry has none or what it named is gone."""

    at: datetime  # aware UTC
    action: str
    outcome: str
    door: str
    staff: str
    branch: str
    patron: str  # public id
    patron_name: str
    copy: str  # public id
    barcode: str
    title: str  # public id
    title_name: str
    reasons: tuple[str, ...]
    overridden: tuple[str, ...]
    data: dict[str, Any]
    on_behalf: str = ""  # why it was done for another: libraries/rules/behalf.py, or staff's words
    acting: str = ""  # the name of the reader who did it for `patron`


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPage:
    """Entries, newest first; `older` is where the next page begins, "" at the end."""

    rows: tuple[JournalRow, ...]
    older: str


def journal_page(wanted: JournalFilter, *, before: str = "", limit: int = PAGE) -> JournalPage:
    """Return a page of the journal of the library in scope, keyed by (at, id). One statement.

    `before` is the `older` of the page above; one that nobody issued begins at the top.
    """
    text, params = ENTRIES, dict[str, Any]()
    cursor = _cursor(before)
    conditions = [
        (SINCE, "since", wanted.since),
        (ACTIONS, "actions", list(wanted.actions)),
        (STAFF, "staff", wanted.staff),
        (PATRON, "patron", wanted.patron),
        (COPY, "copy", wanted.copy),
    ]
    for condition, name, value in conditions:
        if value:
            text += condition
            params[name] = value
    if wanted.is_refused:
        text += REFUSED
    if wanted.is_on_behalf:
        text += ON_BEHALF
    if cursor is not None:
        text += BEFORE
        params |= {"before_at": cursor[0], "before_id": cursor[1]}
    found = sql.rows(text + NEWEST_FIRST, most=limit + 1, **params)
    shown = found[:limit]
    older = _mark(shown[-1]) if len(found) > limit else ""
    return JournalPage(rows=tuple(_row(entry) for entry in shown), older=older)


def _row(entry: sql.Row) -> JournalRow:
    return JournalRow(
        at=entry["happened_at"],
        action=entry["action"],
        outcome=entry["outcome"],
        door=entry["door"],
        staff=entry["staff"] or "",
        branch=entry["branch"] or "",
        patron=entry["patron"] or "",
        patron_name=entry["patron_name"] or "",
        copy=entry["copy"] or "",
        barcode=entry["barcode"] or "",
        title=entry["title"] or "",
        title_name=entry["title_name"] or "",
        reasons=tuple(_plain(entry["reasons"])),
        overridden=tuple(_plain(entry["overridden"])),
        data=_plain(entry["data"]),
        on_behalf=entry["on_behalf"] or "",
        acting=entry["acting"] or "",
    )


def _plain(stored: Any) -> Any:
    """Return JSON as values; the engines hand it over as text or already read."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _mark(entry: sql.Row) -> str:
    """Return where a page ends, for an address: microseconds and the entry's place among them."""
    micros = (entry["happened_at"] - EPOCH) // timedelta(microseconds=1)
    return urlsafe_b64encode(f"{micros}.{entry['id']}".encode()).decode().rstrip("=")


def _cursor(mark: str) -> tuple[datetime, int] | None:
    try:
        micros, _, place = urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode().partition(".")
        at = EPOCH + timedelta(microseconds=int(micros))
        return (at, int(place)) if 0 <= int(place) < 2**63 else None
    except (ValueError, OverflowError):
        return None
