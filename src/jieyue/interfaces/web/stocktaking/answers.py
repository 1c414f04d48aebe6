"""What a scan of a stock-take answers: words, a picture and a sound."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from jieyue.circulation.actions.stock_outcomes import (
    CardSeen,
    Counted,
    StockRefused,
    UnknownSeen,
)
from jieyue.circulation.queries.stocktaking import Line
from jieyue.circulation.rules.stocktaking import Finding
from jieyue.interfaces.web.stock_words import finding_name
from jieyue.interfaces.web.words import reason_words

# What one has to do something about at once, or at least must not walk past.
GRAVE: Final = frozenset(
    {Finding.UNKNOWN, Finding.WITHDRAWN, Finding.ON_LOAN, Finding.KEPT, Finding.TRAVELLING}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanAnswer:
    """One scan. `kind` is of the notice and the sound; `scan` is the browser's name for it."""

    scan: str
    kind: str  # done, look, refused
    title: str
    detail: str
    odd: tuple[str, ...] = ()
    help: str = ""
    time: str = ""


def of_scan(result: Counted | UnknownSeen | CardSeen, zone: ZoneInfo) -> ScanAnswer:
    """Return the words of one scan."""
    time = _clock(result.seen_at, zone)
    if isinstance(result, CardSeen):
        return ScanAnswer(
            scan=result.scan,
            kind="refused",
            title=_("This is a reader's card."),
            detail="",
            help=_("It is not counted, and its number is not kept. Give it back to its reader."),
            time=time,
        )
    if isinstance(result, UnknownSeen):
        hint = (
            _("That is an ISBN: scan the library's own label.")
            if result.is_isbn
            else _("Put it aside; it is on the list of books to catalogue.")
        )
        return ScanAnswer(
            scan=result.scan,
            kind="refused",
            title=result.barcode,
            detail="",
            odd=(finding_name(Finding.UNKNOWN),),
            help=hint,
            time=time,
        )
    kind = kind_of(result.findings)
    if kind == "done" and result.is_again:
        kind = "look"
    return ScanAnswer(
        scan=result.scan,
        kind=kind,
        title=result.title,
        detail=" · ".join(filter(None, (result.call_number, result.barcode))),
        odd=tuple(finding_name(finding) for finding in result.findings),
        help=_help(result, zone),
        time=time,
    )


def of_line(line: Line, zone: ZoneInfo) -> ScanAnswer:
    """Return the words of a scan made before, for the page that is opened anew."""
    return ScanAnswer(
        scan="",
        kind=kind_of(line.findings),
        title=line.title or line.barcode,
        detail=" · ".join(filter(None, (line.call_number, line.copy and line.barcode))),
        odd=tuple(finding_name(finding) for finding in line.findings),
        help=line.staff,
        time=_clock(line.seen_at, zone) if line.seen_at else "",
    )


def of_refusal(outcome: StockRefused) -> tuple[str, str]:
    """Return why nothing was counted, and what would help."""
    words = [reason_words(why) for why in outcome.reasons]
    return " ".join(one.text for one in words), " ".join(one.help for one in words)


def kind_of(findings: tuple[Finding, ...]) -> str:
    """Return the kind of notice and sound."""
    if not findings:
        return "done"
    return "refused" if GRAVE & set(findings) else "look"


def _help(result: Counted, zone: ZoneInfo) -> str:
    if result.before:
        return _("It belongs before %(title)s.") % {"title": result.before}
    if not result.findings and result.is_again:
        return _("Counted already at %(time)s.") % {"time": _clock(result.first_seen_at, zone)}
    first = result.findings[0] if result.findings else None
    if first is Finding.WRONG_BRANCH:
        return _("It belongs to %(branch)s.") % {"branch": result.branch}
    if first is Finding.WRONG_SHELF:
        return (
            _("It belongs on shelf %(shelf)s.") % {"shelf": result.shelf}
            if result.shelf
            else _("No shelf is written down for it.")
        )
    if first in (Finding.OUT_OF_SCOPE, None):
        return ""
    return _("Put it aside; it is on the list.")


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"
