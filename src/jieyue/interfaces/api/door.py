"""The door itself: size, token, scope; then the operation.

Every `/api/` request comes by here, past the middleware that only pages need. The two busiest
operations are called directly; everything else goes through django-ninja's routing and parsing.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from pydantic import TypeAdapter

from jieyue.interfaces.api import loans, returns
from jieyue.interfaces.api.answers import JSON
from jieyue.interfaces.api.app import openapi_text
from jieyue.interfaces.api.problems import (
    handle,
    problem,
    unauthorized,
    unknown_address,
)
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.tokens import desk_of_token

ROOT: Final = "/api/"
OPENAPI: Final = "/api/v1/openapi.json"
MAX_KEY: Final = 100

Operation: TypeAlias = Callable[[Any, Any], HttpResponse]
# Path of a POST → its input and its function, the same ones that django-ninja knows.
SHORT_CUTS: Final[Mapping[str, tuple[TypeAdapter[Any], Operation]]] = {
    "/api/v1/loans": (TypeAdapter(loans.NewLoan), loans.lend),
    "/api/v1/loans/batch": (TypeAdapter(loans.NewLoans), loans.lend_batch),
    "/api/v1/returns": (TypeAdapter(returns.NewReturns), returns.take_back),
}


class ApiMiddleware:
    """Answer `/api/` requests here; all others go on to the pages' middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        response = _answer(request)
        if not response.streaming:  # a file brings its own
            response["Content-Length"] = str(len(response.content))
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        # A refusal is an answer, not something for the log.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def _answer(request: HttpRequest) -> HttpResponse:
    here: Any = request
    here.desk = None
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    if not length.isdigit() or int(length) > limit:
        return problem(413, "too_large", f"A body may have {limit} bytes.")
    if request.path_info == OPENAPI:
        return HttpResponse(openapi_text(), content_type=JSON)
    key = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not _is_key(key):
        return problem(
            422, "invalid", f"Idempotency-Key has 1 to {MAX_KEY} visible ASCII characters."
        )
    try:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        desk = desk_of_token(secret.strip(), now=clock.now(), key=key)
        if desk is None or scheme.lower() != "bearer":
            return unauthorized()
        here.desk = desk
        with library_scope(desk.library_id):
            short_cut = SHORT_CUTS.get(request.path_info)
            if short_cut is None or request.method != "POST":
                return _resolved(request)
            adapter, operation = short_cut
            return operation(request, adapter.validate_json(request.body))
    except Exception as error:  # noqa: BLE001 (everything gets an answer)
        return handle(request, error)


def _resolved(request: HttpRequest) -> HttpResponse:
    """Call the operation that django-ninja has at this address."""
    if not request.path_info.isprintable():  # no name has a control character
        return unknown_address()
    try:
        match = resolve(request.path_info, "jieyue.interfaces.api.urls")
    except Resolver404:
        return unknown_address()
    response: HttpResponse = match.func(request, *match.args, **match.kwargs)
    if response.status_code == 405:
        allowed = response["Allow"]
        response = problem(405, "method_not_allowed", f"This address takes {allowed}.")
        response["Allow"] = allowed
    return response


def _is_key(key: str) -> bool:
    return 0 < len(key) <= MAX_KEY and all("!" <= letter <= "~" for letter in key)
