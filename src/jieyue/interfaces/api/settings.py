"""What operations that change settings share: branches by code, and how a change is answered."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from django.http import HttpResponse
from pydantic import StringConstraints

from jieyue.interfaces.api.answers import LINE, answer
from jieyue.interfaces.api.problems import NotFoundError
from jieyue.libraries.actions import need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved

Code = Annotated[str, StringConstraints(max_length=20, pattern=LINE)]
# The actions know how long a name may be and say so (`too_long`); this only bounds the work.
Name = Annotated[str, StringConstraints(max_length=1000, pattern=LINE)]
UNKNOWN: Final = NotSaved(trouble=Trouble.UNKNOWN)


def place_of(desk: Desk, code: str) -> int | NotSaved | None:
    """Return the branch of a code, None for the whole library (empty), as the actions do.

    Raises OtherBranchError where the token does not reach.
    """
    found = next((one.id for one in branches(open_only=False) if one.code == code), None)
    if code and found is None:
        return UNKNOWN
    need_branch(desk, found)
    return found


def made(outcome: Saved | NotSaved, *, status: int = 201) -> HttpResponse:
    """Return what came of adding: a name that is not there is one more reason against it."""
    return answer(outcome, status if isinstance(outcome, Saved) else 409)


def done(outcome: Saved | NotSaved) -> HttpResponse:
    """Return what came of a change. Raises NotFoundError where the address itself names nothing."""
    if isinstance(outcome, NotSaved) and outcome.trouble is Trouble.UNKNOWN:
        raise NotFoundError
    return made(outcome, status=200)


def flat(view: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a view with its values beside its names, as they are sent."""
    return {"id": view.id, "branch": view.branch, "branch_name": view.branch_name, **values}
