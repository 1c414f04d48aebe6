"""What a change of the lending rules would have meant: 试算 before saving. Nothing is written."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from jieyue.circulation.queries.rehearsed import (
    AffectedGroup,
    Example,
    Moves,
    Rehearsal,
    RuleChange,
)
from jieyue.circulation.queries.rehearsed_renewals import past_renewals
from jieyue.circulation.queries.rulebook import Rulebook, rulebook
from jieyue.circulation.rules.policies import TERMS, PolicyRow
from jieyue.circulation.rules.rehearsal import (
    UNSEEN,
    Compared,
    Ledger,
    PastLoan,
    Rehearser,
    Side,
    standings,
    still_refused,
)
from jieyue.circulation.rules.rehearsed_renewals import compare_renewals
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

DAYS: Final = 90
MOST_LOANS: Final = 150_000  # a few seconds; more are a sample, the newest
MOST_EXAMPLES: Final = 8

KEYS: Final = """
SELECT 'version' AS kind, rules_version AS id, '' AS code, '' AS name
  FROM libraries_library WHERE id = <library:bigint>
UNION ALL
SELECT 'branch', id, code, name FROM libraries_branch WHERE library_id = <library:bigint>
UNION ALL
SELECT 'card_type', id, code, name FROM patrons_patroncategory WHERE library_id = <library:bigint>
UNION ALL
SELECT 'item_type', id, code, name FROM catalog_itemtype WHERE library_id = <library:bigint>
"""
# Open, or ended in the time looked at: whatever was lent in it is among them.
LOANS: Final = """
SELECT n.id, n.public_id, n.patron_id, n.branch_id, p.category_id, c.item_type_id, n.lent_at,
       n.due_at, n.returned_at, n.claimed_at, n.lost_at, n.is_hourly, n.renewals, p.expires_on,
       c.price_cents
  FROM circulation_loan n
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
 WHERE n.library_id = <library:bigint> AND NOT n.is_on_site
   AND (n.returned_at IS NULL OR n.returned_at >= <since:timestamptz>)
   AND coalesce(n.ending, '') NOT IN ('undone', 'never_lent')
 ORDER BY n.lent_at DESC, n.id DESC LIMIT <most:bigint>
"""
NAMELESS: Final = """
SELECT count(*) AS loans FROM circulation_loan
 WHERE library_id = <library:bigint> AND patron_id IS NULL AND lent_at >= <since:timestamptz>
"""
LEDGER: Final = """
SELECT patron_id, at AS line_at, amount_cents FROM fees_ledgerline
 WHERE library_id = <library:bigint> ORDER BY patron_id, at, id
"""
TURNED_AWAY: Final = """
SELECT e.branch_id, p.category_id, c.item_type_id, e.reasons, e.data
  FROM audit_entry e
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = e.patron_id
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = e.copy_id
 WHERE e.library_id = <library:bigint> AND e.action = 'checkout' AND e.outcome = 'refused'
   AND e.at >= <since:timestamptz>
 ORDER BY e.at DESC LIMIT <most:bigint>
"""
NAMES: Final = """
SELECT n.public_id AS loan, t.name AS title, p.public_id AS patron, p.name AS patron_name
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
  JOIN patrons_patron p ON p.library_id = <library:bigint> AND p.id = n.patron_id
 WHERE n.library_id = <library:bigint> AND n.public_id = ANY(<loans:text[]>)
