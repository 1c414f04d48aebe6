"""Purchase wishes: their states, and when two of them are one."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

MAX_KEY: Final = 200
_NOISE: Final = re.compile(r"[\W_]+")
_ROLES: Final = re.compile(r"(编著|主编|著|编|译|绘|写)$")


class WishState(StrEnum):
    """How far a wish is. Stored: never rename one."""

    WISHED = "wished"
    CONSIDERED = "considered"
    ORDERED = "ordered"
    ARRIVED = "arrived"
    DECLINED = "declined"


OPEN: Final = (WishState.WISHED, WishState.CONSIDERED, WishState.ORDERED)
ENDED: Final = (WishState.ARRIVED, WishState.DECLINED)


def name_key(name: str, authors: str) -> str:
    """Return what two wishes for one book share: its name and its first author, plain.

    《》, spaces, width, capitals and an author's 著 make no other book.
    """
    first = re.split(r"[,，;；/、]", authors, maxsplit=1)[0]
    return f"{_plain(name)}|{_ROLES.sub('', _plain(first))}"[:MAX_KEY]


def wish_key(isbn13: str, name: str, authors: str) -> str:
    """Return the key under which a wish stands once while it is open."""
    return f"isbn:{isbn13}" if isbn13 else f"name:{name_key(name, authors)}"[:MAX_KEY]


def _plain(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())
