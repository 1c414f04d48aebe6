"""Why not, in plain words, and what would help: shared by the desk and the readers' pages."""

from datetime import date
from typing import Final, NamedTuple

from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.web import (
    block_words,
    hold_words,
    lending_words,
    loss_words,
    renewal_words,
    self_service_words,
    stock_words,
    transit_words,
)
from jieyue.interfaces.web.saying import Words

_PARTS: Final = (
    lending_words,
    block_words,
    hold_words,
    loss_words,
    renewal_words,
    self_service_words,
    stock_words,
    transit_words,
)
_WORDS: Final[Words] = {reason: words for part in _PARTS for reason, words in part.WORDS.items()}


class ReasonWords(NamedTuple):
    """A reason and what would help; `help` may be empty."""

    text: str
    help: str


def reason_words(why: Why, *, for_reader: bool = False, today: date | None = None) -> ReasonWords:
    """Return the words of a reason, for staff, or for the reader it is about.

    Days of the year that it is `today` go without it. Total over `Reason`: a test walks them all.
    The language is the active one.
    """
    facts = dict(why.facts) | ({"today": today.isoformat()} if today else {})
    text, for_staff, for_patron = _WORDS[why.code](facts)
    return ReasonWords(text, for_patron if for_reader else for_staff)


def to_reader(why: Why, today: date) -> ReasonWords:
    """Return the words of a reason as the reader is told them today."""
    return reason_words(why, for_reader=True, today=today)


def reason_name(reason: Reason) -> str:
    """Return a reason in a few words, for badges, buttons and the journal."""
    names: dict[Reason, str] = {r: name for part in _PARTS for r, name in part.names().items()}
    return names[reason]
