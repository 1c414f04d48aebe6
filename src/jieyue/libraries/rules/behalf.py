"""Why somebody does something for a reader who is not there, or without their card (代借)."""

from enum import StrEnum
from typing import Final

MAX_REASON: Final = 120


class Behalf(StrEnum):
    """What the journal keeps; staff's own words stand there as well. Never rename one."""

    BY_NAME = "by_name"  # found by name, nothing more was said
    FORGOT_CARD = "forgot_card"
    PHONED = "phoned"
    CLASSMATE = "classmate"  # somebody else fetches it for them
    CLASS = "class"  # lent in class, by tapping the name
    GUARDIAN = "guardian"  # a reader with a link, of this kind
    TEACHER = "teacher"
    HELPER = "helper"


QUICK: Final = (Behalf.FORGOT_CARD, Behalf.PHONED, Behalf.CLASSMATE)


def read_behalf(text: str) -> str:
    """Return what was chosen or said, tidied and cut to what is kept; empty for nothing."""
    words = "".join(c for c in " ".join(text.split()) if c.isprintable())
    return words[:MAX_REASON]
