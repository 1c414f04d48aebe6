"""Large type (适老化): `?large=1` or `0` on any page is remembered, and the page shown so.

A plain link switches it, so a poster can carry one and nobody needs a script. Templates read the
cookie (`components/scheme.html`); `app.css` does the rest.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

COOKIE: Final = "jieyue_large"
ASKED: Final = "large"
YEAR: Final = 365 * 24 * 3600  # seconds


def is_large(request: HttpRequest) -> bool:
    """Say whether this browser wants large type."""
    return request.COOKIES.get(COOKIE) == "1"


class LargeTypeMiddleware:
    """Take `large` out of the address, remember it, and lead to the address without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead on."""
        asked = request.GET.get(ASKED)
        if asked not in ("0", "1") or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        rest = request.GET.copy()
        del rest[ASKED]
        address = escape_leading_slashes(request.path) + ("?" + rest.urlencode() if rest else "")
        response = HttpResponseRedirect(address)
        response.status_code = 303
        response["Cache-Control"] = "no-store"
        response.set_cookie(
            COOKIE,
            asked,
            max_age=YEAR if asked == "1" else 0,
            samesite="Lax",
            secure=settings.BEHIND_HTTPS,
        )
        return response
