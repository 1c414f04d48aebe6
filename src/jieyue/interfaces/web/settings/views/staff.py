"""Colleagues: who works here, as what and where."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.accounts.passwords import new_secret
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.staff_forms import (
    ColleagueForm,
    NewColleagueForm,
    NewPasswordForm,
)
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.queries import ColleagueView, colleagues, roles
from jieyue.libraries.settings.staff import (
    add_staff,
    deactivate_staff,
    edit_staff,
    reactivate_staff,
    reset_password,
    reset_pin,
)


@staff_page(Permission.STAFF)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET everybody who works or worked here."""
    people = colleagues()
    return show(
        request,
        "staff.html",
        {
            "people": [person for person in people if person.is_active],
            "former": [person for person in people if not person.is_active],
            "me": request.staff.id,
        },
    )


@staff_page(Permission.STAFF)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET the form for a new colleague; POST it."""
    form = NewColleagueForm(request.POST or None, **_choices(request))
    if request.method == "GET":
        return show(request, "new_colleague.html", {"form": form})
    return submit(
        request,
        form,
        "new_colleague.html",
        {},
        lambda: add_staff(
            request.desk,
            name=form.cleaned_data["name"],
            login=form.cleaned_data["login"],
            password=new_secret(form.cleaned_data["password"]),
            role=form.cleaned_data["role"],
            branches=form.places(),
        ),
        text=_("Your colleague can sign in now. Tell them the sign-in name and the password."),
        address=to(request, "staff"),
    )


@staff_page(Permission.STAFF)
@require_http_methods(["GET", "POST"])
def colleague(request: StaffRequest, staff: str) -> HttpResponse:
    """GET one colleague; POST name, role and branches."""
    person = _known(staff)
    context = _context(request, person)
    if request.method == "GET":
        return show(request, "colleague.html", context)
    form = ColleagueForm(request.POST, **_choices(request))
    return submit(
        request,
        form,
        "colleague.html",
        context,
        lambda: edit_staff(
            request.desk,
            staff=staff,
            name=form.cleaned_data["name"],
            role=form.cleaned_data["role"],
            branches=form.places(),
        ),
        text=_("Saved. It holds from the next click on."),
        address=to(request, "staff"),
    )


@staff_page(Permission.STAFF)
@require_POST
def password(request: StaffRequest, staff: str) -> HttpResponse:
    """POST a new password for a colleague."""
    person = _known(staff)
    given = NewPasswordForm(request.POST)
    context = _context(request, person) | {"new_password": given}
    if not given.is_valid():
        return show(request, "colleague.html", context, status=422)
    hashed = new_secret(given.cleaned_data["password"])
    return press(
        request,
        lambda: reset_password(request.desk, staff=staff, password=hashed),
        lambda trouble, status: show(
            request, "colleague.html", context | {"trouble": trouble}, status=status
        ),
        text=_("The new password holds. Tell it to your colleague."),
        address=to(request, "colleague", staff),
    )


@staff_page(Permission.STAFF)
@require_POST
def pin(request: StaffRequest, staff: str) -> HttpResponse:
    """POST: forget a colleague's PIN."""
    return _press(
        request,
        _known(staff),
        lambda: reset_pin(request.desk, staff=staff),
        _("The PIN is forgotten. Your colleague sets a new one under Settings, My PIN."),
    )


@staff_page(Permission.STAFF)
@require_POST
def access(request: StaffRequest, staff: str) -> HttpResponse:
    """POST `on` or `off`: let a colleague in, or shut them out."""
    person = _known(staff)
    if request.POST.get("to") == "on":
        return _press(
            request,
            person,
            lambda: reactivate_staff(request.desk, staff=staff),
            _("Your colleague can sign in again."),
        )
    return _press(
        request,
        person,
        lambda: deactivate_staff(request.desk, staff=staff),
        _("This person no longer gets in. What they did stays in the journal."),
    )


def _press(request: StaffRequest, person: ColleagueView, change: Any, text: str) -> HttpResponse:
    return press(
        request,
        change,
        lambda trouble, status: show(
            request,
            "colleague.html",
            _context(request, person) | {"trouble": trouble},
            status=status,
        ),
        text=text,
        address=to(request, "staff"),
    )


def _known(login: str) -> ColleagueView:
    found = next((person for person in colleagues() if person.login == login), None)
    if found is None:
        raise Http404("no such colleague")
    return found


def _choices(request: StaffRequest) -> dict[str, Any]:
    own = request.staff.branch_ids
    return {
        "roles": roles(),
        "branches": [b for b in branches() if own is None or b.id in own],
        "own": request.desk.permissions,
        "is_everywhere": own is None,
    }


def _context(request: StaffRequest, person: ColleagueView) -> dict[str, Any]:
    initial = {
        "name": person.name,
        "role": person.role_code,
        "where": "all" if person.branches is None else "some",
        "branches": list(person.branches or ()),
    }
    return {
        "person": person,
        "form": ColleagueForm(initial=initial, **_choices(request)),
        "new_password": NewPasswordForm(),
        "is_me": person.id == request.staff.id,
        "is_above": not person.permissions <= request.desk.permissions,
    }
