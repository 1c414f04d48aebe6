"""Does a library contradict itself anywhere? One set-based statement for each invariant.

Each holds after every action, whatever was done before; so a row found here is a fault of the
program, of somebody who wrote into the database by hand, or of the disk. What a reading of the
whole journal answers is answered by one: `journal` looks for seven things at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from jieyue.circulation.queries.checks.holds import HOLDS, TRANSITS
from jieyue.circulation.queries.checks.journal import JOURNAL, JOURNAL_CHECKS
from jieyue.circulation.queries.checks.loans import LOANS
from jieyue.circulation.queries.checks.money import MONEY
from jieyue.kit import sql

# Statements by name. One that looks for several things says in `contradiction` which it found.
PASSES: Final[dict[str, str]] = LOANS | HOLDS | TRANSITS | MONEY | JOURNAL
CHECKS: Final = (*LOANS, *HOLDS, *TRANSITS, *MONEY, *JOURNAL_CHECKS)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that cannot be: which check found it, and what it names (public ids, barcodes)."""

    check: str
    facts: dict[str, Any]


def contradictions(
    passes: Iterable[str] = PASSES, *, before_each: Callable[[str], None] | None = None
) -> list[Contradiction]:
    """Return everything in the library in scope that cannot be. A statement a pass."""
    found = []
    for name in passes:
        if before_each is not None:
            before_each(name)
        found += [_contradiction(name, row) for row in sql.rows(PASSES[name])]
    return found


def _contradiction(name: str, row: sql.Row) -> Contradiction:
    if "contradiction" not in row:
        return Contradiction(name, row)
    facts = {key: value for key, value in row.items() if value is not None}
    return Contradiction(facts.pop("contradiction"), facts)
