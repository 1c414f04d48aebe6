"""Words of links between readers."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from jieyue.patrons.linking import LinkFault

KINDS: Final[tuple[tuple[str, Any], ...]] = (
    ("guardian", lazy("Parent or guardian")),
    ("teacher", lazy("Teacher")),
    ("helper", lazy("Helper")),
)
ALLOWS: Final[tuple[tuple[str, Any], ...]] = (
    ("may_renew", lazy("renew")),
    ("may_reserve", lazy("reserve")),
    ("may_borrow", lazy("borrow and return")),
    ("may_settle", lazy("see what is owed")),
)
FAULTS: Final[dict[LinkFault, Any]] = {
    LinkFault.LINK_UNKNOWN: lazy("This link is not there any more. Load the page anew."),
    LinkFault.READER_UNKNOWN: lazy(
        "No reader has this number and this name. Look at their card and write both as there."
    ),
    LinkFault.LINK_OF_SELF: lazy("That is the same reader. Enter somebody else's number."),
    LinkFault.LINKED_ALREADY: lazy("There is such a link already; it stands in the list."),
    LinkFault.TOO_MANY_LINKS: lazy("That is more people than one can act for. End a link first."),
    LinkFault.TRIED_TOO_OFTEN: lazy(
        "Tried too often. Wait an hour, or ask at the desk: they make the link for you."
    ),
    LinkFault.STAFF_CONFIRM: lazy(
        "For a child the library confirms who acts for it. Please ask at the desk."
    ),
    LinkFault.NOT_ASKED: lazy("There is nothing to answer: it was answered already."),
    LinkFault.ASKING_OFF: lazy("This library makes such links itself. Please ask at the desk."),
    LinkFault.LAST_DAY_PAST: lazy("The last day is over already. Choose a later one."),
    LinkFault.AGE_IMPOSSIBLE: lazy(
        "Titles cannot be shown for longer than somebody is a guardian. Change one of the ages."
    ),
}


def fault_words(faults: Iterable[LinkFault]) -> str:
    """Say everything that stands against it, and what to do."""
    return " ".join(str(FAULTS[fault]) for fault in faults)
