"""Everything that is wrong with a call, in one shape: `{type, detail, errors}`."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol, TypeVar

import ninja.errors
import pydantic
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from pydantic import BaseModel, Field

from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.api.answers import answer
from jieyue.libraries.actions import ForbiddenError, KeyReusedError, OtherBranchError

logger = logging.getLogger(__name__)


class InputError(BaseModel):
    """One thing wrong with the input."""

    field: str = Field(description="Where, such as `copy_barcodes.2`; empty for the whole body.")
    code: str
    detail: str


class Problem(BaseModel):
    """Why a call could not be dealt with. Nothing has changed."""

    type: str = Field(description="Stable code: branch on this.")
    detail: str = Field(description="For people, in English.")
    errors: list[InputError] = []


# What every operation may answer besides its own.
PROBLEMS: Final[dict[Any, Any]] = {frozenset({401, 403, 413, 422, 503}): Problem}
PROBLEMS_OF_ONE: Final[dict[Any, Any]] = {frozenset({401, 403, 404, 413, 422, 503}): Problem}


class NotFoundError(LookupError):
    """The library has nothing of that name (404); another library's counts as nothing."""


T = TypeVar("T")


def there(found: T | None) -> T:
    """Return what was found. Raises NotFoundError if nothing was."""
    if found is None:
        raise NotFoundError
    return found


class Refused(Protocol):
    """What an action of lending says when it changed nothing."""

    @property
    def reasons(self) -> tuple[Why, ...]:
        """Every reason against it."""


def refused(outcome: Refused, *unknown: Reason) -> HttpResponse:
    """Return 409 with every reason. Raises NotFoundError for one of `unknown`.

    These say that the address itself names nothing.
    """
    if any(why.code in unknown for why in outcome.reasons):
        raise NotFoundError
    return answer(outcome, 409)


def problem(status: int, kind: str, detail: str, errors: Iterable[InputError] = ()) -> HttpResponse:
    """Return the answer for a call that could not be dealt with."""
    body = Problem(type=kind, detail=detail, errors=list(errors))
    response = HttpResponse(
        body.model_dump_json().encode(), status=status, content_type="application/json"
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="jieyue"'
    return response


def unauthorized() -> HttpResponse:
    """Return the answer for a missing, unknown or revoked token."""
    return problem(401, "unauthorized", "Send a valid token: Authorization: Bearer jy_…")


def unknown_address() -> HttpResponse:
    """Return the answer for an address that is no operation."""
    return problem(404, "not_found", "There is no operation at this address.")


def problem_of(error: Exception) -> HttpResponse | None:
    """Translate what an operation raised; None for what nobody foresaw."""
    made: HttpResponse | None = None
    match error:
        case ForbiddenError():
            right = error.permission.value
            made = problem(403, "forbidden", f"The token lacks the right {right!r}.")
        case OtherBranchError():
            made = problem(403, "other_branch", "The token belongs to another branch.")
        case KeyReusedError():
            made = problem(
                422, "idempotency_key_reused", "The key was used before, with other input."
            )
        case NotFoundError() | Http404():
            made = problem(404, "not_found", "The library has nothing of that name.")
        case RequestDataTooBig():
            made = problem(413, "too_large", "A body may have 1 MB.")
        case pydantic.ValidationError():
            made = invalid(error.errors(include_url=False, include_context=False))
        case ninja.errors.ValidationError():
            made = invalid(error.errors, skip=2)
        case ninja.errors.HttpError(status_code=400):
            made = invalid([{"loc": (), "type": "json_invalid", "msg": "The body is not JSON."}])
        case OperationalError():
            logger.error("the database did not answer", exc_info=error)
            made = problem(503, "unavailable", "The database does not take this now. Try again.")
        case _:
            pass
    return made


def invalid(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> HttpResponse:
    """Return 422 for pydantic's errors; `skip` leading parts of a place are the framework's."""
    shown = [
        InputError(
            field=".".join(str(part) for part in error["loc"][skip:]),
            code=error["type"],
            detail=error["msg"],
        )
        for error in errors
    ]
    return problem(422, "invalid", "The input is not what this operation takes.", shown)


def handle(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer for an exception of an operation; what nobody foresaw is logged."""
    made = problem_of(error)
    if made is None:
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        made = problem(500, "error", "Something went wrong here; it has been logged.")
    return made
