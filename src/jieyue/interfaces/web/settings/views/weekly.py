"""The weekly message to class teachers: when it goes, where to, what it says, what came of it."""

from dataclasses import replace
from datetime import date, time
from typing import Any, Final

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.message_words import why_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import moment_words
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.fields import offer, pick, yes
from jieyue.interfaces.web.settings.words import WEEKDAYS
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.house_rules import house_rules
from jieyue.notices.rules.weekly import Weekly, week_of
from jieyue.notices.teachers import Teacher, teachers
from jieyue.notices.weekly import (
    MAX_EMAIL,
    DigestView,
    confirm_teacher_address,
    previewed,
    send_weekly_now,
    set_teacher_address,
    set_weekly,
    weekly_digests,
)
from jieyue.notices.weekly_proving import ASKED
from jieyue.patrons.rules.names import masked_email

OFF: Final = "off"
STATES: Final = {
    "waiting": (lazy("Waiting"), "badge-info"),
    "handed": (lazy("Sent"), "badge-success"),
    "dropped": (lazy("Not needed"), "badge-ghost"),
    "given_up": (lazy("Did not arrive"), "badge-error"),
}
ASKED_WORDS: Final = (lazy("Asked to confirm"), "badge-info")
# What stands in the way of these means something else than of a reader's message.
WHY: Final = {
    "nothing": (lazy("Nothing overdue and nothing due that week."), ""),
    ASKED: (lazy("This week's message goes as soon as the address is confirmed."), ""),
    "off": (lazy("Switched off before it went out."), ""),
    "left": (lazy("The colleague does not want it, or looks after no class any more."), ""),
    "no_address": (lazy("We have no e-mail address of this colleague."), lazy("Enter one above.")),
    "no_such_address": (lazy("The address does not exist any more."), lazy("Enter another above.")),
    "no_service": (
        lazy("No mail server is set up."),
        lazy("Set one up under Settings, ways to reach readers."),
    ),
}


class WeeklyForm(forms.Form):
    """When it goes and what it may say."""

    weekday = pick(lazy("Weekday"))
    at = forms.TimeField(
        label=lazy("Time"), widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    shows_titles = yes(
        lazy("Name the books"),
        help_text=lazy("Otherwise only how many, so that nobody learns what a child reads."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        days = [(str(number), name) for number, name in enumerate(WEEKDAYS)]
        offer(self, weekday=[(OFF, _("Off: no weekly message")), *days])

    def values(self) -> dict[str, Any]:
        """Return what was chosen, as the action takes it."""
        day = self.cleaned_data["weekday"]
        return self.cleaned_data | {"weekday": None if day == OFF else int(day)}


class AddressForm(forms.Form):
    """A colleague's address; empty: that of their account."""

    login = forms.CharField(max_length=150)
    email = forms.EmailField(label=lazy("E-mail"), required=False, max_length=MAX_EMAIL)


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def weekly(request: StaffRequest) -> HttpResponse:
    """GET the settings with a preview for `?teacher=`; POST them whole."""
    kept = house_rules().weekly
    if request.method == "POST":
        form = WeeklyForm(request.POST)
    else:
        form = WeeklyForm(initial=_initial(kept))
    context = _context(request, form, kept, request.GET.get("teacher", ""))
    if request.method == "GET":
        return show(request, "weekly.html", context)
    return submit(
        request,
        form,
        "weekly.html",
        context,
        lambda: set_weekly(request.desk, **form.values()),
        text=_("Saved."),
        address=to(request, "weekly"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """POST what is chosen so far: the message a teacher would get of it now."""
    form = WeeklyForm(request.POST)
    titles = form.is_valid() and form.cleaned_data["shows_titles"]
    rules = Weekly(weekday=0, at=time(8), from_on=date.min, shows_titles=titles)
    found = _preview(request, rules, teachers(), request.POST.get("teacher", ""))
    return draw(request, "settings/weekly_preview.html", found)


@staff_page(Permission.SETTINGS, Permission.STAFF)
@require_POST
def address(request: StaffRequest) -> HttpResponse:
    """POST where a colleague (`login`) gets it (`email`)."""
    given = AddressForm(request.POST)
    if not given.is_valid():
        if "login" in given.errors:
            raise Http404("no such colleague")
        return _again(request, _("This is no e-mail address. Please look at it again."), 422)
    return press(
        request,
        lambda: set_teacher_address(request.desk, **given.cleaned_data),
        lambda trouble, status: _again(request, trouble, status),
        text=_("The address is saved."),
        address=to(request, "weekly"),
    )


@staff_page(Permission.SETTINGS, Permission.STAFF)
@require_POST
def confirmation(request: StaffRequest) -> HttpResponse:
    """POST the `code` that a colleague (`login`) found in the message to their address."""
    code = request.POST.get("code", "")[:40]
    return press(
        request,
        lambda: confirm_teacher_address(request.desk, login=_login(request), code=code),
        lambda trouble, status: _again(request, trouble, status),
        text=_("The address is confirmed."),
        address=to(request, "weekly"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def sending(request: StaffRequest) -> HttpResponse:
    """POST: send a colleague (`login`) this week's message now, or once more."""
    return press(
        request,
        lambda: send_weekly_now(request.desk, login=_login(request)),
        lambda trouble, status: _again(request, trouble, status),
        text=_("It goes in a minute. What became of it stands below."),
        address=to(request, "weekly"),
    )


def _login(request: StaffRequest) -> str:
    return request.POST.get("login", "")[:150]


def _again(request: StaffRequest, trouble: str, status: int) -> HttpResponse:
    kept = house_rules().weekly
    context = _context(request, WeeklyForm(initial=_initial(kept)), kept, "")
    return show(request, "weekly.html", {**context, "trouble": trouble}, status=status)


def _initial(kept: Weekly | None) -> dict[str, Any]:
    if kept is None:
        return {"weekday": OFF, "at": time(8)}
    return {"weekday": str(kept.weekday), "at": kept.at, "shows_titles": kept.shows_titles}


def _context(
    request: StaffRequest, form: forms.Form, kept: Weekly | None, login: str
) -> dict[str, Any]:
    found, digests, week = teachers(), weekly_digests(), week_of(request.desk.today)
    sent = {row.staff_id for row in digests if row.week_on == week and row.state == "handed"}
    return {
        "form": form,
        "is_on": kept is not None,
        "people": [
            {"one": one, "masked": masked_email(one.email), "was_sent": one.staff_id in sent}
            for one in found
        ],
        "rows": [_row(one, request) for one in digests],
        **_preview(request, kept, found, login),
    }


def _preview(
    request: StaffRequest, rules: Weekly | None, found: list[Teacher], login: str
) -> dict[str, Any]:
    """Return what one of them would get now: the one asked for, else the first."""
    if not request.desk.may(Permission.CHECKOUT):
        return {"may_see": False}
    one = next((one for one in found if one.login == login), next(iter(found), None))
    message = None
    if one is not None:
        named = replace(one, language=one.language or house_rules().language)
        message = previewed(request.desk, named, library=request.library.name, rules=rules)
    return {"may_see": True, "chosen": one, "message": message}


def _row(one: DigestView, request: StaffRequest) -> dict[str, Any]:
    words, badge = ASKED_WORDS if one.code == ASKED else STATES[one.state]
    why, help_ = WHY.get(one.code) or why_words(one.code, one.detail)
    return {
        "one": one,
        "state": words,
        "badge": badge,
        "why": why,
        "help": help_ if one.state == "given_up" else "",
        "moment": moment_words(one.at, request.desk.zone),
    }
