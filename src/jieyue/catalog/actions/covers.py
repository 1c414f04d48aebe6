"""The picture on a title's page: keep one, take it away."""

from dataclasses import dataclass
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused, refused
from jieyue.catalog.models import Cover, Title
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.pictures import Picture
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverKept:
    """The title has this picture now; `digest` stands in its address."""

    type: Literal["cover_kept"] = "cover_kept"
    title: str  # public id
    name: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRemoved:
    """The title has no picture; also if it had none before."""

    type: Literal["cover_removed"] = "cover_removed"
    title: str
    name: str


@action(needs=Permission.CATALOG_EDIT)
def keep_cover(
    desk: Desk, *, title: str, picture: Picture, source: str = "", is_replacing: bool = True
) -> CoverKept | Refused:
    """Give a title its picture, made by `picture_of` outside any transaction.

    `source` is who gave it, "" for somebody at the desk. Without `is_replacing` a picture that is
    there stays.
    """
    row = lock_one(Title.objects.filter(public_id=title))
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    kept = Cover.objects.filter(title_id=row.pk).values_list("digest", flat=True).first()
    if kept is None or is_replacing:
        Cover.objects.update_or_create(
            library_id=desk.library_id,
            title_id=row.pk,
            defaults={
                "digest": picture.digest,
                "large": picture.large,
                "small": picture.small,
                "source": source[:40],
                "kept_at": desk.now,
            },
        )
        kept = picture.digest
    note(Note(title_id=row.pk))
    return CoverKept(title=title, name=row.name, digest=kept)


@action(needs=Permission.CATALOG_EDIT)
def remove_cover(desk: Desk, *, title: str) -> CoverRemoved | Refused:  # noqa: ARG001
    """Take a title's picture away; the cloth cover stands in for it."""
    row = lock_one(Title.objects.filter(public_id=title))
    if row is None:
        return refused([Fault(FaultCode.TITLE_UNKNOWN, "title", title[:40])])
    Cover.objects.filter(title_id=row.pk).delete()
    note(Note(title_id=row.pk))
    return CoverRemoved(title=title, name=row.name)
