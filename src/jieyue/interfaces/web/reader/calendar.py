"""My due dates in the calendar of my phone."""

from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from icalendar import Alarm, Calendar, Event

from jieyue.circulation.queries.calendar import CalendarDay, calendar_days
from jieyue.interfaces.web.access import LibraryRequest, ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.rendering import draw
from jieyue.kit import clock
from jieyue.patrons.feeds import close_feed, feed_reader, feed_token, open_feed

AGAIN_AFTER: Final = timedelta(hours=6)
REMIND_BEFORE: Final = timedelta(hours=15)  # at nine on the day before


@require_GET
def feed(request: LibraryRequest, token: str) -> HttpResponse:
    """What a calendar program reads: a day for each loan, and for each book that waits."""
    patron_id = feed_reader(token)
    if patron_id is None:
        raise Http404("no such calendar")
    shown = Calendar()
    shown.add("prodid", "-//Jieyue//借阅//ZH")
    shown.add("version", "2.0")
    shown.add("x-wr-calname", request.library.name)
    shown.add("x-wr-timezone", str(request.library.zone))
    shown.add("refresh-interval", AGAIN_AFTER, parameters={"value": "DURATION"})
    shown.add("x-published-ttl", "PT6H")
    for day in calendar_days(patron_id, request.library.zone):
        shown.add_component(_event(request, day))
    answer = HttpResponse(shown.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=3600"
    answer["Content-Disposition"] = 'inline; filename="jieyue.ics"'
    return answer


def _event(request: LibraryRequest, day: CalendarDay) -> Event:
    name = "reader:loans" if day.what == "due" else "reader:holds"
    text = (
        _("Bring back “%(title)s”") if day.what == "due" else _("Last day to fetch “%(title)s”")
    ) % {"title": day.title}
    event = Event()
    event.add("uid", f"{day.id}@{request.library.slug}.jieyue")
    event.add("dtstamp", clock.now())
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", text)
    event.add("location", day.branch)
    event.add("transp", "TRANSPARENT")
    event.add("url", request.build_absolute_uri(reverse(name, args=[request.library.slug])))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -REMIND_BEFORE)
    event.add_component(alarm)
    return event


@require_http_methods(["GET", "POST"])
@reader_page
def calendar(request: ReaderRequest) -> HttpResponse:
    """The address, and how it gets into a phone; POST makes it, or makes it anew."""
    if request.method == "POST":
        open_feed(request.desk)
        messages.success(request, _("The address is ready."))
        return elsewhere(request, _here(request))
    assert request.desk.patron_id is not None
    token = feed_token(request.desk.patron_id)
    address = ""
    if token:
        path = reverse("reader:feed", args=[request.library.slug, token])
        address = request.build_absolute_uri(path)
    context = {
        "page_active": "me",
        "address": address,
        "webcal": f"webcal://{address.partition('://')[2]}" if address else "",
    }
    return draw(request, "reader/calendar.html", context)


@require_POST
@reader_page
def end(request: ReaderRequest) -> HttpResponse:
    """End the address."""
    close_feed(request.desk)
    messages.success(request, _("The address leads nowhere any more."))
    return elsewhere(request, _here(request))


def _here(request: ReaderRequest) -> str:
    return reverse("reader:calendar", args=[request.library.slug])
