"""Dates of birth as they are kept (`2015-04-30`), and the age that follows."""

from datetime import date
from typing import Final

OLDEST: Final = 120  # years


def read_date(text: str) -> date | None:
    """Return the day of `2015-04-30`; None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def age_on(born_on: date, today: date) -> int:
    """Return the years somebody has lived: one more on the birthday, 29 February's on 1 March."""
    had_birthday = (today.month, today.day) >= (born_on.month, born_on.day)
    return today.year - born_on.year - (0 if had_birthday else 1)


def is_birth_date(text: str, today: date) -> bool:
    """Say whether somebody can have been born that day: not to come, nor too long ago."""
    born_on = read_date(text)
    return born_on is not None and born_on <= today and age_on(born_on, today) <= OLDEST
