"""What an earlier request did, read back by its key.

A form sent without JavaScript ends in a redirect, so that reloading the page repeats nothing; the
page then shows the outcome that is stored with the request's idempotency key.
"""

from dataclasses import replace
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from jieyue.circulation.actions.checkin import Checkin
from jieyue.circulation.actions.checkout import Checkout
from jieyue.circulation.actions.recall import Recalled
from jieyue.circulation.actions.renew import Renewals
from jieyue.circulation.actions.undo import Undone
from jieyue.circulation.queries.desk import kept_outcome
from jieyue.interfaces.web.desk import answers, renewing
from jieyue.interfaces.web.desk.state import State
from jieyue.interfaces.web.desk.turns import Turn
from jieyue.libraries.desk import Desk

MAX_KEY: Final = 100


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Checkout | Checkin | Renewals | Recalled | Undone)


def turn_of(desk: Desk, state: State, key: str) -> Turn | None:
    """Show what the request with this key did; None if it is forgotten or did something else."""
    if not key.isprintable():
        return None
    text = kept_outcome(desk, key)
    if not text:
        return None
    try:
        outcome = _adapter().validate_json(text)
    except ValidationError:
        return None
    if isinstance(outcome, Checkout):
        answer = answers.of_checkout(desk, outcome, reader=state.reader)
    elif isinstance(outcome, Checkin):
        answer = answers.of_checkin(desk, outcome, reader=state.reader)
    elif isinstance(outcome, Renewals):
        answer = renewing.of_renewals(desk, outcome)
    elif isinstance(outcome, Recalled):
        answer = renewing.of_recall(outcome)
    else:
        answer = answers.of_undo(outcome)
    return Turn(state=replace(state, last=answer.undo), answer=answer)
