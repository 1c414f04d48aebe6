"""A library's page, and help for whoever is here for the first time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.public_rules import PublicRules, public_rules
from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.library.rules_told import sentences
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings.words import WEEKDAYS
from jieyue.kit import clock
from jieyue.libraries.queries import BranchView, branches, calendars_of, open_now
from jieyue.libraries.rules.calendars import Calendar, Span

AHEAD: Final = timedelta(days=60)
MAP: Final = "https://uri.amap.com/search?keyword="  # a link one may follow; nothing is loaded


@dataclass(frozen=True, slots=True)
class Hours:
    """Days of the week with the same hours, in words: `周一 – 周五`, `9:00–17:00`."""

    days: str
    times: tuple[tuple[time, time], ...]


def week(calendar: Calendar) -> list[Hours]:
    """Return the week, Monday first; neighbouring days with the same hours are one line."""
    times = [
        tuple((opens, closes) for day, opens, closes in calendar.hours if day == weekday)
        for weekday in range(7)
    ]
    found, first = [], 0
    for weekday in range(7):
        if weekday == 6 or times[weekday] != times[weekday + 1]:
            days = str(WEEKDAYS[first])
            if weekday > first:
                days += f" – {WEEKDAYS[weekday]}"
            found.append(Hours(days, times[weekday]))
            first = weekday + 1
    return found


def coming(calendar: Calendar, today: date) -> list[Span]:
    """Return the days of the next two months that differ from the week, the nearest first."""
    last = today + AHEAD
    near = [one for one in calendar.spans if one.starts_on <= last and one.ends_on >= today]
    return sorted(near, key=lambda one: one.starts_on)


def _place(branch: BranchView) -> str:
    return f"{MAP}{quote(branch.address)}" if branch.address else ""


def _rows(found: Iterable[PublicRules]) -> list[tuple[PublicRules, list[tuple[str, str]]]]:
    return [(rules, sentences(rules)) for rules in found]


@require_GET
def about(request: LibraryRequest) -> HttpResponse:
    """Where the library is, when it is open, and its rules in plain words."""
    now = clock.now()
    library, places = request.library, branches()
    today = now.astimezone(library.zone).date()
    calendars = calendars_of([branch.id for branch in places])
    states = {state.branch.id: state for state in open_now(places, now, library.zone)}
    chosen = next((b for b in places if b.code == request.GET.get("branch")), None)
    of = chosen or (places[0] if places else None)
    context = {
        "page_active": "home",
        "places": [
            {
                "branch": branch,
                "state": states[branch.id],
                "week": week(calendars[branch.id]) if calendars[branch.id].hours else [],
                "coming": coming(calendars[branch.id], today),
                "map": _place(branch),
            }
            for branch in places
        ],
        "rules": _rows(public_rules(library.rules_version, of.id)) if of else [],
        "rules_of": of,
    }
    return draw(request, "library/about.html", context)


def steps(slug: str) -> list[dict[str, Any]]:
    """Return the pictures with their words; a page that is not there is not offered."""
    return [
        {
            "icons": ("user-plus", "id-card"),
            "title": _("Get a card"),
            "text": _(
                "Apply on your phone or ask at the desk. A child applies with a parent or guardian."
            ),
            "url": reverse("joining:start", args=[slug]),
            "action": _("Apply for a card"),
        },
        {
            "icons": ("search", "map-pin"),
            "title": _("Find a book"),
            "text": _(
                "Type any part of its name, also in pinyin. The page says on which shelf it stands."
            ),
            "url": reverse("reader:search", args=[slug]),
            "action": _("Find books"),
        },
        {
            "icons": ("book-open", "scan-line", "check"),
            "title": _("Borrow"),
            "text": _(
                "Take the book and your card to the desk. Where it is allowed, scan the book with "
                "your phone and go."
            ),
            "url": reverse("selfservice:scan", args=[slug]),
            "action": _("Scan a book"),
        },
        {
            "icons": ("bookmark", "bell", "package"),
            "title": _("Somebody else has it?"),
            "text": _("Reserve it. We tell you when it waits for you, and how long it waits."),
            "url": "",
        },
        {
            "icons": ("clock", "refresh-cw"),
            "title": _("Keep it longer"),
            "text": _("Renew with one tap before it is due. If that is not possible, we say why."),
            "url": reverse("reader:loans", args=[slug]),
            "action": _("My loans"),
        },
        {
            "icons": ("book-open", "library"),
            "title": _("Bring it back"),
            "text": _(
                "Give it back at the desk, or where a sign says that books are returned. Please "
                "do not put it on the shelf yourself."
            ),
            "url": "",
        },
    ]


@require_GET
def first_time(request: LibraryRequest) -> HttpResponse:
    """Show how one gets a card, finds, borrows, renews and returns."""
    context = {"page_active": "home", "steps": steps(request.library.slug)}
    return draw(request, "library/help.html", context)
