"""The installation's shared pool of records, and what online sources answered (no library's own).

Only the curated list and open sources at their own public address are shared between libraries:
a library's own server could say anything, and what it pays for is its own.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jieyue.catalog.models import SourceAnswer, SourceConfig
from jieyue.catalog.rules.records import (
    BookRecord,
    as_plain,
    is_suspicious_title,
    record_from_plain,
    record_of,
)
from jieyue.catalog.sources.base import Found, NotFound, SourceSettings
from jieyue.catalog.sources.registry import KINDS

CURATED: Final = "curated"
BOOKS: Final = Path(__file__).parent / "data" / "books.csv"
OPEN_PREFIX: Final = "open:"
UNKNOWN_FOR: Final = timedelta(days=7)
"""New books reach the sources within days, so "not known" is believed no longer."""
MAX_NAME: Final = 60
LISTED_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)  # when the list was drawn up: the same anywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A record that needs nobody to be asked. `audience` is early, child, teen, adult or ""."""

    record: BookRecord
    audience: str


def pooled(isbn13: str) -> Pooled | None:
    """Return what the pool knows of an ISBN, the curated list first. One statement.

    The first time on an installation it also loads the curated list.
    """
    answers = SourceAnswer.objects.filter(isbn13=isbn13, record__isnull=False)
    found = {row.source: row.record for row in answers}
    if not found and not SourceAnswer.objects.filter(source=CURATED).exists():
        load_curated()
        found = {row.source: row.record for row in answers.all()}
    shared = sorted(name for name in found if name.startswith(OPEN_PREFIX))
    for name in [CURATED, *shared]:
        plain = found.get(name)
        record = _readable(plain) if plain else None
        if plain and record and record.title and not is_suspicious_title(record.title):
            return Pooled(record=record, audience=str(plain.get("audience", "")))
    return None


def original_said(library_id: int, isbn13: str, source: str) -> str:
    """Return the MARC record that this source gave this library for an ISBN, or "". One statement.

    `source` is its name, as a title keeps it.
    """
    mine = (OPEN_PREFIX, f"own:{library_id}:")
    for row in SourceAnswer.objects.filter(isbn13=isbn13, record__isnull=False).order_by("pk"):
        said = row.record or {}
        if row.source.startswith(mine) and str(said.get("source", ""))[: len(source)] == source:
            return str(said.get("original", ""))
    return ""


def load_curated() -> int:
    """Put the project's own list of well-known books into the pool; returns how many.

    Loading it again changes nothing but what a newer list says. One statement a few hundred rows.
    """
    rows = [
        SourceAnswer(source=CURATED, isbn13=isbn13, record=plain, asked_at=LISTED_AT)
        for isbn13, plain in _curated()
    ]
    SourceAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["isbn13", "source"],
        update_fields=["record", "asked_at"],
        batch_size=200,
    )
    return len(rows)


def _curated() -> Iterator[tuple[str, dict[str, Any]]]:
    with BOOKS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            record = record_of(
                {
                    "isbn": row["isbn"],
                    "title": row["title"],
                    "subtitle": row["subtitle"],
                    "authors": row["author"].split(" / "),
                    "publisher": row["publisher"],
                    "published": row["year"],
                    "price": row["price_cents"],
                    "pages": row["pages"],
                    "clc": row["clc"],
                    "summary": row["line"],
                    "language": "zh",
                },
                source=CURATED,
                price_unit="fen",
            )
            yield record.isbn13, as_plain(record) | {"audience": row["audience"]}


def settings_of_sources() -> list[SourceSettings]:
    """Return the online sources the library in scope has switched on, in order. One statement."""
    rows = SourceConfig.objects.filter(is_enabled=True).order_by("position", "id")
    return [
        SourceSettings(
            kind=row.kind,
            name=row.name,
            base_url=row.base_url,
            key=row.secret,
            timeout_seconds=float(row.timeout_seconds),
            params=row.params,
        )
        for row in rows
    ]


def cache_name(settings: SourceSettings, *, identity: str, library_id: int) -> str:
    """Return under which name answers are kept: shared for open sources, else the library's own."""
    kind = KINDS.get(settings.kind)
    own_address = settings.base_url.strip() not in ("", kind.base_url if kind else "")
    is_open = kind and not (own_address or settings.key or kind.needs_key or kind.takes_params)
    name = f"{OPEN_PREFIX}{settings.kind}" if is_open else f"own:{library_id}:{identity}"
    return name[:MAX_NAME]


class AnswerCache:
    """Answers kept in the database: good ones for good, "not known" for a week."""

    def __init__(self, names: dict[str, str], *, now: datetime) -> None:
        """`names` are `cache_name` by source name; `now` is aware."""
        self._names = names
        self._now = now

    def get(self, source: str, isbn13: str) -> Found | NotFound | None:
        """The kept answer, or None. One statement."""
        row = SourceAnswer.objects.filter(source=self._names[source], isbn13=isbn13).first()
        if row is None:
            return None
        if row.record is None:
            return NotFound() if self._now - row.asked_at < UNKNOWN_FOR else None
        record = _readable(row.record)
        return Found(record) if record else None

    def put(self, source: str, isbn13: str, answer: Found | NotFound) -> None:
        """Keep an answer. One statement."""
        record = as_plain(answer.record) if isinstance(answer, Found) else None
        SourceAnswer.objects.update_or_create(
            source=self._names[source],
            isbn13=isbn13,
            defaults={"record": record, "asked_at": self._now},
        )


class Afresh(AnswerCache):
    """Nothing that is kept counts; a good answer takes its place, "not known" of today does not."""

    def get(self, source: str, isbn13: str) -> Found | NotFound | None:
        """None: everybody is asked."""
        return None

    def put(self, source: str, isbn13: str, answer: Found | NotFound) -> None:
        """Keep a good answer. One statement."""
        if isinstance(answer, Found):
            super().put(source, isbn13, answer)


def _readable(plain: dict[str, Any]) -> BookRecord | None:
    try:
        return record_from_plain(plain)
    except (TypeError, ValueError):
        return None  # of another version; it will be asked again
