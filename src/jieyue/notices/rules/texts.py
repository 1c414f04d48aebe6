"""Texts with blanks: `{title}` stands for what differs from message to message."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

BLANK: Final = re.compile(r"\{([^{}\n]{1,30})\}")
LINES: Final = re.compile(r"\n{3,}")
MAX_SUBJECT: Final = 200
MAX_TEXT: Final = 2000

COMMON: Final = ("reader", "library", "link")
ABOUT_BOOKS: Final = (*COMMON, "title", "books", "count", "date")
# What each kind's words may speak of besides; `frame` is what stands around them.
BLANKS: Final[Mapping[str, tuple[str, ...]]] = {
    "frame": (*COMMON, "messages", "count"),
    "hold_ready": (*ABOUT_BOOKS, "branch"),
    "hold_passed_on": (*COMMON, "title", "books", "count"),
    "hold_expiring": (*ABOUT_BOOKS, "branch"),
    "pickup_moved": (*COMMON, "title", "books", "count", "branch"),
    "fetch_moved": (*ABOUT_BOOKS, "branch"),
    "loan_lost": (*COMMON, "title", "books", "count"),
    "overdue": (*ABOUT_BOOKS, "days"),
    "due_soon": (*ABOUT_BOOKS, "days"),
    "suspended": (*COMMON, "date"),
    "application_answered": COMMON,
    "link_asked": (*COMMON, "asker"),
    "card_expiring": (*COMMON, "date", "days"),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a text: `unknown` blank, `unclosed` brace, `empty`, `long`, `missing`."""

    code: str
    what: str = ""


def blanks_of(kind: str) -> tuple[str, ...]:
    """Return the blanks that a kind's words may have."""
    return BLANKS.get(kind, ABOUT_BOOKS)


def flaws(text: str, *, known: Iterable[str], most: int, needs: str = "") -> list[Flaw]:
    """Return everything wrong with a library's own text."""
    found = [] if text.strip() else [Flaw("empty")]
    if len(text) > most:
        found.append(Flaw("long", str(most)))
    names = list(dict.fromkeys(BLANK.findall(text)))
    found += [Flaw("unknown", name) for name in names if name not in set(known)]
    if set("{}") & set(BLANK.sub("", text)):
        found.append(Flaw("unclosed"))
    if needs and needs not in names:
        found.append(Flaw("missing", needs))
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its blanks filled; what is put in is never looked through again."""
    full = BLANK.sub(lambda found: values.get(found[1], found[0]), text)
    return LINES.sub("\n\n", full).strip()


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the text with blanks of other names: what staff read, or what is kept."""
    return BLANK.sub(lambda found: f"{{{names.get(found[1].strip(), found[1])}}}", text)


# --- SMS is paid by the part ------------------------------------------------------------------

# Characters of the GSM alphabet (3GPP TS 23.038); those in the second row take two places.
_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("^{}\\[~]|€")


@dataclass(frozen=True, slots=True)
class Parts:
    """How long a text is as SMS, and in how many parts it is paid for."""

    length: int
    parts: int


def sms_parts(text: str) -> Parts:
    """Return length and parts: 70 characters of Chinese in one, 67 in each of several.

    Without any Chinese 160 and 153 (3GPP TS 23.038); a character outside the BMP counts twice.
    """
    if all(c in _GSM or c in _GSM_TWICE for c in text):
        length, one, each = sum(2 if c in _GSM_TWICE else 1 for c in text), 160, 153
    else:
        length, one, each = len(text.encode("utf-16-le")) // 2, 70, 67
    return Parts(length, 0 if not length else 1 if length <= one else -(-length // each))
