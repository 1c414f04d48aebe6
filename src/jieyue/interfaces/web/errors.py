"""What went wrong, in plain words and with a way out. Works with the database gone."""

import logging
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jieyue.libraries.rules.permissions import Permission

log = logging.getLogger(__name__)
LAST_RESORT: Final = (
    "<!doctype html><html lang=zh-CN><meta charset=utf-8><title>借阅</title>"
    "<h1>出了点问题 · Something went wrong ({status})</h1><p><a href=/>首页 · Start page</a></p>"
)


@dataclass(frozen=True, slots=True)
class _Words:
    heading: str | Promise
    text: str | Promise
    icon_name: str = "info"
    may_retry: bool = False


_START: Final = _("To the start page")
_DESK: Final = _("Back to the desk")
_OWN_PAGE: Final = _("To my page")
_UNREADABLE: Final = _Words(
    _("We could not read that request."), _("Go back and try again."), "circle-help"
)
_TOO_LARGE: Final = _Words(
    _("This is too large to send."),
    _("Go back and send less at once: a smaller file, or the list in two parts."),
    "package",
)
_FORBIDDEN: Final = _Words(
    _("You may not open this."),
    _("Ask the owner of the library for the right, or sign in as somebody else."),
    "lock",
)
_OTHER_BRANCH: Final = _Words(
    _("This is not yours to change."),
    _(
        "You work at some of the branches only, and this belongs to another one or holds for the"
        " whole library. Nothing was changed. Ask somebody who works at every branch."
    ),
    "lock",
)
_STALE: Final = _Words(
    _("This page was open too long."),
    _("Nothing was changed. Go back, reload the page and send the form again."),
    "clock",
)
_GONE: Final = _Words(
    _("There is nothing here."), _("The address may be wrong, or what was here is gone."), "search"
)
_CONFLICT: Final = _Words(
    _("Somebody else was faster."),
    _("This changed in the meantime. Look at it as it is now, then decide again."),
    "users",
    may_retry=True,
)
_BROKEN: Final = _Words(
    _("Something went wrong on our side."),
    _("Please try again in a moment. If you were saving, look first whether it was saved."),
    "triangle-alert",
    may_retry=True,
)


def _page(request: HttpRequest, status: int, words: _Words) -> HttpResponse:
    try:
        html: str = render_to_string("errors/error.html", _context(request, words), request)
    except Exception:  # whatever is broken, the reader still gets a page
        log.exception("the error page could not be drawn")
        html = LAST_RESORT.format(status=status)
    return HttpResponse(html, status=status)


def _way_back(request: HttpRequest) -> tuple[str, str | Promise]:
    """Return where to go on and what to call it; staff go on working, not to the front page."""
    library = getattr(request, "library", None)
    if library is None:  # the address itself is wrong, so nobody was asked who they are
        _root, slug, *rest = [*request.path.split("/"), ""]
        return (f"/{slug}/staff/desk/", _DESK) if rest[:1] == ["staff"] else ("/", _START)
    desk = getattr(request, "desk", None)
    if getattr(request, "page", {}).get("is_staff"):  # on a page of readers
        return f"/{library.slug}/staff/desk/", _DESK
    if getattr(request, "staff", None) is None or desk is None:
        return f"/{library.slug}/", _START
    at_desk = (Permission.CHECKIN, Permission.CHECKOUT, Permission.CLASSES)  # leads on to these
    works_at_desk = any(desk.may(right) for right in at_desk)
    page, words = ("desk/", _DESK) if works_at_desk else ("settings/me/", _OWN_PAGE)
    return f"/{library.slug}/staff/{page}", words


def _context(request: HttpRequest, words: _Words) -> dict[str, Any]:
    home, way_back = _way_back(request)
    return {
        "heading": words.heading,
        "text": words.text,
        "icon_name": words.icon_name,
        "home": home,
        "way_back": way_back,
        "here": request.get_full_path() if words.may_retry and request.method == "GET" else "",
    }


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; 413 when too much was sent."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _page(request, 413, _TOO_LARGE)
    return _page(request, 400, _UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but without the right."""
    return _page(request, 403, _FORBIDDEN)


def other_branch(request: HttpRequest) -> HttpResponse:
    """403: has the right, but not for this branch."""
    return _page(request, 403, _OTHER_BRANCH)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also what another library's id answers."""
    return _page(request, 404, _GONE)


def conflict(request: HttpRequest) -> HttpResponse:
    """409 as a whole page, for views that have no form to show it on."""
    return _page(request, 409, _CONFLICT)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(request, 500, _BROKEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long or came from elsewhere."""
    return _page(request, 403, _STALE)
