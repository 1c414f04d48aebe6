"""What a scan onto a pile answers: the book, or why it cannot be changed together with others."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.circulation.actions.pile_scans import PileSeen
from jieyue.circulation.queries.pile_scans import OnPile
from jieyue.circulation.rules.piles import MAX_PILE
from jieyue.interfaces.web.catalog.words import fault_words
from jieyue.interfaces.web.piles.words import why_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One scan. `kind` is of the notice and the sound; `scan` is the browser's name for it."""

    kind: str  # done, look, refused
    title: str
    detail: str
    scan: str = ""
    copy: str = ""  # public id, of one that lies on the pile
    why: str = ""
    help: str = ""


def of_scans(seen: Iterable[PileSeen], names: Iterable[str]) -> list[Answer]:
    """Return the answers to scans that browsers call so, the last one first."""
    return [of_scan(one, name) for one, name in zip(seen, names, strict=True)][::-1]


def of_scan(seen: PileSeen, name: str = "") -> Answer:
    """Return the words of one scan."""
    if seen.is_card:
        help_text = _("It is no book. Give it back to its reader.")
        title = _("This is a reader's card.")
        return Answer(scan=name, kind="refused", title=title, detail="", help=help_text)
    if seen.why:
        return Answer(
            scan=name,
            kind="refused",
            title=seen.title or seen.barcode,
            detail=seen.barcode if seen.title else "",
            why=_why(seen.why),
            help=_help(seen),
        )
    return Answer(
        scan=name,
        kind="look" if seen.is_again else "done",
        title=seen.title,
        detail=_where(seen),
        copy=seen.copy,
        why=_("It is on the pile already.") if seen.is_again else "",
    )


def of_pile(one: OnPile) -> Answer:
    """Return the words of a copy scanned before, for the page that is opened anew."""
    return Answer(kind="done", title=one.title, detail=_where(one), copy=one.copy)


def _where(one: PileSeen | OnPile) -> str:
    return " · ".join(filter(None, (one.barcode, one.call_number, one.shelf)))


def _why(code: str) -> str:
    if code == FaultCode.PILE_TOO_LARGE:
        return fault_words(Fault(FaultCode.PILE_TOO_LARGE, value=str(MAX_PILE)))
    return why_words(code)


def _help(seen: PileSeen) -> str:
    if seen.is_isbn:
        return _("That is an ISBN: scan the library's own label.")
    if seen.why == FaultCode.COPY_UNKNOWN:
        return _("Put it aside: it has to be catalogued, or has another label.")
    if seen.why == FaultCode.PILE_TOO_LARGE:
        return _("Change these first, then go on scanning.")
    return _("It is not on the pile. Put it aside.")
