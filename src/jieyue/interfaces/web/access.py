"""Who may open a page: decorators that turn a request into one with a desk, or away."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from jieyue.interfaces.web import session
from jieyue.interfaces.web.errors import forbidden, other_branch
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import LibraryView, StaffView
from jieyue.libraries.rules.permissions import Permission

P = ParamSpec("P")


class LibraryRequest(HttpRequest):
    """A request for a page of one library."""

    library: LibraryView
    page: dict[str, object]


class StaffRequest(LibraryRequest):
    """A request by somebody who works here."""

    desk: Desk
    staff: StaffView


class ReaderRequest(LibraryRequest):
    """A request by a reader who signed in."""

    desk: Desk


def signed_in_reader(request: HttpRequest) -> Desk | None:
    """Return the desk of the reader who signed in at this library, if one did."""
    desk: Desk | None = getattr(request, "desk", None)
    return desk if desk is not None and desk.patron_id is not None else None


def staff_page(
    *needs: Permission,
) -> Callable[
    [Callable[Concatenate[StaffRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Open the page to staff who have every right of `needs`.

    Not signed in: to the sign-in page and back. Locked: to the lock screen. Signed in but not
    staff here: 404, as if the library were not there. Lacking a right, or working at another
    branch: 403 in plain words.
    """

    def decorate(
        view: Callable[Concatenate[StaffRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            here: StaffRequest = request  # type: ignore[assignment]
            if getattr(request, "staff", None) is None:
                if session.ACCOUNT not in request.session:
                    return to_sign_in(here)
                raise Http404("not staff of this library")
            if session.is_locked(request):
                return to_lock(here)
            if any(permission not in here.desk.permissions for permission in needs):
                return forbidden(request)
            try:
                return view(here, *args, **kwargs)
            except ForbiddenError:
                return forbidden(request)
            except OtherBranchError:
                return other_branch(request)

        return run

    return decorate


def reader_page(
    view: Callable[Concatenate[ReaderRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Open the page to a reader who signed in at this library; others sign in first."""

    @functools.wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        here: ReaderRequest = request  # type: ignore[assignment]
        if signed_in_reader(request) is None:
            return to_sign_in(here)
        return view(here, *args, **kwargs)

    return run


def to_sign_in(request: LibraryRequest) -> HttpResponse:
    """Send to the library's sign-in page, and back to this address afterwards."""
    back = request.get_full_path() if request.method == "GET" else ""
    address = reverse("site:library_sign_in", args=[request.library.slug])
    return elsewhere(request, f"{address}?{urlencode({'next': back})}" if back else address)


def to_lock(request: LibraryRequest) -> HttpResponse:
    """Send to the lock screen, and back afterwards; it says so if a form was not carried out."""
    address = reverse("site:lock", args=[request.library.slug])
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return elsewhere(request, f"{address}?{urlencode({'next': request.get_full_path()})}")
    # Only an address of ours is followed, see site/locking.py.
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    back = {"next": page.path, **({"unsent": 1} if request.method == "POST" else {})}
    return elsewhere(request, f"{address}?{urlencode(back)}")


def elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect the whole page, also when htmx asked for a part of it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
