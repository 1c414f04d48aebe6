"""How an operation sees its request and gives its outcome."""

from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

JSON: Final = "application/json"
# No control characters: PostgreSQL refuses NUL, and no scanner means the others.
LINE: Final = r"^[^\x00-\x1f\x7f]*$"
TEXT: Final = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Barcode = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=LINE)
]

# For every operation that changes something.
REPEATABLE: Final[dict[str, Any]] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "description": (
                "Names this call, so that it may be sent again: a repeat gets the first answer "
                "and changes nothing. The same key with other input is refused (422)."
            ),
            "schema": {
                "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$",
            },
        }
    ]
}  # fmt: skip


class ApiRequest(HttpRequest):
    """A request after the door: its token is known and its library's scope is open."""

    desk: Desk


class Input(BaseModel):
    """A body. Unknown names are refused: they are mistyped or meant for another version."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def need(request: ApiRequest, permission: Permission) -> None:
    """Refuse a reading operation to a token without the right. Raises ForbiddenError."""
    if not request.desk.may(permission):
        raise ForbiddenError(permission)


def answer(outcome: Any, status: int = 200) -> HttpResponse:
    """Return an outcome (a dataclass of plain values) as JSON."""
    kind = type(outcome)
    adapter = _adapters.get(kind)
    if adapter is None:
        adapter = _adapters[kind] = TypeAdapter(kind)
    return HttpResponse(adapter.dump_json(outcome), status=status, content_type=JSON)


_adapters: dict[type, TypeAdapter[Any]] = {}
