"""Keeping the MARC record that a title came with."""

from jieyue.catalog.models import TitleRecord
from jieyue.catalog.pool import CURATED, original_said
from jieyue.catalog.rules.marc.formats import format_of
from jieyue.catalog.rules.marc.keeping import unpacked
from jieyue.libraries.desk import Desk


def keep_original(desk: Desk, title_id: int, *, isbn13: str, source: str) -> None:
    """Keep the record from which an online source described a title that has none yet.

    It is among the answers of the look-up before. Three statements; none for other titles.
    """
    if not isbn13 or source in {"", CURATED, "api"}:
        return
    content = original_said(desk.library_id, isbn13, source).encode()
    record = unpacked(content) if content else None
    if record is None or TitleRecord.objects.filter(title_id=title_id).exists():
        return
    TitleRecord.objects.create(
        library_id=desk.library_id,
        title_id=title_id,
        format=format_of(record).value,
        content=content,
        source=source[:40],
        kept_at=desk.now,
    )
