"""The API of programs."""

from functools import cache
from typing import Any

from ninja.operation import Operation

_made = Operation._create_response_model


# django-ninja makes a model of its own for every answer of every operation: a thousand, a second of
# each start. Ours answer with few kinds of problems, so nine in ten are the same.
@cache
def _model_of(annotation: Any) -> Any:
    return _made(None, annotation)  # type: ignore[arg-type]


Operation._create_response_model = (  # type: ignore[method-assign]
    lambda _operation, response_param: _model_of(response_param)
)
