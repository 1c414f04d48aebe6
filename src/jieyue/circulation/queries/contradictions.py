"""Does a library contradict itself anywhere? One set-based statement for each invariant.

Each holds after every action, whatever was done before; so a row found here is a fault of the
program, of somebody who wrote into the database by hand, or of the disk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from jieyue.circulation.queries.checks.holds import HOLDS, TRANSITS
from jieyue.circulation.queries.checks.journal import JOURNAL
from jieyue.circulation.queries.checks.loans import LOANS
from jieyue.circulation.queries.checks.money import MONEY
from jieyue.kit import sql

CHECKS: Final[dict[str, str]] = LOANS | HOLDS | TRANSITS | MONEY | JOURNAL


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Something that cannot be: which check found it, and what it names (public ids, barcodes)."""

    check: str
    facts: dict[str, Any]


def contradictions(checks: Iterable[str] = CHECKS) -> list[Contradiction]:
    """Return everything in the library in scope that cannot be. A statement a check."""
    return [Contradiction(name, row) for name in checks for row in sql.rows(CHECKS[name])]
