"""GET the readers whom nothing reaches, and the same as a file."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.downloads import download, new_file
from jieyue.interfaces.web.message_words import CHANNEL_WORDS
from jieyue.interfaces.web.patrons.words import group_word, number_word
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.rules.kinds import HAND_WAYS
from jieyue.notices.unreached import (
    COUNTED,
    Means,
    Unreached,
    Wanted,
    Why,
    means_of,
    unreached_count,
    unreached_page,
)
from jieyue.notices.unreached_file import export_unreached
from jieyue.patrons.groups import groups_of_staff
from jieyue.patrons.queries import groups

# What the filter calls it, what it means, what helps.
WORDS: Final[dict[Why, tuple[Promise, Promise, Promise]]] = {
    Why.NOTHING: (
        lazy("Nothing given"),
        lazy("We have no phone number and no e-mail address."),
        lazy("Ask for one and enter it in the record."),
    ),
    Why.DEAD: (
        lazy("Address no longer works"),
        lazy("Nothing arrives at the address any more"),
        lazy("Ask the reader for the right one and enter it in the record."),
    ),
    Why.LEFT: (
        lazy("Switched off by the reader"),
        lazy("The reader has switched it off"),
        lazy("Tell them in person, or ask whether another way suits them."),
    ),
    Why.NO_CONSENT: (
        lazy("No WeChat consent left"),
        lazy("The WeChat messages they agreed to are used up"),
        lazy("They agree to more on their own page, or give a phone number."),
    ),
    Why.NO_SERVICE: (
        lazy("Not set up by the library"),
        lazy("The reader gave it, but the library has not set it up"),
        lazy("Set the service up under Settings, or ask for another address."),
    ),
    Why.OVER_BUDGET: (
        lazy("This month's money is spent"),
        lazy("What the library spends on it this month is used up"),
        lazy("Raise the limit under Settings, or tell the reader yourself."),
    ),
}


@staff_page(Permission.MESSAGES)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET them: `?why=`, `?group=`; `?after=` where the page before ended."""
    wanted, means = _wanted(request), means_of(request.desk)
    page = unreached_page(request.desk, means, wanted, after=request.GET.get("after", "")[:20])
    count = unreached_count(request.desk, means, wanted)
    given = {"why": wanted.why.value if wanted.why else "", "group": wanted.group}
    query = urlencode({name: value for name, value in given.items() if value})
    context = {
        "page_active": "patrons",
        "rows": [_row(one) for one in page.readers],
        "count": min(count, COUNTED),
        "is_more": count > COUNTED,
        "asked": given,
        "query": query,
        "after": page.after,
        "is_begun": bool(request.GET.get("after")),
        "reasons": [(why.value, words[0]) for why, words in WORDS.items()],
        "groups": [name for name in groups() if wanted.only is None or name in wanted.only],
        "group_word": group_word(request.library.kind),
        "by_hand": _by_hand(means),
        "missing": [str(CHANNEL_WORDS[one]) for one in ("email", "sms") if one not in means.used],
    }
    return draw(request, "deliveries/unreached.html", context)


@staff_page(Permission.MESSAGES)
@require_GET
def file(request: StaffRequest) -> HttpResponse:
    """GET the same list as a file: all of it, in the same order."""
    written = new_file()
    kind = request.library.kind
    headings = (
        *(_("Name"), group_word(kind), number_word(kind), _("Why nothing reaches them")),
        *(_("What helps"), _("Messages that wait"), _("Books out")),
    )
    export_unreached(
        request.desk, written, _wanted(request), headings=headings, row_of=_cells
    )  # fmt: skip
    name = f"{request.library.slug}-unreached-{request.desk.today}.csv"
    return download(written, name, "text/csv; charset=utf-8")


def _wanted(request: StaffRequest) -> Wanted:
    why = request.GET.get("why", "")
    return Wanted(
        why=Why(why) if why in set(Why) else None,
        group=request.GET.get("group", "")[:60],
        branch_ids=request.desk.branch_ids,
        only=own_classes(request.desk),
    )


def own_classes(desk: Desk) -> frozenset[str] | None:
    """Return the classes of who may not see readers in general; None: every reader."""
    return None if desk.may(Permission.PATRON_VIEW) else groups_of_staff(desk.staff_id)


def _row(one: Unreached) -> dict[str, Any]:
    books, notices = one.books, one.notices
    return {
        "one": one,
        "why": _why(one),
        "is_asked": bool(one.why.keys() & {Why.NOTHING, Why.DEAD}),
        "waiting": ngettext("%(n)s message waits", "%(n)s messages wait", notices) % {"n": notices}
        if notices
        else "",
        "books": ngettext("%(n)s book out", "%(n)s books out", books) % {"n": books}
        if books
        else "",
    }


def _why(one: Unreached) -> list[tuple[str, str]]:
    """Return each reason in words, with what helps."""
    said = []
    for why, channels in one.why.items():
        _name, words, help_ = WORDS[why]
        ways = _(", ").join(str(CHANNEL_WORDS.get(channel, channel)) for channel in channels)
        named = _("%(way)s: %(what)s.") % {"way": ways, "what": words} if ways else str(words)
        said.append((named, str(help_)))
    return said


def _cells(one: Unreached) -> tuple[str, ...]:
    why = _why(one)
    return (
        *(one.name, one.group_name, one.student_number),
        *(" ".join(words for words, _help in why), " ".join(help_ for _words, help_ in why)),
        *(str(one.notices), str(one.books)),
    )


def _by_hand(means: Means) -> str:
    """Return by which ways people tell readers here who are therefore not on the list."""
    used = [way for way in HAND_WAYS if way in means.used]
    return _(", ").join(str(CHANNEL_WORDS.get(way, way)) for way in used)
