"""Making the message of what a delivery carries, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from jieyue.notices.channels.base import Message
from jieyue.notices.models import NoticeTemplate
from jieyue.notices.rules.kinds import gravity
from jieyue.notices.rules.texts import filled
from jieyue.notices.words import (
    FRAME,
    LONG_CHANNELS,
    VARIANTS,
    Words,
    book_line,
    book_words,
    built_in,
    concerning,
    day_words,
)

LANGUAGES: Final = ("zh-hans", "en")
_STRAIGHT: Final = str.maketrans("“”‘’", "\"\"''")
Own = Mapping[tuple[str, str, str], Words]  # a library's words by kind, channel and language


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A notice to be said. `of` names the reader it is about, where another one is told.

    `words` are ready ones of a kind that brings its own.
    """

    kind: str
    because: str = ""
    title: str = ""
    branch: str = ""
    on: date | None = None
    of: str = ""
    asker: str = ""  # who asks to act for the reader
    words: Words | None = None

    @property
    def said_as(self) -> str:
        """The name of its words."""
        return self.because if self.because in VARIANTS else self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes to whom, and where they find more."""

    reader: str
    library: str
    language: str
    today: date
    link: str = ""
    unsubscribe: str = ""


def own_words() -> Own:
    """Return the words of the library in scope that replace ours. One statement."""
    return {
        (row.kind, row.channel, row.language): Words(row.subject, row.text)
        for row in NoticeTemplate.objects.all()
    }


def compose(
    items: Iterable[Item], head: Letterhead, *, channel: str, own: Own, message_id: str
) -> Message:
    """Return one message that says all of it, the gravest first, each kind together."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in sorted(items, key=lambda item: (item.of, gravity(item.kind))):
        groups.setdefault((item.of, item.said_as), []).append(item)
    with translation.override(head.language):
        blocks = [_block(found, head, channel, own) for found in groups.values()]
        subject, texts, values = blocks[0][0], [text for _, text, _ in blocks], blocks[0][2]
        frame = _words(FRAME, channel, head.language, own)
        between = "" if head.language.startswith("zh") else " "
        separator = "\n\n" if channel in LONG_CHANNELS else between
        around = _common(head) | {
            "messages": separator.join(texts),
            "count": str(sum(len(found) for found in groups.values())),
        }
        if len(blocks) > 1:
            subject = filled(frame.subject, around)
        first = next(iter(groups.values()))[0]
        return Message(
            id=message_id,
            subject=subject,
            text=_plain(filled(frame.text, around), channel, head.language),
            link=head.link,
            unsubscribe=head.unsubscribe,
            template=first.said_as,
            params=values,
            language=head.language,
        )


def _plain(text: str, channel: str, language: str) -> str:
    """Return the text with straight quotes where curly ones make an English SMS twice as dear."""
    return text.translate(_STRAIGHT) if channel == "sms" and language == "en" else text


def _block(
    items: list[Item], head: Letterhead, channel: str, own: Own
) -> tuple[str, str, dict[str, str]]:
    """Return subject and text of one kind, and what was put into its blanks."""
    first = items[0]
    items = sorted(items, key=lambda item: (item.on or date.max, item.title))
    words = first.words or _words(first.said_as, channel, head.language, own)
    values = _common(head) | _values(items, head.today) | {"asker": _askers(items, head)}
    subject, text = filled(words.subject, values), filled(words.text, values)
    if first.of:
        text = concerning(first.of, text)
    return subject, text, values


def _words(kind: str, channel: str, language: str, own: Own) -> Words:
    return own.get((kind, channel, language)) or built_in(kind, channel)


def _common(head: Letterhead) -> dict[str, str]:
    return {"reader": head.reader, "library": head.library, "link": head.link}


def _askers(items: list[Item], head: Letterhead) -> str:
    names = dict.fromkeys(item.asker for item in items if item.asker)
    return ("、" if head.language.startswith("zh") else ", ").join(names)


def _values(items: list[Item], today: date) -> dict[str, str]:
    titles = [item.title or _("a book") for item in items]
    days = [item.on for item in items if item.on]
    late = items[0].kind == "overdue"
    shown = {item.on: day_words(item.on, today) for item in items if item.on}
    lines = [
        book_line(
            title,
            shown[item.on] if item.on else "",
            (today - item.on).days if late and item.on else 0,
        )
        for title, item in zip(titles, items, strict=True)
    ]
    return {
        "title": book_words(titles),
        "books": "\n".join(lines),
        "count": str(len(items)),
        "date": shown[days[0]] if days else "",
        "days": str(abs((days[0] - today).days)) if days else "",
        "branch": items[0].branch,
    }
