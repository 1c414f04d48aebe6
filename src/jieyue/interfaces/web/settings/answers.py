"""Turning what came of a change into an answer: the same for every settings page."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.interfaces.web.access import StaffRequest, elsewhere
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings.words import trouble_words
from jieyue.libraries.actions import KeyReusedError
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved

# What one may do there does not hang on branches alone; the pages ask for each person.
OF_PEOPLE: Final = frozenset(
    {"staff.html", "new_colleague.html", "colleague.html", "roles.html", "role.html", "me.html"}
)

Change = Callable[[], Saved | NotSaved]
Again = Callable[[str, int], HttpResponse]


def show(
    request: StaffRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw a settings page. Its forms carry a key made here, so a repeat is known without JS.

    What holds for the whole library is only to read for who does not work at every branch, unless
    the view says otherwise with `may_change`.
    """
    may_change = template in OF_PEOPLE or request.desk.works_at(None)
    common = {"page_active": "settings", "key": uuid4().hex, "may_change": may_change}
    return draw(request, f"settings/{template}", common | dict(context), status=status)


def to(request: StaffRequest, name: str, *args: str) -> str:
    """Return the address of a settings page of this library."""
    return reverse(f"settings:{name}", args=[request.library.slug, *args])


def done(request: StaffRequest, text: str, address: str) -> HttpResponse:
    """Say that it is done, on the page one goes to next."""
    messages.success(request, text)
    return elsewhere(request, address)


def submit(
    request: StaffRequest,
    form: forms.Form,
    template: str,
    context: Mapping[str, Any],
    change: Change,
    *,
    text: str,
    address: str,
) -> HttpResponse:
    """Make the change a form asks for; the same form again, with what was typed, if it cannot be.

    422 when the form is wrong, 409 when the library says no, 404 when what it names is not there.
    """
    if not form.is_valid():
        return show(request, template, {**context, "form": form}, status=422)

    def again(trouble: str, status: int) -> HttpResponse:
        return show(request, template, {**context, "form": form, "trouble": trouble}, status=status)

    return press(request, change, again, text=text, address=address)


def press(
    request: StaffRequest, change: Change, again: Again, *, text: str, address: str
) -> HttpResponse:
    """Make the change a button asks for; `again` draws the page with a refusal in words."""
    try:
        outcome = change()
    except KeyReusedError:
        return again(
            _("This form was sent before. Look whether your change is there already."), 422
        )
    if isinstance(outcome, Saved):
        return done(request, text, address)
    if outcome.trouble is Trouble.UNKNOWN:
        raise Http404(outcome.trouble)
    return again(trouble_words(outcome.trouble), 409)
