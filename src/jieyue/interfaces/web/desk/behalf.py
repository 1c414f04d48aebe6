"""Why a reader is served without their card (代借): quick choices, or staff's own words."""

from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.interfaces.web.desk.state import State
from jieyue.libraries.rules.behalf import MAX_REASON, QUICK, Behalf

WORDS: Final[dict[Behalf, Any]] = {
    Behalf.FORGOT_CARD: lazy("Forgot the card"),
    Behalf.PHONED: lazy("Phoned"),
    Behalf.CLASSMATE: lazy("Somebody fetches it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BehalfChoice:
    """A reason to choose: its words, the page's query with it, and whether it is the one."""

    words: str
    query: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BehalfPanel:
    """The reasons for a reader found by name. `own` are staff's words, if they wrote some."""

    choices: tuple[BehalfChoice, ...]
    own: str
    longest: int = MAX_REASON


def behalf_of(state: State) -> BehalfPanel | None:
    """Return the reasons to choose from; None for a reader whose card was scanned."""
    if not state.reader or not state.behalf:
        return None
    choices = tuple(
        BehalfChoice(
            words=str(WORDS[code]),
            query="?" + replace(state, behalf=code.value).query(),
            is_on=state.behalf == code,
        )
        for code in QUICK
    )
    return BehalfPanel(choices=choices, own="" if state.behalf in set(Behalf) else state.behalf)
