"""What the library told a reader: messages on their own page."""

from datetime import date
from typing import Final, NamedTuple

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.community.words import page_words
from jieyue.interfaces.web.access import ReaderRequest, elsewhere, reader_page
from jieyue.interfaces.web.message_words import CHANNEL_WORDS
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.saying import told_day
from jieyue.notices.actions import read_notices
from jieyue.notices.deliveries import Went, channels_of_notices
from jieyue.notices.queries import NoticeView, notices_of
from jieyue.notices.rules.kinds import HAND_WAYS

ICONS: Final = {
    "hold_ready": "package",
    "hold_passed_on": "clock",
    "pickup_moved": "store",
    "loan_renewed": "refresh-cw",
    "loan_recalled": "bell",
    "date_moved": "calendar",
    "fetch_moved": "calendar",
    "loan_lost": "triangle-alert",
    "suspended": "snowflake",
    "due_soon": "clock",
    "due_today": "clock",
    "overdue": "triangle-alert",
    "hold_expiring": "package",
    "card_expiring": "id-card",
    "receipt": "circle-check",
    "wish_answered": "book-plus",
    "feedback_answered": "mail",
    "activity": "calendar",
    "message": "mail",
    "application_answered": "id-card",
    "link_asked": "users-round",
}


# Kinds of readers' voice: the page a message leads to, and the fact that names it.
VOICES: Final = {
    "wish_answered": ("voice:wish", "wish"),
    "feedback_answered": ("voice:feedback", "feedback"),
    "activity": ("voice:activity", "activity"),
    "message": ("voice:message", "message"),
}


class NoticeWords(NamedTuple):
    """A message in words, and what to do about it; `help` may be empty."""

    text: str
    help: str


def notice_words(told: NoticeView, today: date) -> NoticeWords:
    """Return a message's words. A test walks every kind."""
    if told.kind in VOICES:
        return NoticeWords(*page_words(told.kind, told.facts))
    facts = {
        "title": told.title or _("a book"),
        "branch": told.branch,
        "on": told_day(told.on, today) if told.on else "",
        "asker": told.asker or _("Somebody"),
    }
    text, help_ = (_news_words() | _reminder_words())[told.because or told.kind]
    return NoticeWords(text % facts, help_ % facts)


def _news_words() -> dict[str, tuple[str, str]]:
    """Return the words for what somebody did, or what came to pass."""
    return {
        "hold_ready": (
            _("“%(title)s” is waiting for you at %(branch)s."),
            _("Please fetch it by %(on)s."),
        ),
        "hold_passed_on": (
            _("“%(title)s” was not fetched in time."),
            _("It went to the next reader. Reserve it again if you still want it."),
        ),
        "pickup_moved": (
            _("You will fetch “%(title)s” at %(branch)s."),
            _("The branch you chose has closed. You keep your place."),
        ),
        "loan_renewed": (_("“%(title)s” was renewed."), _("It is due on %(on)s now.")),
        "loan_recalled": (
            _("Somebody is waiting for “%(title)s”."),
            _("Please bring it back by %(on)s."),
        ),
        "date_moved": (
            _("Opening days have changed, and when “%(title)s” is due."),
            _("It is due on %(on)s now."),
        ),
        "term_end": (
            _("“%(title)s” is due earlier, because the term ends."),
            _("Please bring it back by %(on)s."),
        ),
        "term_end_gone": (
            _("“%(title)s” is not due earlier any more."),
            _("It is due on %(on)s now."),
        ),
        "fetch_moved": (
            _("Opening days have changed, and how long “%(title)s” waits for you."),
            _("Please fetch it by %(on)s."),
        ),
        "loan_lost": (
            _("“%(title)s” counts as lost now."),
            _("If you find it, bring it back. Otherwise please ask at the desk."),
        ),
        "suspended": (_("Borrowing is suspended until %(on)s."), _("Books came back late.")),
    }


