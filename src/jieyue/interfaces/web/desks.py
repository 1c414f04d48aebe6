"""Middleware: resolve library, person and desk before a view runs, as plain values.

Templates are drawn with the database closed, so everything a base page shows is read here.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from jieyue.circulation.rules.piles import NEEDS
from jieyue.interfaces.web import session
from jieyue.interfaces.web.errors import conflict
from jieyue.interfaces.web.reader.for_whom import say_for_whom
from jieyue.interfaces.web.saying import moment_words
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.queries import (
    BranchView,
    LibraryView,
    StaffView,
    branches,
    library_by_slug,
    staff_member,
)
from jieyue.libraries.rules.permissions import READER, Permission
from jieyue.patrons.readers import reader_of_session


class DeskMiddleware:
    """Give every request `page`, and those of a library `library`, `desk` and `staff`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set what pages outside a library see."""
        here: Any = request
        here.library = here.desk = here.staff = None
        here.page = {}
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Run a library's view in its scope; the slug is taken off its arguments."""
        _drop_nul(request)
        if any("\0" in str(value) for value in kwargs.values()):
            raise Http404("no name has a NUL")
        slug = kwargs.pop("slug", None)
        if slug is None:
            return None
        library = library_by_slug(slug)
        if library is None:
            raise Http404("no such library")
        here: Any = request
        here.library = library
        with library_scope(library.id):
            _settle(here, library)
            try:
                response = view(request, *args, **kwargs)
            except KeyReusedError:  # a form sent again with other entries, from an old page
                response = conflict(request)
        return say_for_whom(here, response)


def _drop_nul(request: Any) -> None:
    """Take NUL out of what was entered: PostgreSQL refuses it, and nobody can type it."""
    for name in ("GET", "POST"):
        given: QueryDict = getattr(request, name)
        if not any("\0" in text for key, texts in given.lists() for text in (key, *texts)):
            continue
        clean = given.copy()
        clean.clear()
        for key, texts in given.lists():
            clean.setlist(key.replace("\0", ""), [text.replace("\0", "") for text in texts])
        setattr(request, name, clean)


def _settle(request: Any, library: LibraryView) -> None:
    """Find out who is here, and where."""
    now = clock.now()
    all_branches = branches()
    account = session.account_of(request, library.id)
    if account is not None and session.is_left_lying(request, now):
        session.sign_out(request)
        account = None
    if account is None and session.is_over(request, library.id):
        session.sign_out(request)
    elif account is not None and "Jieyue-Live" not in request.headers:
        session.note_use(request, now)
    is_sure = account is not None and not session.is_by_record(request)
    staff = staff_member(account.id) if account and is_sure else None
    if library.practice_of_slug and staff is None:
        raise Http404("practice is for the staff who practise")
    is_staff_page = request.path.startswith(f"/{library.slug}/staff/")
    today = now.astimezone(library.zone).date()
    page: dict[str, Any] = {"library": library, "branches": all_branches, "today": today}
    if not is_staff_page:
        page["shown_at"] = moment_words(now, library.zone)  # said once it is an old copy
    if staff is not None and is_staff_page:
        _lock_if_idle(request, library, now)
        allowed = [b for b in all_branches if staff.branch_ids is None or b.id in staff.branch_ids]
        branch = _branch(request, library, allowed)
        request.staff = staff
        request.desk = _staff_desk(request, library, staff, branch, now)
        page |= {
            "staff": staff,
            "branch": branch,
            "branches": allowed,
            "has_branches": len(all_branches) > 1,
            "works_everywhere": staff.branch_ids is None,
            "may": {p.value: p in request.desk.permissions for p in Permission},
            "may_change_piles": bool(request.desk.permissions & frozenset(NEEDS.values())),
            "practice": bool(library.practice_of_slug),
        }
    elif account is not None and not (staff is not None and session.is_locked(request)):
        reader = reader_of_session(account.id, session.chosen_patron(request, library.id))
        branch = _branch(request, library, all_branches)
        if reader is not None:
            request.desk = Desk(
                library_id=library.id,
                slug=library.slug,
                branch_id=branch.id if branch else 0,
                zone=library.zone,
                door=Door.READER,
                now=now,
                permissions=READER,
                caller=f"patron:{reader.id}",
                patron_id=reader.id,
                key=_key(request),
            )
        page |= {"reader": reader, "is_staff": staff is not None}
    request.page = page


def _staff_desk(
    request: Any, library: LibraryView, staff: StaffView, branch: BranchView | None, now: Any
) -> Desk:
    return Desk(
        library_id=library.id,
        slug=library.slug,
        branch_id=branch.id if branch else 0,
        zone=library.zone,
        door=Door.DESK,
        now=now,
        permissions=staff.permissions if branch else frozenset(),
        caller=f"staff:{staff.id}",
        staff_id=staff.id,
        key=_key(request),
        branch_ids=staff.branch_ids,
    )


def _branch(
    request: HttpRequest, library: LibraryView, allowed: list[BranchView]
) -> BranchView | None:
    """Return the branch this browser stands at, or the first it may."""
    chosen = session.chosen_branch(request, library.id)
    return next((b for b in allowed if b.id == chosen), allowed[0] if allowed else None)


def _lock_if_idle(request: HttpRequest, library: LibraryView, now: Any) -> None:
    limit = library.lock_minutes * 60
    if limit and session.idle_seconds(request, now) > limit:
        session.lock(request)
    elif not session.is_locked(request) and "Jieyue-Live" not in request.headers:
        session.touch(request, now)  # a page that asks by itself is nobody at work


def _key(request: HttpRequest) -> str | None:
    """Return the idempotency key of a form or header, cut to what is stored."""
    if request.method != "POST":
        return None
    given = request.headers.get("Idempotency-Key") or request.POST.get("idempotency_key", "")
    return given.replace("\0", "")[:100] or None
