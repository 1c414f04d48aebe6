"""The picture of a book that a source points to. Asked outside any transaction."""

import logging
from typing import Final

from django.conf import settings

from jieyue.catalog.models import SourceAnswer
from jieyue.catalog.pool import OPEN_PREFIX
from jieyue.catalog.rules.pictures import Picture, picture_of
from jieyue.catalog.sources.base import Failed
from jieyue.catalog.sources.http import Call, Web, fetch
from jieyue.kit.scope import current_library_id

FETCH_SECONDS: Final = 15.0  # in the background

_log = logging.getLogger(__name__)


def cover_address(isbn13: str, *, source: str = "") -> tuple[str, str]:
    """Return where a source says a book's picture is, and the source. One statement.

    `source`: of this one only, if it is not "". Two empty texts if none does. Only what open
    sources and the library's own have answered.
    """
    own = f"own:{current_library_id()}:"
    answers = SourceAnswer.objects.filter(isbn13=isbn13, record__isnull=False).order_by("source")
    for row in answers:
        record = row.record or {}
        address = str(record.get("cover_url", ""))
        if source and str(record.get("source", ""))[: len(source)] != source:
            continue
        if address and row.source.startswith((own, OPEN_PREFIX)):
            return address, str(record.get("source", ""))
    return "", ""


def fetched_picture(address: str) -> Picture | None:
    """Get a picture from the network, guarded as sources are; None if there is none to be had.

    Pictures often lie at another host than the catalogue, so redirects may lead anywhere on the
    public internet.
    """
    web = Web(allow_private=settings.SOURCES_ALLOW_PRIVATE)
    page = fetch(Call(url=address), web=web, seconds=FETCH_SECONDS, may_leave=True)
    if isinstance(page, Failed) or page.status != 200:
        _log.info("no picture: %s", page.kind if isinstance(page, Failed) else page.status)
        return None
    found = picture_of(page.body)
    return found if isinstance(found, Picture) else None
