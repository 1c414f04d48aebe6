"""What a scan on the page of transits answers, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from jieyue.circulation.actions.checkin import Checkin, UnknownCopy
from jieyue.circulation.actions.transit_outcomes import CopySent, NotSent
from jieyue.circulation.rules.reasons import Why
from jieyue.interfaces.web.goes_words import goes_words, slip_address
from jieyue.interfaces.web.words import reason_words
from jieyue.libraries.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: `kind` is of the notice, `slip` the address of a slip to print."""

    kind: str  # done, look, refused
    text: str
    help: str = ""
    slip: str = ""
    status: int = 200


def of_sending(desk: Desk, outcome: CopySent | NotSent) -> Answer:
    """Answer a copy that was to be sent."""
    if isinstance(outcome, NotSent):
        return of_reasons(outcome.title or outcome.copy_barcode, outcome.reasons)
    words = {"title": outcome.title, "branch": outcome.branch_name}
    return Answer(
        kind="done",
        text=_("%(title)s: into the box for %(branch)s.") % words,
        slip=slip_address(desk, outcome.transit),
    )


def of_receiving(desk: Desk, outcome: Checkin) -> Answer:
    """Answer a copy that was scanned because it came."""
    result = outcome.results[0]
    if isinstance(result, UnknownCopy):
        return unknown()
    came = _("%(title)s has arrived.") if "has_arrived" in result.notes else "%(title)s"
    return Answer(
        kind="done" if "has_arrived" in result.notes and result.goes.to != "branch" else "look",
        text=came % {"title": result.title},
        help=goes_words(result.goes) or _("Put it back on its shelf."),
        slip=slip_address(desk, result.goes.transit),
    )


def of_reasons(subject: str, reasons: tuple[Why, ...]) -> Answer:
    """Answer what was refused, with every reason."""
    words = [reason_words(why) for why in reasons]
    said = " ".join(one.text for one in words)
    return Answer(
        kind="refused",
        text=f"{subject}: {said}" if subject else said,
        help=" ".join(one.help for one in words if one.help),
        status=409,
    )


def unknown() -> Answer:
    """Answer a scan that is no copy of this library."""
    return Answer(
        kind="refused",
        text=_("No copy here has this number."),
        help=_("Scan the label of the book again."),
        status=409,
    )


def sent_before() -> Answer:
    """Answer a form that was sent before with other entries."""
    return Answer(
        kind="refused",
        text=_("This was sent before, with another book."),
        help=_("Scan the book once more."),
        status=422,
    )