def _reminder_words() -> dict[str, tuple[str, str]]:
    """Return the words for what comes near, for receipts, and for what came after these."""
    return {
        "due_soon": (
            _("“%(title)s” is due on %(on)s."),
            _("Bring it back or renew it in time."),
        ),
        "due_today": (
            _("“%(title)s” is due today, %(on)s."),
            _("Bring it back or renew it in time."),
        ),
        "overdue": (
            _("“%(title)s” was due on %(on)s."),
            _("Please bring it back soon."),
        ),
        "hold_expiring": (
            _("“%(title)s” is still waiting for you at %(branch)s."),
            _("Please fetch it by %(on)s. After that the next reader gets it."),
        ),
        "card_expiring": (
            _("Your card is valid until %(on)s."),
            _("Please ask at the desk to have it extended."),
        ),
        "application_answered": (
            _("Welcome! You have a card of this library now."),
            _("Your number is on “My card”. You can borrow right away."),
        ),
        "link_asked": (
            _("%(asker)s asked to act for you."),
            _("Allow or decline it under “Family and helpers”."),
        ),
        "receipt": (
            _("You have borrowed “%(title)s”."),
            _("It is due on %(on)s."),
        ),
        "returned": (
            _("You have returned “%(title)s”."),
            _("Thank you."),
        ),
        "renewed": (
            _("You have renewed “%(title)s”."),
            _("It is due on %(on)s now."),
        ),
    }


def _link(slug: str, told: NoticeView) -> str:
    """Return the page that a message leads to; empty if it leads nowhere."""
    if told.kind in VOICES:
        page, name = VOICES[told.kind]
        return reverse(page, args=[slug, told.facts[name]]) if told.facts.get(name) else ""
    if told.kind == "link_asked":
        return reverse("family:home", args=[slug])
    return reverse("reader:title", args=[slug, told.title_id]) if told.title_id else ""


def _went_words(went: Went | None, request: ReaderRequest) -> str:
    """Return by which way a message also reached the reader; empty where it did not."""
    if went is None or went.state not in {"handed", "waiting"}:
        return ""
    if went.channel in HAND_WAYS:
        return _by_hand_words(went, request)
    if went.channel not in CHANNEL_WORDS:
        return ""
    words = _("also sent: %(way)s") if went.state == "handed" else _("goes out: %(way)s")
    return words % {"way": CHANNEL_WORDS[went.channel]}


def _by_hand_words(went: Went, request: ReaderRequest) -> str:
    if went.state == "waiting" or went.ended_at is None:
        return {
            "paper": _("you get it on paper through your class"),
            "phone": _("the library will call you"),
        }[went.channel]
    on = told_day(went.ended_at.astimezone(request.library.zone).date(), request.desk.today)
    words = {
        "paper": _("on paper through your class, given out on %(on)s"),
        "phone": _("told by telephone on %(on)s"),
    }
    return words[went.channel] % {"on": on}


@require_http_methods(["GET", "POST"])
@reader_page
def notices(request: ReaderRequest) -> HttpResponse:
    """Show what the library told me; POST: I have read all of it."""
    assert request.desk.patron_id is not None
    found = notices_of(request.desk.patron_id)
    if request.method == "POST":
        unread = tuple(told.public_id for told in found if not told.is_read)
        read_notices(request.desk, notices=unread)
        return elsewhere(request, reverse("reader:notices", args=[request.library.slug]))
    went = channels_of_notices(told.public_id for told in found)
    context = {
        "page_active": "me",
        "unread": sum(not told.is_read for told in found),
        "notices": [
            {
                "told": told,
                "words": notice_words(told, request.desk.today),
                "icon": ICONS[told.kind],
                "link": _link(request.library.slug, told),
                "on": told.created_at.astimezone(request.library.zone).date(),
                "went": _went_words(went.get(told.public_id), request),
            }
            for told in found
        ],
    }
    return draw(request, "reader/notices.html", context)
