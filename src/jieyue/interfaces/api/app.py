"""The API of programs at `/api/v1/`: the same actions and queries as the pages, as JSON."""

import json
from functools import cache
from typing import Any, Final

import ninja.errors
from django.http import Http404, HttpRequest
from ninja import NinjaAPI
from ninja.parser import Parser
from ninja.security import HttpBearer
from pydantic import TypeAdapter

from jieyue.interfaces.api import (
    applications,
    blocks,
    closures,
    copies,
    deliveries,
    deposits,
    exports,
    fees,
    holds,
    import_rows,
    imports,
    loans,
    losses,
    mini_program,
    patrons,
    piles,
    receipts,
    returns,
    stocktaking,
    titles,
    transits,
    vacations,
    voices,
    why,
)
from jieyue.interfaces.api.problems import handle, unauthorized
from jieyue.libraries.desk import Desk

PREFIX: Final = "api/v1/"
ABOUT: Final = """
The actions of a library's desk and catalogue, for other programs.

Every call carries a token (`Authorization: Bearer jy_…`) bound to one library, one branch and a set
of rights; what holds for the whole library takes one that reaches every branch. A refusal is an
answer, not an error: 409 with every reason as a stable code and the figures that explain it.
Malformed input is 422, a missing right 403, and what belongs to another library does not exist
(404). Calls that change something take an `Idempotency-Key`: sent again with the same input they
get the first answer and change nothing. A body may have 1 MB. Dates are the library's local days,
times are UTC, money is integer fen.
""".strip()


class Token(HttpBearer):
    """`Bearer jy_…`. The door (door.py) has looked it up already."""

    def authenticate(self, request: HttpRequest, token: str) -> Desk | None:
        """Return the desk the door has found; None where a request came another way."""
        return getattr(request, "desk", None)


ANY_JSON: Final[TypeAdapter[Any]] = TypeAdapter(Any)


class JsonParser(Parser):
    """Reads bodies as the short cuts do, so that the same input gets the same answer."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what the body holds. Raises ValueError."""
        return ANY_JSON.validate_json(request.body)


api = NinjaAPI(
    title="Jieyue",
    version="1",
    description=ABOUT,
    docs_url=None,  # the page would load from other hosts
    openapi_url=None,  # the door publishes openapi_text()
    urls_namespace="api",
    auth=Token(),
    parser=JsonParser(),
)
api.add_router("/loans", loans.router)
api.add_router("/loans", why.of_loan)
api.add_router("/loans", losses.of_loan)
api.add_router("/charges", why.of_charge)
api.add_router("/holds", holds.router)
api.add_router("/returns", returns.router)
api.add_router("/receipts", receipts.router)
api.add_router("/patrons", patrons.router)
api.add_router("/applications", applications.router)
api.add_router("/mini-program", mini_program.router)
api.add_router("/patrons", holds.of_patron)
api.add_router("/patrons", blocks.of_patron)
api.add_router("/patrons", fees.of_patron)
api.add_router("/patrons", deposits.of_patron)
api.add_router("/deliveries", deliveries.router)
api.add_router("/deposits", deposits.router)
api.add_router("/blocks", blocks.router)
api.add_router("/titles", titles.router)
api.add_router("/titles", exports.of_title)
api.add_router("/exports", exports.router)
api.add_router("/titles", holds.of_title)
api.add_router("/copies", copies.router)
api.add_router("/transits", transits.router)
api.add_router("/manifests", transits.manifests)
api.add_router("/imports", imports.router)
api.add_router("/imports", import_rows.router)
api.add_router("/piles", piles.router)
api.add_router("/stock-takes", stocktaking.router)
api.add_router("/vacations", vacations.router)
api.add_router("/term-ends", vacations.of_terms)
api.add_router("/closures", closures.router)
api.add_router("/feedback", voices.of_feedback)
api.add_router("/wishes", voices.of_wishes)
api.add_exception_handler(Exception, handle)
api.add_exception_handler(Http404, handle)
api.add_exception_handler(ninja.errors.HttpError, handle)
api.add_exception_handler(ninja.errors.ValidationError, handle)
api.add_exception_handler(ninja.errors.AuthenticationError, lambda _request, _error: unauthorized())


@cache
def openapi_text() -> str:
    """Return the published description, always the same for the same code (docs/openapi.json)."""
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
