"""Reading in the library: the button for what may not be taken away, and what is said then."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.circulation.actions.checkout import Lent, NotLent
from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.desk.answers import Answer, Button, Line
from jieyue.libraries.desk import Desk

# What stands only against taking it away.
LIFTED: Final = frozenset(
    {Reason.COPY_REFERENCE, Reason.ITEM_TYPE_NOT_ALLOWED, Reason.PATRON_AT_LOAN_LIMIT}
)


def with_reading_here(
    desk: Desk, answer: Answer, result: Lent | NotLent, *, on_site: bool
) -> Answer:
    """Offer to read it here if only taking it away is refused; say until when, if it is lent so."""
    if isinstance(result, Lent):
        return _until(answer, result.due_at.astimezone(desk.zone)) if on_site else answer
    if on_site or not LIFTED.issuperset(why.code for why in result.reasons):
        return answer
    button = Button(
        label=_("To read here"),
        url=reverse("desk:loans", args=[desk.slug]),
        fields=(("barcode", result.copy_barcode), ("on_site", "1")),
        icon="book-open",
        style="primary",
    )
    return replace(answer, buttons=(button, *answer.buttons))


def _until(answer: Answer, due: datetime) -> Answer:
    text = _("To be given back by %(time)s.") % {"time": f"{due:%H:%M}"}
    line = Line(icon="clock", text=text)
    return replace(answer, headline=_("To read here"), lines=(line, *answer.lines))
