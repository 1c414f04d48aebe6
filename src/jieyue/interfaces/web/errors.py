"""What went wrong, in plain words and with a way out. Works with the database gone."""

import logging
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

log = logging.getLogger(__name__)
LAST_RESORT: Final = "<!doctype html><meta charset=utf-8><title>Jieyue</title><h1>{}</h1>"


def _page(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    try:
        context = {"page": getattr(request, "page", {}), "status": status}
        html: str = render_to_string(template or f"errors/{status}.html", context, request)
    except TemplateDoesNotExist:
        html = LAST_RESORT.format(status)
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but without the right."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also what another library's id answers."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere."""
    return _page(request, 403, "errors/csrf.html")
