"""What guardians may see and hear: the library's choice by age, and a careful start.

Below 14 a child's data are in its guardians' hands (个人信息保护法 §31), so they see what the child
reads. From then on reading is the child's own: its guardians see how many books there are and when
they are due, and no titles, unless the child shows them. With 18 a guardian's link ends.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MAX_AGE: Final = 25


class Reminds(StrEnum):
    """Whether guardians get a child's reminders. Stored: never rename one."""

    NEVER = "never"
    NO_PHONE = "no_phone"  # where nothing reaches the child itself
    ALWAYS = "always"  # beside the child, while they are its guardians


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyChoice:
    """A library's choice; the ages are those at which it ends."""

    titles_until_age: int = 14
    guardians_until_age: int = 18
    reminds: Reminds = Reminds.NO_PHONE
    readers_may_ask: bool = True


CAREFUL: Final = FamilyChoice()


def age_on(day: date, born_on: date | None, likely: int | None = None) -> int | None:
    """Return how old somebody is that day; from their class where no birthday is known."""
    if born_on is None:
        return likely
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def still_counts(choice: FamilyChoice, *, kind: str, age: int | None) -> bool:
    """Say whether a link counts at that age: a guardian's ends when the child is grown up."""
    return kind != "guardian" or age is None or age < choice.guardians_until_age


def shows_titles(choice: FamilyChoice, *, kind: str, age: int | None, shares: bool | None) -> bool:
    """Say whether who acts sees what the reader reads, not only how many books and until when.

    Of a child young enough a guardian does; of anybody else only who was shown by the reader.
    """
    if kind == "guardian" and age is not None and age < choice.titles_until_age:
        return True
    return bool(shares)


def reminds_guardian(choice: FamilyChoice, *, age: int | None, is_reached: bool) -> bool:
    """Say whether a guardian gets the reader's reminders."""
    if age is not None and age >= choice.guardians_until_age:
        return False
    if choice.reminds is Reminds.ALWAYS:
        return True
    return choice.reminds is Reminds.NO_PHONE and not is_reached
