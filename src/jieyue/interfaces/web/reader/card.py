"""My card, to be shown to a scanner: as QR code and as bars, also without a network."""

from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from jieyue.interfaces.web.access import ReaderRequest, reader_page
from jieyue.interfaces.web.reader.entries import OF_CARD, shown
from jieyue.interfaces.web.rendering import draw
from jieyue.kit.paper.codes import QUIET, modules, qr_rows, runs
from jieyue.patrons.queries import patron_by_id

QR_QUIET: Final = 4  # modules of white around, as the standard asks for
BAR_HEIGHT: Final = 36  # modules; as tall as a third of a usual card is wide


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A code as an SVG path in modules, white around it included."""

    width: int
    height: int
    path: str


def bars(number: str) -> Drawn | None:
    """Return the number as Code 128; None if that cannot hold it."""
    line = modules(number, "code128")
    if line is None:
        return None
    path = "".join(f"M{QUIET + at} 0h{long}v{BAR_HEIGHT}h-{long}z" for at, long in runs(line))
    return Drawn(width=len(line) + 2 * QUIET, height=BAR_HEIGHT, path=path)


def qr(number: str) -> Drawn:
    """Return the number as a QR code."""
    rows = qr_rows(number)
    side = len(rows) + 2 * QR_QUIET
    path = "".join(
        f"M{QR_QUIET + at} {QR_QUIET + y}h{long}v1h-{long}z"
        for y, row in enumerate(rows)
        for at, long in runs(row)
    )
    return Drawn(width=side, height=side, path=path)


@require_GET
@reader_page
def card(request: ReaderRequest) -> HttpResponse:
    """My card; one that was reported lost shows no code, since it borrows nothing. One statement.

    It is kept on the phone (`worker.js`) and so works where there is no network.
    """
    patron = patron_by_id(str(getattr(request.page["reader"], "public_id", "")))
    if patron is None:
        raise Http404("no such reader")
    number = "" if patron.card_is_lost else patron.card
    context = {
        "page_active": "me",
        "patron": patron,
        "number": number,
        "is_expired": patron.expires_on is not None and patron.expires_on < request.desk.today,
        "bars": bars(number) if number else None,
        "qr": qr(number) if number else None,
        "entries": shown(request, OF_CARD),
    }
    return draw(request, "reader/card.html", context)
