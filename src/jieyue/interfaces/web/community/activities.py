"""Announcements and activities on readers' pages."""

from datetime import UTC
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from icalendar import Calendar, Event

from jieyue.community.actions.outcomes import VoiceRefused
from jieyue.community.actions.sign_ups import leave_activity, sign_up
from jieyue.community.queries.activities import (
    ActivityView,
    activities_coming,
    activities_of,
    activity_shown,
    sign_up_there,
)
from jieyue.community.queries.announcements import announcement_now, announcements_now
from jieyue.community.rules.faults import VoiceFault
from jieyue.interfaces.web.access import (
    LibraryRequest,
    ReaderRequest,
    elsewhere,
    reader_page,
    signed_in_reader,
)
from jieyue.interfaces.web.community.words import NEWS_STATES, fault_words
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import day_words
from jieyue.kit import clock

STRIP = 3  # of the announcements on the front page


def strip(request: LibraryRequest) -> dict[str, Any]:
    """Return what `community/announcements_strip.html` draws. Four statements at most."""
    now = clock.now()
    today = now.astimezone(request.library.zone).date()
    coming = activities_coming(request.library.zone, now, limit=2)
    return {
        "announcements": announcements_now(today, limit=STRIP),
        "activities": [(one, when_words(one)) for one in coming],
    }


@require_GET
def announcements(request: LibraryRequest) -> HttpResponse:
    """Everything the library announces now."""
    today = clock.now().astimezone(request.library.zone).date()
    context = {"page_active": "home", "announcements": announcements_now(today)}
    return draw(request, "community/announcements.html", context)


@require_GET
def announcement(request: LibraryRequest, announcement: str) -> HttpResponse:
    """One announcement, also when it is over: links to it last."""
    today = clock.now().astimezone(request.library.zone).date()
    found = announcement_now(announcement, today)
    if found is None:
        raise Http404("no such announcement")
    context = {"page_active": "home", "one": found, "state": NEWS_STATES[found.state]}
    return draw(request, "community/announcement.html", context)


@require_GET
def activities(request: LibraryRequest) -> HttpResponse:
    """What one can come to, and what I signed up for."""
    desk, now = signed_in_reader(request), clock.now()
    patron = desk.patron_id if desk else None
    mine = activities_of(request.library.zone, now, patron) if patron else []
    known = {one.public_id for one in mine}
    coming = activities_coming(request.library.zone, now, patron_id=patron)
    context = {
        "page_active": "home",
        "mine": [(one, when_words(one)) for one in mine],
        "coming": [(one, when_words(one)) for one in coming if one.public_id not in known],
    }
    return draw(request, "community/activities.html", context)


@require_GET
def activity(request: LibraryRequest, activity: str) -> HttpResponse:
    """One activity, and what I can do about it."""
    found = _found(request, activity)
    until = found.sign_up_until
    context = {
        "page_active": "home",
        "one": found,
        "when": when_words(found),
        "state": NEWS_STATES[found.state],
        "from": _moment(found.sign_up_from) if found.sign_up_from else "",
        "until": _moment(until) if until else "",
        "key": str(uuid4()),
    }
    return draw(request, "community/activity.html", context)


@require_POST
@reader_page
def join(request: ReaderRequest, activity: str) -> HttpResponse:
    """Sign up."""
    outcome = sign_up(request.desk, activity=activity)
    if isinstance(outcome, VoiceRefused):
        return _refused(request, outcome, activity)
    said = {
        "comes": _("You are signed up. See you there!"),
        "waits": _("Every place is taken: you are on the waiting list and will hear from us."),
    }
    messages.success(request, said[outcome.state])
    return _back(request, activity)


@require_POST
@reader_page
def leave(request: ReaderRequest, sign_up: str) -> HttpResponse:
    """Not come after all."""
    assert request.desk.patron_id is not None
    activity = sign_up_there(sign_up, request.desk.patron_id)
    if activity is None:
        raise Http404("no such sign-up")
    outcome = leave_activity(request.desk, sign_up=sign_up)
    if isinstance(outcome, VoiceRefused):
        return _refused(request, outcome, activity)
    messages.success(request, _("You are not signed up any more."))
    return _back(request, activity)


@require_GET
def calendar(request: LibraryRequest, activity: str) -> HttpResponse:
    """One activity as a file for the calendar of a phone."""
    found = _found(request, activity)
    event = Event()
    event.add("uid", f"{found.public_id}@{request.get_host().split(':')[0]}")
    event.add("dtstamp", clock.now())
    event.add("summary", found.name)
    event.add("dtstart", found.starts.astimezone(UTC))
    event.add("dtend", found.ends.astimezone(UTC))
    where = [part for part in (request.library.name, found.branch, found.place) if part]
    event.add("location", " · ".join(where))
    event.add("description", found.text)
    args = [request.library.slug, activity]
    event.add("url", request.build_absolute_uri(reverse("voice:activity", args=args)))
    if found.state == "cancelled":
        event.add("status", "CANCELLED")
    book = Calendar()
    book.add("prodid", "-//Jieyue//Activities//")
    book.add("version", "2.0")
    book.add_component(event)
    answer = HttpResponse(book.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.public_id}.ics"'
    return answer


def when_words(one: ActivityView) -> str:
    """Return when it is, by the library's clock: 12月21日 周一 14:00–16:00."""
    begins = _moment(one.starts)
    if one.ends.date() == one.starts.date():
        return f"{begins}–{one.ends:%H:%M}"
    return f"{begins} – {_moment(one.ends)}"


def _moment(local: Any) -> str:
    return f"{day_words(local.date(), with_weekday=True)} {local:%H:%M}"


def _found(request: LibraryRequest, activity: str) -> ActivityView:
    desk = signed_in_reader(request)
    found = activity_shown(
        activity, request.library.zone, clock.now(), patron_id=desk.patron_id if desk else None
    )
    if found is None:
        raise Http404("no such activity")
    return found


def _refused(request: ReaderRequest, outcome: VoiceRefused, activity: str) -> HttpResponse:
    if outcome.faults[0].code is VoiceFault.UNKNOWN:
        raise Http404("no such activity")
    for fault in outcome.faults:
        messages.error(request, fault_words(fault))
    return _back(request, activity)


def _back(request: ReaderRequest, activity: str) -> HttpResponse:
    return elsewhere(request, reverse("voice:activity", args=[request.library.slug, activity]))
