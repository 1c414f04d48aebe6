"""Lists of open loans, holds, dues and deposits of an old system, kept step by step."""

from collections.abc import Mapping
from typing import Any

from jieyue.circulation.importing.deposits import DEPOSITS
from jieyue.circulation.importing.dues import DUES
from jieyue.circulation.importing.holds import HOLDS
from jieyue.circulation.importing.loans import LOANS
from jieyue.imports.stepping import keep_step
from jieyue.libraries.desk import Desk


def keep_loans_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.loans`: one step of a list of loans."""
    keep_step(LOANS, desk, payload)


def keep_holds_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.holds`: one step of a list of holds."""
    keep_step(HOLDS, desk, payload)


def keep_dues_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.dues`: one step of a list of dues."""
    keep_step(DUES, desk, payload)


def keep_deposits_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.deposits`: one step of a list of deposits."""
    keep_step(DEPOSITS, desk, payload)
