"""Who knows this ISBN: the installation's pool, then the library's online sources.

Called by a door (or the worker) before the action and outside any transaction: sources are asked
over the network. Whether the library itself has the book is `queries.title_by_isbn`.
"""

import logging
from dataclasses import dataclass, replace
from typing import Final, Literal

from django.conf import settings

from jieyue.catalog.pool import Afresh, AnswerCache, cache_name, pooled, settings_of_sources
from jieyue.catalog.rules.descriptions import Description, description_of
from jieyue.catalog.rules.records import doubts
from jieyue.catalog.sources import chain, registry
from jieyue.catalog.sources.base import BadSettingsError, Source, SourceSettings
from jieyue.catalog.sources.http import Web
from jieyue.libraries.desk import Desk

BUDGET_SECONDS: Final = 4.0
"""As long as a person with a book in hand will wait for all sources together."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What is known of an ISBN. `book` is None if nobody knows it.

    `where` is pool, online or nowhere; `source` is the name of who said so. `doubts` are codes of
    rules/records.py. `failed` names the sources that gave no answer this time.
    """

    isbn13: str
    where: Literal["pool", "online", "nowhere"]
    book: Description | None
    source: str
    doubts: tuple[str, ...]
    cover_url: str
    failed: tuple[str, ...]


def look_up_book(
    desk: Desk, isbn13: str, *, web: Web | None = None, budget_seconds: float = BUDGET_SECONDS
) -> LookedUp:
    """Ask the pool, then the online sources, within the budget. Needs the library's scope.

    Raises:
        ValueError: not a valid ISBN-13.

    """
    known = _from_pool(desk, isbn13)
    return known or _online(desk, isbn13, AnswerCache, web=web, budget_seconds=budget_seconds)


def ask_again(
    desk: Desk, isbn13: str, *, web: Web | None = None, budget_seconds: float = BUDGET_SECONDS
) -> LookedUp:
    """Ask the online sources anew, whatever they have answered before; then the pool.

    Raises:
        ValueError: not a valid ISBN-13.

    """
    found = _online(desk, isbn13, Afresh, web=web, budget_seconds=budget_seconds)
    known = _from_pool(desk, isbn13) if found.book is None else None
    return replace(known, failed=found.failed) if known else found


def source_names() -> list[str]:
    """Return the names of the online sources that would be asked, in order. One statement."""
    return [configured.name for configured in settings_of_sources()]


def _from_pool(desk: Desk, isbn13: str) -> LookedUp | None:
    known = pooled(isbn13)
    if known is None:
        return None
    return LookedUp(
        isbn13=isbn13,
        where="pool",
        book=description_of(known.record, isbn13=isbn13, audience=known.audience),
        source=known.record.source,
        doubts=tuple(doubts(known.record, isbn13, this_year=desk.today.year)),
        cover_url=known.record.cover_url,
        failed=(),
    )


def _online(
    desk: Desk, isbn13: str, cache: type[AnswerCache], *, web: Web | None, budget_seconds: float
) -> LookedUp:
    sources, names = built_sources(desk, web or Web(allow_private=settings.SOURCES_ALLOW_PRIVATE))
    answer = chain.look_up(
        isbn13,
        sources,
        cache=cache(names, now=desk.now),
        budget_seconds=budget_seconds,
        this_year=desk.today.year,
    )
    answered = {"found", "not_found"}
    record = answer.record
    return LookedUp(
        isbn13=isbn13,
        where="online" if record else "nowhere",
        book=description_of(record, isbn13=isbn13) if record else None,
        source=record.source if record else "",
        doubts=tuple(answer.doubts),
        cover_url=record.cover_url if record else "",
        failed=tuple(asked.source for asked in answer.asked if asked.outcome not in answered),
    )


def built_sources(desk: Desk, web: Web) -> tuple[list[Source], dict[str, str]]:
    """Build the library's sources and the names their answers are kept under."""
    built: list[Source] = []
    names: dict[str, str] = {}
    for configured in settings_of_sources():
        source = _built(configured, web)
        if source is not None:
            built.append(source)
            names[source.name] = cache_name(
                configured, identity=source.identity, library_id=desk.library_id
            )
    return built, names


def _built(configured: SourceSettings, web: Web) -> Source | None:
    try:
        return registry.build(configured, web=web)
    except BadSettingsError as error:
        # Saved by another version; the settings page says so when it is opened.
        _log.warning("source %r is left out: %s", configured.name, error.code)
        return None
