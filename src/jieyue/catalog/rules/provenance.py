"""Who says what of a book: a title has a source, and each field that is not from it its own.

A source is a name: of an online source, of a list's file, "curated", or "" for a person here.
"""

from collections.abc import Collection, Mapping
from typing import Final

from jieyue.catalog.rules.descriptions import FIELDS, Description

_NOBODYS: Final = frozenset({"isbn13", "unified_number"})
"""A book's numbers are what it was looked up by, not what anybody says of it."""


def said_by(kept: Mapping[str, str], changed: Collection[str], who: str) -> dict[str, str]:
    """Return who says what, after `who` wrote the `changed` fields; as many as are not `kept`."""
    return {**kept, **{name: who for name in changed if name not in _NOBODYS}}


def handed_on(kept: Mapping[str, str], book: Description, *, old: str, new: str) -> dict[str, str]:
    """Return who says what, when a title whose source was `old` gets the source `new`.

    What the book said before stays the old source's word.
    """
    if old == new:
        return dict(kept)
    there = [name for name in FIELDS if getattr(book, name) not in ("", None)]
    return {**{name: old for name in there if name not in _NOBODYS}, **kept}


def apart(kept: Mapping[str, str], book: Description, source: str) -> dict[str, list[str]]:
    """Return the fields that somebody else than `source` filled in, by who did."""
    found: dict[str, list[str]] = {}
    for name in FIELDS:
        who = kept.get(name, source)
        if who != source and getattr(book, name) not in ("", None):
            found.setdefault(who, []).append(name)
    return found
