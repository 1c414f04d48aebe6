"""GET what happened: newest first, filtered, by page; asked anew every few seconds."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.circulation.queries.journal import JournalFilter, JournalRow, journal_page
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.journal.action_words import GROUPS
from jieyue.interfaces.web.journal.behalf_words import behalf_words
from jieyue.interfaces.web.journal.details import Names, detail_words, names_of, refusal_words
from jieyue.interfaces.web.journal.words import (
    DOORS,
    action_words,
    actions_of,
    outcome_words,
    why_words,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import day_words
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.queries import colleagues

LIVE_SECONDS: Final = 5
FIELDS: Final = ("when", "group", "refused", "behalf", "staff", "patron", "copy")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for, cleaned: only what is known goes on."""

    when: str
    group: str
    refused: str
    behalf: str
    staff: str
    patron: str
    copy: str

    def query(self, **more: str) -> str:
        """Return the rest of an address that asks the same."""
        values = {name: getattr(self, name) for name in FIELDS} | more
        return urlencode({name: value for name, value in values.items() if value})

    def filter(self, *, today: date, zone: Any) -> JournalFilter:
        """Return which entries that is; days are local ones."""
        days = {"today": 0, "week": 6}.get(self.when)
        since = (
            None
            if days is None
            else datetime.combine(today - timedelta(days=days), time.min, tzinfo=zone)
        )
        return JournalFilter(
            since=since,
            actions=actions_of(self.group),
            is_refused=self.refused == "1",
            is_on_behalf=self.behalf == "1",
            staff=self.staff,
            patron=self.patron,
            copy=self.copy,
        )


@staff_page(Permission.JOURNAL_VIEW)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the page, or with the header `Jieyue-Live` only its rows; 304 when nothing changed."""
    asked = _asked(request)
    before = request.GET.get("before", "")[:80]
    page = journal_page(
        asked.filter(today=request.desk.today, zone=request.desk.zone), before=before
    )
    tag = _tag(page.rows, [get_language() or "", request.desk.today.isoformat()])
    is_live = "Jieyue-Live" in request.headers
    if is_live and request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "no-store"})
    names = names_of(page.rows)
    context: dict[str, Any] = {
        "page_active": "journal",
        "days": _days(page.rows, names, request),
        "older": asked.query(before=page.older) if page.older else "",
        "is_filtered": bool(asked.query()),
    }
    if is_live:
        answer = draw(request, "journal/rows.html", context)
    else:
        answer = draw(request, "journal/list.html", context | _around(asked, before, tag))
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _asked(request: StaffRequest) -> _Asked:
    given = {name: request.GET.get(name, "").replace("\x00", "")[:150] for name in FIELDS}
    if given["when"] not in ("today", "week"):
        given["when"] = ""
    if given["group"] not in GROUPS:
        given["group"] = ""
    for switch in ("refused", "behalf"):
        given[switch] = "1" if given[switch] == "1" else ""
    return _Asked(**given)


def _around(asked: _Asked, before: str, tag: str) -> dict[str, Any]:
    people = [(person.login, person.name) for person in colleagues()]
    return {
        "asked": asked,
        "tag": tag,
        # An older page is history: it does not move under the reader's eyes.
        "live": "" if before else f"?{asked.query()}",
        "live_seconds": LIVE_SECONDS,
        "newest": f"?{asked.query()}" if before else "",
        "whens": [("", _("Any time")), ("today", _("Today")), ("week", _("Last 7 days"))],
        "groups": [("", _("Everything")), *GROUPS.items()],
        "people": [("", _("Everybody")), *people],
    }


def _tag(rows: Iterable[JournalRow], more: list[str]) -> str:
    """Return the ETag of what is shown, so it changes with names too, not only with new rows."""
    text = repr([more, list(rows)])
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _days(rows: Iterable[JournalRow], names: Names, request: StaffRequest) -> list[dict[str, Any]]:
    """Return the entries by local day, newest first."""
    today, found = request.desk.today, list[dict[str, Any]]()
    for row in rows:
        at = row.at.astimezone(request.desk.zone)
        if not found or found[-1]["on"] != at.date():
            found.append({"on": at.date(), "words": _day(at.date(), today), "entries": []})
        found[-1]["entries"].append(_entry(row, names, at, request.desk.zone))
    return found


def _day(on: date, today: date) -> str:
    if on == today:
        return _("Today")
    if on == today - timedelta(days=1):
        return _("Yesterday")
    return day_words(on, with_year=on.year != today.year)


def _entry(row: JournalRow, names: Names, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    words, door = action_words(row.action), DOORS.get(row.door, row.door)
    return {
        "row": row,
        "time": f"{at:%H:%M}",
        "at": at.isoformat(),
        "text": words.text,
        "icon": words.icon,
        "is_refused": row.outcome == "refused",
        "badge": "badge-error" if row.outcome == "refused" else "badge-warning",
        # On a phone the title is enough.
        "barcode_classes": "hidden sm:inline-flex" if row.title_name else "",
        "outcome": outcome_words(row.outcome),
        "place": " · ".join(str(part) for part in (row.staff, row.branch, door) if part),
        "reasons": [why_words(code) for code in row.reasons],
        "why": refusal_words(row),
        "overridden": [why_words(code) for code in row.overridden],
        "detail": detail_words(row, names, zone),
        "behalf": behalf_words(row.on_behalf),
    }
