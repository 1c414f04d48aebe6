"""The API of programs."""

from functools import cache
from typing import Any

from ninja.operation import Operation

_make: Any = Operation._create_response_model


@cache
def _model_of(annotation: Any) -> Any:
    return _make(None, annotation)


def _shared(_operation: Operation, response_param: Any) -> Any:
    return _model_of(response_param)


# django-ninja makes a model of its own for every answer of every operation: a thousand, a second of
# each start. Ours answer with few kinds of problems, so nine in ten are the same.
Operation._create_response_model = _shared  # type: ignore[method-assign, assignment]
