"""Texts that a provider approves beforehand: of which kinds, and what goes into their blanks.

Kept in a gateway's settings as channels/sms/templates.py reads them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jieyue.notices.rules.texts import COMMON, blanks_of

LANGUAGES: Final = ("zh-hans", "en")
MAX_BLANKS: Final = 12
# In the order in which a library has them approved: without codes nobody signs in.
KINDS: Final = (
    *("code", "due_soon", "due_today", "overdue", "hold_ready", "hold_expiring", "loan_recalled"),
    *("date_moved", "application_answered", "card_expiring", "hold_passed_on", "pickup_moved"),
    *("fetch_moved", "loan_renewed", "loan_lost", "suspended", "term_end", "term_end_gone"),
    *("link_asked", "receipt", "returned", "renewed", "feedback_answered", "wish_answered"),
    *("activity", "message", "address_changed", "passkey_made"),
)
# Said to an address before anybody is known by it: never by WeChat.
BY_NUMBER: Final = frozenset({"code", "address_changed", "passkey_made"})
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "minutes", "library"),
    "address_changed": ("library",),
    "passkey_made": ("library",),
} | dict.fromkeys(("feedback_answered", "wish_answered", "activity", "message"), COMMON)
_CODE: Final = re.compile(r"[\w-]{1,100}", re.ASCII)
_THEIRS: Final = re.compile(r"[A-Za-z]\w{0,31}", re.ASCII)
_PARTED: Final = re.compile(r"[,，、;；\n]")
_BRACES: Final = re.compile(r"^\$?\{+|\}+$")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a text: `code`, `unknown`, `theirs`, `nameless`, `twice` or `many`."""

    why: str
    what: str = ""


def fillable(kind: str) -> tuple[str, ...]:
    """Return what can go into a kind's blanks; no link: providers refuse them."""
    return tuple(blank for blank in _OWN.get(kind, blanks_of(kind)) if blank != "link")


def is_code(code: str) -> bool:
    """Say whether it looks like a provider's number of a text."""
    return _CODE.fullmatch(code) is not None


def read_blanks(
    written: str, *, kind: str, names: Mapping[str, str], is_named: bool
) -> tuple[list[str], Wrong | None]:
    """Return blanks as they are kept, from `day=due date, title`, and the first thing wrong.

    `names` lead from what people call ours to ours; `is_named`: every blank has a name of theirs.
    """
    known, found = fillable(kind), dict[str, str]()
    parts = [part.strip() for part in _PARTED.split(written) if part.strip()]
    for number, part in enumerate(parts):
        theirs, sign, ours = part.replace("＝", "=").partition("=")
        ours = _bare(ours if sign else theirs)
        name = names.get(ours, ours)
        if name not in known:
            return [], Wrong("unknown", ours or part)
        if is_named and not sign:
            return [], Wrong("nameless", ours)
        theirs = _bare(theirs) if sign else ""
        if sign and not _THEIRS.fullmatch(theirs):
            return [], Wrong("theirs", theirs or part)
        key = theirs or (name if name not in found else f"{name} {number}")
        if theirs and key in found:
            return [], Wrong("twice", theirs)
        found[key] = name if not theirs or theirs == name else f"{theirs}={name}"
    if len(found) > MAX_BLANKS:
        return [], Wrong("many", str(MAX_BLANKS))
    return list(found.values()), None


def written_blanks(
    blanks: Iterable[str], names: Mapping[str, str], *, is_ordered: bool, sep: str
) -> str:
    """Return blanks as `read_blanks` reads them. `is_ordered`: theirs are numbers, not names."""
    words = []
    for blank in blanks:
        theirs, sign, ours = blank.partition("=")
        ours = ours if sign else theirs
        name = names.get(ours, ours)
        words.append(name if is_ordered and not sign else f"{theirs}={name}")
    return sep.join(words)


def is_sound(texts: Mapping[str, Mapping[str, Mapping[str, object]]]) -> bool:
    """Say whether texts may be kept: known kinds and languages, numbers, blanks we can fill."""
    return all(
        kind in KINDS
        and language in LANGUAGES
        and is_code(str(text.get("code", "")))
        and _are_fillable(kind, text.get("blanks"))
        for kind, languages in texts.items()
        for language, text in languages.items()
    )


def _are_fillable(kind: str, blanks: object) -> bool:
    if not isinstance(blanks, list) or len(blanks) > MAX_BLANKS:
        return False
    known = fillable(kind)
    return all((str(blank).partition("=")[2] or str(blank)) in known for blank in blanks)


def _bare(word: str) -> str:
    return _BRACES.sub("", word.strip()).strip()
