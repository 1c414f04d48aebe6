"""Titles that became one with another: what is kept of them, and where their ids lead."""

from datetime import datetime
from typing import Any

from jieyue.catalog.models import Cover, MergedTitle, Title, TitleRecord


def merged_into(public_id: str) -> str | None:
    """Return the public id of the title that this one became; None if it did not. One statement."""
    found: str | None = (
        MergedTitle.objects.filter(public_id=public_id)
        .values_list("into__public_id", flat=True)
        .first()
    )
    return found


def kept_aside(row: MergedTitle, kept: Title, dropped: Title, *, take_cover: bool) -> None:
    """Give the kept title the other's MARC record and cover if it has none; keep the rest in `row`.

    `take_cover`: the other's cover instead of its own.
    """
    record = TitleRecord.objects.filter(title=dropped).first()
    if record is not None:
        if TitleRecord.objects.filter(title=kept).exists():
            row.record = bytes(record.content)
            row.left["record"] = _rest(record, "format", "source", "kept_at")
        else:
            TitleRecord.objects.filter(pk=record.pk).update(title=kept)
            row.left["record_moved"] = True
    mine = Cover.objects.filter(title=kept).first()
    cover = Cover.objects.filter(title=dropped).first()
    if cover is None:
        return
    if mine is None:
        Cover.objects.filter(pk=cover.pk).update(title=kept)
        row.left["cover_moved"] = True
        return
    aside = mine if take_cover else cover
    row.cover_large, row.cover_small = bytes(aside.large), bytes(aside.small)
    row.left["cover"] = _rest(aside, "digest", "source", "kept_at") | {"is_kepts": take_cover}
    if take_cover:
        mine.delete()
        Cover.objects.filter(pk=cover.pk).update(title=kept)


def put_back(row: MergedTitle, kept: Title, back: Title) -> None:
    """Give the title that is back its MARC record and cover, and the kept one its own."""
    if row.left.get("record_moved"):
        TitleRecord.objects.filter(title=kept).update(title=back)
    elif row.record is not None:
        _made(TitleRecord, back, row.left["record"], content=bytes(row.record))
    if row.left.get("cover_moved"):
        Cover.objects.filter(title=kept).update(title=back)
    elif row.cover_large is not None and row.cover_small is not None:
        values = dict(row.left["cover"])
        owner = back
        if values.pop("is_kepts"):
            Cover.objects.filter(title=kept).update(title=back)
            owner = kept
        _made(Cover, owner, values, large=bytes(row.cover_large), small=bytes(row.cover_small))


def _rest(found: Any, *names: str) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in names}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def _made(model: Any, title: Title, values: dict[str, Any], **more: bytes) -> None:
    kept_at = datetime.fromisoformat(values["kept_at"])
    model.objects.create(
        library_id=title.library_id, title=title, **(values | {"kept_at": kept_at}), **more
    )
