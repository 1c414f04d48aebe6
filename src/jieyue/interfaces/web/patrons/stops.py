"""What stops a reader, in words: for staff, and for the reader about themselves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.circulation.queries.stops import Stop
from jieyue.circulation.rules.blocks import ACTS
from jieyue.interfaces.web.words import reason_words

ACT_WORDS: Final[dict[str, Any]] = {
    "borrow": gettext_lazy("Borrowing"),
    "renew": gettext_lazy("Renewing"),
    "hold": gettext_lazy("Reserving"),
}


@dataclass(frozen=True, slots=True)
class StopRow:
    """A reason, what would lift it, and what it stops."""

    text: str
    help: str
    acts: str


def stop_rows(
    stops: Iterable[Stop], *, for_reader: bool = False, today: date | None = None
) -> list[StopRow]:
    """Return what stops a reader in words, gravest first."""
    found = []
    for stop in stops:
        words = reason_words(stop.why, for_reader=for_reader, today=today)
        found.append(StopRow(words.text, words.help, acts_words(stop.acts)))
    return found


def acts_words(acts: Iterable[str]) -> str:
    """Return what is stopped, such as: Borrowing, renewing and reserving."""
    chosen = [act for act in ACTS if act in set(acts)]
    if len(chosen) == len(ACTS):
        return _("Borrowing, renewing and reserving")
    return "、".join(str(ACT_WORDS[act]) for act in chosen)
