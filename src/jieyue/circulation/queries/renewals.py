"""Deciding a renewal from a row of facts: what the button, the API and the action share."""

import json
from datetime import date

from jieyue.circulation.queries.blocks import with_details
from jieyue.circulation.queries.facts import OPEN_LOANS_OF_PATRON, RENEWAL_FACTS, patron_facts
from jieyue.circulation.queries.rulebook import rulebook, terms_of
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.circulation.rules.recalls import Recall, recall_of
from jieyue.circulation.rules.renewals import (
    UNSEEN,
    Asked,
    LoanFacts,
    Renewal,
    awaited,
    renewal_of,
)
from jieyue.kit import sql
from jieyue.libraries.desk import Desk


def read_renewals(desk: Desk, loans: list[str]) -> list[sql.Row]:
    """Return the facts of loans (public ids). One statement, two more where blocks tell more."""
    found = sql.rows(RENEWAL_FACTS, loans=loans, now=desk.now, today=desk.today)
    return with_details(found, now=desk.now)


def read_open_loans(desk: Desk, patron_id: int) -> list[sql.Row]:
    """Return the facts of a patron's open loans, due first. As many statements."""
    found = sql.rows(OPEN_LOANS_OF_PATRON, patron=patron_id, now=desk.now, today=desk.today)
    return with_details(found, now=desk.now)


def renewal_decision(desk: Desk, row: sql.Row, asked: Asked = UNSEEN) -> Renewal:
    """Decide the renewal of a row of RENEWAL_FACTS or OPEN_LOANS_OF_PATRON."""
    return renewal_of(
        loan_facts(row),
        patron_facts(row),
        terms=terms_of(row),
        now=desk.now,
        dates=rulebook(row["rules_version"]).dates(row["branch_id"], desk.zone),
        asked=asked,
    )


def recall_decision(desk: Desk, row: sql.Row) -> Recall:
    """Decide the recall of such a row."""
    return recall_of(
        loan_facts(row),
        lent_at=row["lent_at"],
        terms=terms_of(row),
        now=desk.now,
        dates=rulebook(row["rules_version"]).dates(row["branch_id"], desk.zone),
    )


def loan_facts(row: sql.Row) -> LoanFacts:
    """Build the loan's facts of such a row."""
    return LoanFacts(
        due_at=row["due_at"],
        renewals=row["renewals"],
        unseen_renewals=row["unseen_renewals"],
        is_ended=row["returned_at"] is not None,
        is_recalled=row["recalled_at"] is not None,
        is_claimed=row["claimed_at"] is not None,
        is_lost=row["lost_at"] is not None,
        is_hourly=row["is_hourly"] or row["is_on_site"],
        awaited=awaited_copies(row),
    )


def renews_itself(desk: Desk, row: sql.Row) -> bool:
    """Say whether the loan of an open row will renew itself as things stand."""
    if not terms_of(row).auto_renews or row["is_hourly"] or row["is_on_site"]:
        return False
    return not renewal_decision(desk, row, Asked(automatic=True)).reasons


def why_not_renewed(row: sql.Row) -> tuple[date | None, tuple[Why, ...]]:
    """Return when (local) the loan last failed to renew itself, and why; None: it did not fail."""
    kept = row["not_renewed"]
    if kept is None:
        return None, ()
    kept = json.loads(kept) if isinstance(kept, str) else kept
    reasons = tuple(Why(Reason(why["code"]), why["facts"]) for why in kept["reasons"])
    return date.fromisoformat(kept["on"]), reasons


def awaited_copies(row: sql.Row) -> int:
    """Return how many wait for the copy of the row whom no other can serve."""
    return awaited(
        for_title=row["waiting_for_title"],
        for_copy=row["waiting_for_copy"],
        free=row["free_copies"],
    )
