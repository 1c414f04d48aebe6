"""Where a shelf is (架位指引): which described name the shelf of a copy begins with."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from jieyue.catalog.rules.copies import LIMITS as COPY_LIMITS
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.record_values import clean

LIMITS: Final = {"name": COPY_LIMITS["shelf"], "directions": 200, "map_url": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """The way to a room or shelf: in words that a child can follow, as a link to a map, or both."""

    name: str  # as written at the beginning of the shelf: "童书区", "A3"
    directions: str = ""
    map_url: str = ""


def tidied(given: Directions) -> Directions:
    """Return each text as one line."""
    return Directions(
        name=clean(given.name, 1_000),
        directions=clean(given.directions, 1_000),
        map_url=clean(given.map_url, 2_000),
    )


def directions_faults(given: Directions) -> list[Fault]:
    """Return what is wrong with them."""
    faults = [
        Fault(FaultCode.TOO_LONG, name, str(limit))
        for name, limit in LIMITS.items()
        if len(getattr(given, name)) > limit
    ]
    if not shelf_key(given.name):
        faults.append(Fault(FaultCode.SHELF_MISSING, "name"))
    if not given.directions and not given.map_url:
        faults.append(Fault(FaultCode.DIRECTIONS_MISSING, "directions"))
    if given.map_url and not is_link(given.map_url):
        faults.append(Fault(FaultCode.LINK_BAD, "map_url"))
    return faults


def is_link(text: str) -> bool:
    """Whether the text is an address that a page may lead to: https, a host, nobody's password."""
    if not text.startswith("https://") or any(c.isspace() or c in "\"'<>\\^`" for c in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return "." in (parts.hostname or "").strip(".") and "@" not in parts.netloc


def shelf_key(text: str) -> str:
    """Return what a shelf's name is compared by: half width, small letters, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def longest(names: Iterable[str], shelf: str) -> str | None:
    """Return the longest of the names (keys) that the shelf begins with.

    "A3" is the beginning of "A3-2" and "A3 左", not of "A30": no number or word is cut apart.
    """
    key = shelf_key(shelf)
    return max((name for name in names if _begins(name, key)), key=len, default=None)


def _begins(name: str, key: str) -> bool:
    if not name or not key.startswith(name):
        return False
    last, following = name[-1], key[len(name) : len(name) + 1]
    return not (
        (last.isdecimal() and following.isdecimal()) or (_is_letter(last) and _is_letter(following))
    )


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
