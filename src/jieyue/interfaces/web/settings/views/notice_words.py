"""The words of messages: a list of kinds, and an editor that shows what a reader would get."""

from datetime import timedelta
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.message_words import (
    BLANK_WORDS,
    CHANNEL_WORDS,
    KIND_WORDS,
    LANGUAGE_NAMES,
)
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.settings.answers import done, press, show, to
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.channels.base import Message
from jieyue.notices.composing import LANGUAGES, Item, Letterhead, compose, own_words
from jieyue.notices.house_rules import house_rules
from jieyue.notices.managing import (
    TEMPLATE_KINDS,
    NotWritten,
    built_in_words,
    word_flaws,
    write_words,
)
from jieyue.notices.rules.kinds import CHANNELS
from jieyue.notices.rules.texts import Flaw, blanks_of, renamed, sms_parts
from jieyue.notices.words import FRAME, LONG_CHANNELS, VARIANTS, Words, built_in

NAMES: Final = KIND_WORDS | {FRAME: lazy("What stands around every message")}
BLANKS: Final = BLANK_WORDS | {"link": lazy("link"), "messages": lazy("messages")}


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET every kind, with the channels and languages in which it has words of the library's."""
    own = own_words()
    rows = [
        {
            "kind": kind,
            "words": NAMES[kind],
            "own": [
                f"{CHANNEL_WORDS[channel]} · {LANGUAGE_NAMES[language]}"
                for channel in CHANNELS
                for language in LANGUAGES
                if (kind, channel, language) in own
            ],
        }
        for kind in (FRAME, *(kind for kind in TEMPLATE_KINDS if kind != FRAME))
    ]
    return show(request, "notice_words.html", {"rows": rows})


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def words(request: StaffRequest, kind: str, channel: str, language: str) -> HttpResponse:
    """GET the editor; POST the words."""
    _need(kind, channel, language)
    own = own_words().get((kind, channel, language))
    with translation.override(language):
        ours = built_in(kind, channel)
    if request.method == "GET":
        return _editor(request, kind, channel, language, own or ours, is_own=own is not None)
    given = _given(request)
    outcome = write_words(
        request.desk, kind=kind, channel=channel, language=language,
        subject=given.subject, text=given.text,
    )  # fmt: skip
    if isinstance(outcome, NotWritten):
        return _editor(
            request, kind, channel, language, given, is_own=own is not None, wrong=outcome,
            status=422,
        )  # fmt: skip
    address = to(request, "words_of", kind, channel, language)
    return done(request, _("Saved. Messages from now on say it like this."), address)


@staff_page(Permission.SETTINGS)
@require_POST
def preview(request: StaffRequest, kind: str, channel: str, language: str) -> HttpResponse:
    """POST what is typed so far: the message that a reader would get of it."""
    _need(kind, channel, language)
    context = _preview(request, kind, channel, language, _given(request))
    return draw(request, "settings/notice_preview.html", context)


@staff_page(Permission.SETTINGS)
@require_POST
def reset(request: StaffRequest, kind: str, channel: str, language: str) -> HttpResponse:
    """POST: take the built-in words again."""
    _need(kind, channel, language)

    def again(trouble: str, status: int) -> HttpResponse:
        own = own_words().get((kind, channel, language)) or Words("", "")
        return _editor(request, kind, channel, language, own, is_own=True, trouble=trouble,
                       status=status)  # fmt: skip

    return press(
        request,
        lambda: built_in_words(request.desk, kind=kind, channel=channel, language=language),
        again,
        text=_("The built-in words are in use again."),
        address=to(request, "words_of", kind, channel, language),
    )


def _need(kind: str, channel: str, language: str) -> None:
    if kind not in TEMPLATE_KINDS or channel not in CHANNELS or language not in LANGUAGES:
        raise Http404("no such words")


