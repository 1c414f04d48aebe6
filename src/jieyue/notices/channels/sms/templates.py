"""Texts a gateway approved beforehand: which of them says what we want to say.

`templates` of a gateway's settings, by our kind and language:

    {"due_soon": {"zh-hans": {"code": "SMS_154950909", "blanks": ["title", "day=on"]}}}

`blanks` are ours in the order of theirs; `theirs=ours` where their name differs.
"""

from dataclasses import dataclass
from typing import Any, Final

from jieyue.notices.channels.base import Failed, Message

LANGUAGE: Final = "zh-hans"  # what is taken when a reader's own has no text
MAX_BLANK: Final = 35  # characters; more is refused, with the whole message
EMPTY: Final = "-"  # an empty blank is refused, too


@dataclass(frozen=True, slots=True)
class Filled:
    """A text to be sent: the gateway's code for it and its blanks, in order."""

    code: str
    blanks: tuple[tuple[str, str], ...]


def filled(settings: dict[str, Any], message: Message) -> Filled | Failed:
    """Return the approved text for a message with its blanks filled in."""
    texts = (settings.get("templates") or {}).get(message.template) or {}
    text = texts.get(message.language) or texts.get(LANGUAGE)
    if not text or not text.get("code"):
        return Failed(scope="message", code="template_missing")
    pairs = [_pair(blank) for blank in text.get("blanks") or ()]
    if any(ours not in message.params for _, ours in pairs):
        return Failed(scope="setup", code="blank_unknown")
    return Filled(
        str(text["code"]), tuple((theirs, short(message.params[ours])) for theirs, ours in pairs)
    )


def _pair(blank: str) -> tuple[str, str]:
    theirs, _, ours = str(blank).partition("=")
    return (theirs.strip(), (ours or theirs).strip())


def short(value: str) -> str:
    """Return what goes into a blank: one line, and no more than providers take."""
    line = " ".join(str(value).split()) or EMPTY
    return line if len(line) <= MAX_BLANK else f"{line[: MAX_BLANK - 1]}…"
