"""Deciding a renewal from a row of facts: what the button, the API and the action share."""

from jieyue.circulation.queries.facts import patron_facts
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.renewals import LoanFacts, Renewal, renewal_of
from jieyue.kit import sql
from jieyue.libraries.desk import Desk


def renewal_decision(desk: Desk, row: sql.Row) -> Renewal:
    """Decide the renewal of a row of LOAN_FACTS or OPEN_LOANS_OF_PATRON."""
    patron = patron_facts(row)
    book = rulebook(row["rules_version"])
    return renewal_of(
        LoanFacts(
            due_at=row["due_at"],
            renewals=row["renewals"],
            is_ended=row["returned_at"] is not None,
        ),
        patron,
        terms=book.terms(row["branch_id"], patron.category_id, row["item_type_id"]),
        now=desk.now,
        zone=desk.zone,
        calendar=book.calendars[row["branch_id"]],
    )