def _blank_names(language: str) -> dict[str, str]:
    """Return what each blank is called in a language, in which the words are written."""
    with translation.override(language):
        return {blank: str(name) for blank, name in BLANKS.items()}


def _given(request: StaffRequest) -> Words:
    """Return what was typed, its blanks by our names whatever language they were named in."""
    ours = {name: blank for code in LANGUAGES for blank, name in _blank_names(code).items()}
    subject = " ".join(request.POST.get("subject", "")[:500].split())
    text = request.POST.get("text", "")[:5000].replace("\r\n", "\n")
    return Words(renamed(subject, ours), renamed(text, ours))


def _editor(
    request: StaffRequest,
    kind: str,
    channel: str,
    language: str,
    words: Words,
    *,
    is_own: bool,
    wrong: NotWritten | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    names = _blank_names(language)
    context = {
        "kind": kind,
        "channel": channel,
        "language": language,
        "name": NAMES[kind],
        "subject": renamed(words.subject, names),
        "text": renamed(words.text, names),
        "has_subject": channel != "sms",
        "chips": [f"{{{names[blank]}}}" for blank in blanks_of(kind)],
        "is_own": is_own,
        "trouble": trouble,
        "channels": [(value, CHANNEL_WORDS[value]) for value in CHANNELS],
        "languages": [(value, LANGUAGE_NAMES[value]) for value in LANGUAGES],
        "subject_errors": [_flaw_words(flaw) for flaw in wrong.subject] if wrong else [],
        "text_errors": [_flaw_words(flaw) for flaw in wrong.text] if wrong else [],
    }
    context |= _preview(request, kind, channel, language, words)
    return show(request, "notice_editor.html", context, status=status)


def _preview(
    request: StaffRequest, kind: str, channel: str, language: str, words: Words
) -> dict[str, Any]:
    wrong = word_flaws(kind, words.subject, words.text)
    flaws = (*wrong.subject, *wrong.text) if wrong else ()
    message = example(request, kind, channel, language, words)
    return {
        "message": message,
        "channel": channel,
        "parts": sms_parts(message.text) if channel == "sms" else None,
        "flaws": [_flaw_words(flaw) for flaw in flaws],
        "is_long": channel in LONG_CHANNELS,
    }


def example(request: StaffRequest, kind: str, channel: str, language: str, words: Words) -> Message:
    """Return a message as a reader would get it; nobody real is in it."""
    today = request.desk.today
    said = kind if kind != FRAME else "due_soon"
    late = said in {"overdue", "loan_lost"}
    days = [today - timedelta(days=7)] * 2 if late else [today + timedelta(days=n) for n in (3, 5)]
    with translation.override(language):
        titles, reader = (_("To Live"), _("Dream of the Red Chamber")), _("Lin Xiaoyu")
        asker = _("Wang Fang")
    branch = str(getattr(request.page["branch"], "name", request.library.name))
    base, because = ("date_moved", said) if said.startswith("term_end") else (said, "")
    if said in VARIANTS and not because:
        base, because = "receipt", said
    rules = house_rules()
    head = Letterhead(
        reader=reader, library=request.library.name, language=language, today=today,
        link=f"{rules.site_url}/{request.library.slug}/my/notices" if rules.site_url else "",
    )  # fmt: skip
    return compose(
        [
            Item(kind=base, because=because, title=title, branch=branch, on=day, asker=asker)
            for title, day in zip(titles, days, strict=True)
        ],
        head,
        channel=channel,
        own={**own_words(), (kind, channel, language): words},
        message_id="example",
    )


def _flaw_words(flaw: Flaw) -> str:
    return {
        "empty": _("Write something."),
        "long": _("At most %(what)s characters."),
        "unknown": _("“{%(what)s}” is not a blank we can fill. Use those offered here."),
        "unclosed": _("A brace is missing: blanks stand in { and }."),
        "missing": _("The messages themselves need a place."),
    }[flaw.code] % {"what": flaw.what}
