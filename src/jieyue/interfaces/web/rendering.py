"""Drawing pages with the database closed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


class QueryWhileDrawingError(RuntimeError):
    """A template asked the database: the view must hand it plain values instead."""


def draw(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render `template` (or `template#partial`) with the database closed.

    `page`, what the base templates show, is `request.page` unless the context brings its own.
    """
    values = {"page": getattr(request, "page", {})} | dict(context or {})
    with connection.execute_wrapper(_refuse):
        html = render_to_string(template, values, request)
    return HttpResponse(html, status=status)


def _refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    raise QueryWhileDrawingError(sql)
