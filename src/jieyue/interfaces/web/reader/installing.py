"""How to put the library on a phone's home screen, with a picture for each step."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.rendering import draw

TOP, BOTTOM = 12, 82  # where the bar of a drawn phone is


@dataclass(frozen=True, slots=True)
class Step:
    """What to press: its sign, where on the phone it is, and whether the bar is at the bottom."""

    icon: str
    x: int
    y: int
    words: str
    bar: int = BOTTOM

    @property
    def left(self) -> int:
        """Where the sign begins."""
        return self.x - 9

    @property
    def top(self) -> int:
        """Where the sign begins."""
        return self.y - 9


@require_GET
def install(request: LibraryRequest) -> HttpResponse:
    """Show the ways for the phones people have."""
    add = _("Choose “Add to Home Screen”, then “Add”.")
    ways = [
        {
            "name": _("iPhone and iPad (Safari)"),
            "steps": [
                Step("share", 36, 88, _("Press the sign for sharing below the page.")),
                Step("square-plus", 36, 60, add),
            ],
        },
        {
            "name": _("Android (Chrome, Edge and others)"),
            "steps": [
                Step("menu", 56, 20, _("Open the browser's menu."), TOP),
                Step("square-plus", 36, 56, add, TOP),
            ],
        },
        {
            "name": _("Inside WeChat"),
            "steps": [
                Step("ellipsis", 56, 20, _("Press the three dots at the top."), TOP),
                Step(
                    "share",
                    36,
                    70,
                    _("Choose “Open in browser”, then go on there as above."),
                    TOP,
                ),
            ],
        },
    ]
    return draw(request, "reader/install.html", {"page_active": "me", "ways": ways})
