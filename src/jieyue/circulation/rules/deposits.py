"""押金: the prices of what a reader has may not pass the deposit (rule as in dp2)."""

from dataclasses import dataclass

from jieyue.circulation.rules.reasons import Reason, Why


@dataclass(frozen=True, slots=True)
class Deposit:
    """A reader's deposit and the prices of everything they have on loan, in fen."""

    balance_cents: int
    on_loan_cents: int  # copies lent without a price (before the rule held) count as nothing


def deposit_refusals(deposit: Deposit, *, price_cents: int | None, lent_cents: int) -> list[Why]:
    """Return what the deposit has against lending a copy of this price.

    `lent_cents` are the prices of what was lent before it in the same call. A copy without a price
    cannot be secured, so it is refused by a reason of its own.
    """
    if price_cents is None:
        return [Why(Reason.COPY_HAS_NO_PRICE)]
    needed = deposit.on_loan_cents + lent_cents + price_cents
    if needed <= deposit.balance_cents:
        return []
    facts: dict[str, str | int] = {"deposit_cents": deposit.balance_cents, "needed_cents": needed}
    return [Why(Reason.DEPOSIT_TOO_SMALL, facts)]