"""


class UnknownKeyError(LookupError):
    """A change names a branch, card type or item type that is not there."""


def rehearse(
    desk: Desk, changes: Sequence[RuleChange], *, with_names: bool = False, days: int = DAYS
) -> Rehearsal:
    """Say what the changes would have meant. Seven statements at most (14 when rules moved).

    `with_names`: examples name title and reader. Raises UnknownKeyError.
    """
    keys = _Keys(sql.rows(KEYS))
    old = rulebook(keys.version)
    new = replace(old, policies=_changed(old.policies, changes, keys), _terms={})
    since = desk.now - timedelta(days=days)
    found = sql.rows(LOANS, since=since, most=MOST_LOANS + 1)
    rows = found[:MOST_LOANS]
    nameless = sql.rows(NAMELESS, since=since)[0]["loans"]
    ledgers = _ledgers(sql.rows(LEDGER))
    rehearser = Rehearser(_side(old, desk), _side(new, desk), desk.now)
    loans = [_past(row) for row in rows]
    compared = [
        one
        for loan, standing in standings(loans, ledgers, desk.zone, wanted=rehearser.differs)
        if not (one := rehearser.compare(loan, standing, is_made=loan.lent_at >= since)).is_same
    ]
    turned_away = sql.rows(TURNED_AWAY, since=since, most=MOST_LOANS)
    fewer, more = _renewals(rows, rehearser)
    totals = _totals(compared)
    renewed = compare_renewals(
        past_renewals(since=since, most=MOST_LOANS), rehearser.old, rehearser.new
    )
    return Rehearsal(
        days=days,
        since_on=since.astimezone(desk.zone).date(),
        loans=sum(loan.lent_at >= since for loan in loans),
        open_loans=sum(loan.ended_at is None for loan in loans),
        is_sample=len(found) > MOST_LOANS,
        nameless=nameless,
        turned_away=sum(_would_be_lent(row, rehearser) for row in turned_away),
        renewals=renewed.made,
        renewals_refused=renewed.refused,
        renewals_earlier=_moves([-days for days in renewed.moved if days < 0]),
        renewals_later=_moves([days for days in renewed.moved if days > 0]),
        fewer_renewals=fewer,
        more_renewals=more,
        groups=_groups(compared, keys),
        examples=_examples(compared, desk, with_names=with_names),
        unseen=_unseen(old, new),
        **totals,
    )


class _Keys:
    """Ids by code and names by id of what rules are made for, and the version of the rules."""

    def __init__(self, rows: Iterable[sql.Row]) -> None:
        self.version = 0
        self.ids: dict[tuple[str, str], int] = {}
        self.names: dict[tuple[str, int], str] = {}
        for row in rows:
            if row["kind"] == "version":
                self.version = row["id"]
            self.ids[row["kind"], row["code"]] = row["id"]
            self.names[row["kind"], row["id"]] = row["name"]

    def id_of(self, kind: str, code: str) -> int | None:
        if code and (kind, code) not in self.ids:
            raise UnknownKeyError(code)
        return self.ids[kind, code] if code else None


def _changed(
    policies: tuple[PolicyRow, ...], changes: Iterable[RuleChange], keys: _Keys
) -> tuple[PolicyRow, ...]:
    """Return the rows with the changes made; new ones get ids that no row has."""
    rows = list(policies)
    for number, change in enumerate(changes, start=1):
        branch = keys.id_of("branch", change.branch)
        category = keys.id_of("card_type", change.card_type)
        kind = keys.id_of("item_type", change.item_type)
        named = (branch, category, kind)
        same = [r for r in rows if (r.branch_id, r.category_id, r.item_type_id) == named]
        rows = [row for row in rows if row not in same]
        if change.values is not None:
            rows.append(
                PolicyRow(
                    id=same[0].id if same else -number,
                    branch_id=branch,
                    category_id=category,
                    item_type_id=kind,
                    **change.values.terms(),
                )
            )
    return tuple(rows)


def _side(book: Rulebook, desk: Desk) -> Side:
    dates = {branch: book.dates(branch, desk.zone) for branch in book.calendars}
    return Side(terms=book.terms, dates=dates.__getitem__)


def _past(row: sql.Row) -> PastLoan:
    return PastLoan(
        id=row["id"],
        loan=row["public_id"],
        patron_id=row["patron_id"],
        branch_id=row["branch_id"],
        category_id=row["category_id"],
        item_type_id=row["item_type_id"],
        lent_at=row["lent_at"],
        due_at=row["due_at"],
        ended_at=row["returned_at"],
        claimed_at=row["claimed_at"],
        lost_at=row["lost_at"],
        is_hourly=row["is_hourly"],
        expires_on=row["expires_on"],
        price_cents=row["price_cents"],
    )


def _ledgers(rows: Iterable[sql.Row]) -> dict[int, Ledger]:
    found: dict[int, Ledger] = {}
    for row in rows:
        found.setdefault(row["patron_id"], Ledger()).add(row["line_at"], row["amount_cents"])
    return found


def _renewals(rows: Iterable[sql.Row], rehearser: Rehearser) -> tuple[int, int]:
    """Return how many open loans lose their last renewal, and how many get one."""
    fewer = more = 0
    for row in rows:
        if row["returned_at"] is None:
            key = row["branch_id"], row["category_id"], row["item_type_id"]
            old = row["renewals"] < rehearser.old.terms(*key).max_renewals
            new = row["renewals"] < rehearser.new.terms(*key).max_renewals
            fewer, more = fewer + (old and not new), more + (new and not old)
    return fewer, more


def _would_be_lent(row: sql.Row, rehearser: Rehearser) -> bool:
    """Say whether a refusal in the journal is one under the old terms, and not under the new."""
    reasons, data = _plain(row["reasons"]), _plain(row["data"])
    figures = data.get("why", {})
    against = {code: figures.get(code, {}) for code in reasons}
    key = row["branch_id"], row["category_id"], row["item_type_id"]
    old, new = rehearser.old.terms(*key), rehearser.new.terms(*key)
    return still_refused(against, old) and not still_refused(against, new)


def _plain(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def _totals(compared: Sequence[Compared]) -> dict[str, Any]:
    refused = [one for one in compared if one.is_refused_now]
    moved = [one.moved_days for one in compared if one.is_moved]
    counts = Counter(code for one in refused for code in set(one.new.codes))
    return {
        "affected": len(compared),
        "refused": len(refused),
        "reasons": tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        "lent": sum(one.is_lent_now for one in compared),
        "earlier": _moves([-days for days in moved if days < 0]),
        "later": _moves([days for days in moved if days > 0]),
        "old_cents": sum(one.old.cents for one in compared),
        "new_cents": sum(one.new.cents for one in compared),
        "old_days": sum(one.old.days for one in compared),
        "new_days": sum(one.new.days for one in compared),
    }


def _moves(days: Sequence[int]) -> Moves:
    return Moves(len(days), min(days), max(days)) if days else Moves()


def _groups(compared: Iterable[Compared], keys: _Keys) -> tuple[AffectedGroup, ...]:
    by_key: dict[tuple[int, int], list[Compared]] = {}
    for one in compared:
        by_key.setdefault((one.loan.category_id, one.loan.item_type_id), []).append(one)
    groups = [
        AffectedGroup(
            card_type=keys.names["card_type", category],
            item_type=keys.names["item_type", kind],
            loans=len(found),
            refused=sum(one.is_refused_now for one in found),
            lent=sum(one.is_lent_now for one in found),
            earlier=sum(one.moved_days < 0 for one in found),
            later=sum(one.moved_days > 0 for one in found),
            old_cents=sum(one.old.cents for one in found),
            new_cents=sum(one.new.cents for one in found),
        )
        for (category, kind), found in by_key.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.loans, group.card_type)))


def _examples(compared: Sequence[Compared], desk: Desk, *, with_names: bool) -> tuple[Example, ...]:
    """Return a few loans, of every kind of change some, the newest first within each."""
    newest = sorted(compared, key=lambda one: one.loan.lent_at, reverse=True)
    kinds = (
        [one for one in newest if one.is_refused_now],
        [one for one in newest if one.is_moved],
        [one for one in newest if one.old.cents != one.new.cents or one.old.days != one.new.days],
        newest,
    )
    chosen: dict[int, Compared] = {}
    for place in range(MOST_EXAMPLES):
        for kind in kinds:
            if place < len(kind) and len(chosen) < MOST_EXAMPLES:
                chosen.setdefault(kind[place].loan.id, kind[place])
    codes = [one.loan.loan for one in chosen.values()]
    names = sql.rows(NAMES, loans=codes) if with_names and codes else []
    named = {row["loan"]: row for row in names}
    return tuple(_example(one, desk, named.get(one.loan.loan, {})) for one in chosen.values())


def _example(one: Compared, desk: Desk, names: sql.Row) -> Example:
    return Example(
        loan=one.loan.loan,
        title=names.get("title", ""),
        patron=names.get("patron", ""),
        patron_name=names.get("patron_name", ""),
        lent_on=one.loan.lent_at.astimezone(desk.zone).date(),
        old_due_on=one.old.due.on if one.old.due else None,
        new_due_on=one.new.due.on if one.new.due else None,
        reasons=one.new.codes,
        old_cents=one.old.cents,
        new_cents=one.new.cents,
        old_days=one.old.days,
        new_days=one.new.days,
    )


def _unseen(old: Rulebook, new: Rulebook) -> tuple[str, ...]:
    """Return the changed terms of which past loans show nothing, in the table's order."""
    was = {row.id: row for row in old.policies}
    now = {row.id: row for row in new.policies}
    differing = {
        term
        for row_id in was.keys() | now.keys()
        for term in TERMS
        if getattr(was.get(row_id), term, None) != getattr(now.get(row_id), term, None)
    }
    return tuple(term for term in TERMS if term in differing & UNSEEN)
