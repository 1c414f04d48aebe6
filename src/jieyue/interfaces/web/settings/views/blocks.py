"""What stops readers: which of borrowing, renewing and reserving each condition stops."""

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from jieyue.circulation.actions.blocks import set_block_rules
from jieyue.circulation.queries.rulebook import block_grid
from jieyue.circulation.rules.blocks import ACTS, ALWAYS, CONDITIONS, stopping
from jieyue.circulation.rules.policies import Act
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.patrons.stops import ACT_WORDS
from jieyue.interfaces.web.settings.answers import press, show, to
from jieyue.libraries.rules.permissions import Permission

CONDITION_WORDS: Final[dict[str, tuple[Any, Any]]] = {
    "card_lost": (
        gettext_lazy("The card was reported lost"),
        gettext_lazy("A lost card never lends: somebody else may have it."),
    ),
    "expired": (gettext_lazy("The card has expired"), ""),
    "lost": (
        gettext_lazy("Lost books that are not settled"),
        gettext_lazy("How many are tolerated is a lending rule."),
    ),
    "overdue_days": (
        gettext_lazy("A book that is late for too long"),
        gettext_lazy("How many days are tolerated is a lending rule."),
    ),
    "overdue": (
        gettext_lazy("Too many overdue books"),
        gettext_lazy("How many are tolerated is a lending rule."),
    ),
    "owed": (
        gettext_lazy("Too much money owed"),
        gettext_lazy("How much is tolerated is a lending rule."),
    ),
    "no_shows": (
        gettext_lazy("Reserved books that were not fetched"),
        gettext_lazy("How many within a year are tolerated is a lending rule."),
    ),
}


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def blocks(request: StaffRequest) -> HttpResponse:
    """GET the grid; POST it whole: `condition` = `act` for every box that is ticked."""
    if request.method == "GET":
        return show(request, "blocks.html", _grid())
    given: dict[str, tuple[Act, ...]] = {
        condition: tuple(act for act in ACTS if act in request.POST.getlist(condition))
        for condition in CONDITIONS
    }

    def again(trouble: str, status: int) -> HttpResponse:
        return show(request, "blocks.html", _grid() | {"trouble": trouble}, status=status)

    return press(
        request,
        lambda: set_block_rules(request.desk, grid=given),
        again,
        text=_("Saved. It counts from now on."),
        address=to(request, "blocks"),
    )


def _grid() -> dict[str, Any]:
    grid = block_grid()
    rows = []
    for condition in CONDITIONS:
        text, hint = CONDITION_WORDS[condition]
        boxes = [
            {
                "act": act,
                "words": ACT_WORDS[act],
                "is_on": act in stopping(grid, condition),
                "is_fixed": act in ALWAYS.get(condition, ()),
            }
            for act in ACTS
        ]
        rows.append({"condition": condition, "text": text, "hint": hint, "boxes": boxes})
    return {"rows": rows, "acts": [ACT_WORDS[act] for act in ACTS]}
