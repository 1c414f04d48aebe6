"""Whose page an answer is: what the service worker goes by when it keeps or forgets copies."""

from typing import Any, Final

from django.http import HttpResponse

HEADER: Final = "Jieyue-For"
NOBODY: Final = "-"
SHARED: Final = "shared"  # somebody's, on a device of many: nothing is kept for later


def say_for_whom(request: Any, response: HttpResponse) -> HttpResponse:
    """Name the reader (by public id) on pages of a library that are not for staff.

    Such a page is the reader's own: no store between us, nor the browser's own for its Back
    button, may keep it for somebody else. The same holds for what somebody is about to become.
    """
    page: dict[str, Any] = request.page
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if request.staff is not None or not is_page:
        return response
    reader = page.get("reader")
    whose = getattr(reader, "public_id", NOBODY)
    if reader is not None and request.session.get_expire_at_browser_close():
        whose = SHARED
    response.headers.setdefault(HEADER, whose)
    if reader is not None or not request.session.is_empty():
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def forget_here(response: HttpResponse) -> HttpResponse:
    """Make the browser forget every page and copy of ours: its reader has gone."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
