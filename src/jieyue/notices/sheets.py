"""Class sheets to read: what waits for each class, and what a sheet says as it stands now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef

from jieyue.catalog.models import Title
from jieyue.libraries.desk import Desk
from jieyue.notices.by_hand import MOST, Waiting, looked_up, open_rows
from jieyue.notices.composing import Item
from jieyue.notices.models import ClassSheet, ClassSheetLine, Delivery
from jieyue.notices.rules.kinds import gravity
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.classes import class_key

LATEST: Final = 20  # sheets that are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassWaiting:
    """A class for which something waits: how many readers, how many lines, since when."""

    group: str
    readers: int
    lines: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSummary:
    """A sheet in the list. `made_by` is empty where a program made it."""

    sheet: str  # public id
    group: str
    state: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A line of a sheet. `is_settled`: not so any more, such as a book that came back."""

    item: Item
    is_settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReader:
    """A reader on a sheet, in their own language."""

    patron: str  # public id
    name: str = field(repr=False)
    number: str = field(repr=False)
    language: str
    lines: tuple[SheetLine, ...]

    @property
    def is_settled(self) -> bool:
        """Say whether there is nothing left to tell them."""
        return all(line.is_settled for line in self.lines)

    @property
    def left(self) -> tuple[Item, ...]:
        """What is still to be told."""
        return tuple(line.item for line in self.lines if not line.is_settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetView:
    """A sheet with its readers, as a class lists them."""

    sheet: str
    group: str
    state: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    readers: tuple[SheetReader, ...]


def classes_waiting(desk: Desk, *, only: Collection[str] | None) -> list[ClassWaiting]:
    """Return the classes for which something waits that is still true, in a school's order.

    At most eleven statements. `only`: those of a class teacher.
    """
    found = open_rows("paper")
    if desk.branch_ids is not None:
        found = found.filter(patron__branch_id__in=desk.branch_ids)
    if only is not None:
        found = found.filter(patron__group_name__in=list(only))
    by_class: dict[str, list[Waiting]] = {}
    for one in looked_up(found[:MOST], desk):
        if one.is_wanted and one.patron.group_name:
            by_class.setdefault(one.patron.group_name, []).append(one)
    return [
        ClassWaiting(
            group=group,
            readers=len(readers),
            lines=sum(len(one.items) for one in readers),
            since=min(row.created_at for one in readers for row in one.rows),
        )
        for group, readers in sorted(by_class.items(), key=lambda pair: class_key(pair[0]))
    ]


def latest_sheets(desk: Desk, *, only: Collection[str] | None) -> list[SheetSummary]:
    """Return the latest sheets, those not given out yet first, then the newest. Three statements.

    However old, none is left out that waits to be given out.
    """
    mine = sheets_of(desk, only=only)
    ended = mine.filter(ended_at__isnull=False).order_by("-ended_at", "-made_at", "-id")
    rows = [*mine.filter(ended_at=None).order_by("-made_at", "-id"), *ended[:LATEST]]
    lines = ClassSheetLine.objects.filter(sheet__in=rows)
    readers: dict[int, set[int]] = {}
    for sheet, patron in lines.values_list("sheet_id", "delivery__patron_id"):
        readers.setdefault(sheet, set()).add(patron)
    return [
        SheetSummary(
            sheet=row.public_id,
            group=row.group_name,
            state=row.state,
            made_at=row.made_at,
            made_by=_maker(row),
            ended_at=row.ended_at,
            readers=len(readers.get(row.pk, ())),
        )
        for row in rows
    ]


def sheet_view(desk: Desk, sheet: str, *, only: Collection[str] | None) -> SheetView | None:
    """Return a sheet (public id) with everything on it looked at once more; None: not here.

    At most fifteen statements, and two for each guardian on it.
    """
    row = sheets_of(desk, only=only).filter(public_id=sheet).first()
    if row is None:
        return None
    lines = list(ClassSheetLine.objects.filter(sheet=row).select_related("notice").order_by("id"))
    rows = list(Delivery.objects.filter(pk__in={line.delivery_id for line in lines}).order_by("id"))
    waiting = looked_up(rows, desk, only={line.notice_id for line in lines})
    titles = _titles(lines)
    return SheetView(
        sheet=row.public_id,
        group=row.group_name,
        state=row.state,
        made_at=row.made_at,
        made_by=_maker(row),
        ended_at=row.ended_at,
        readers=tuple(
            _reader(one, [line for line in lines if line.delivery_id in _ids(one.rows)], titles)
            for one in sorted(waiting, key=lambda one: _place(one.patron))
        ),
    )


def _reader(one: Waiting, lines: list[Any], titles: dict[str, str]) -> SheetReader:
    now = dict(zip(one.notices, one.items, strict=True))
    said = [(now.get(line.notice_id) or _as_it_was(line, one, titles), line) for line in lines]
    said.sort(key=lambda pair: (gravity(pair[0].kind), str(pair[0].on), pair[0].title))
    return SheetReader(
        patron=one.patron.public_id,
        name=one.patron.name,
        number=one.patron.student_number,
        language=one.language,
        lines=tuple(
            SheetLine(item=item, is_settled=line.notice_id not in now) for item, line in said
        ),
    )


def _as_it_was(line: Any, one: Waiting, titles: dict[str, str]) -> Item:
    """Return what a line said that is not so any more; of another reader no title."""
    notice = line.notice
    is_own = notice.patron_id == one.patron.pk
    return Item(
        kind=notice.kind,
        because=notice.facts.get("because", ""),
        title=titles.get(notice.facts.get("title", ""), "") if is_own else "",
    )


def _titles(lines: Iterable[Any]) -> dict[str, str]:
    named = {line.notice.facts.get("title", "") for line in lines}
    return dict(Title.objects.filter(public_id__in=named).values_list("public_id", "name"))


def _ids(rows: Iterable[Delivery]) -> set[int]:
    return {row.pk for row in rows}


def _place(patron: Patron) -> tuple[str, str, str]:
    return (patron.student_number, patron.sort_key, patron.name)


def _maker(row: ClassSheet) -> str:
    return str(row.made_by.account.name) if row.made_by is not None else ""


def sheets_of(desk: Desk, *, only: Collection[str] | None) -> Any:
    """Return the sheets whoever is at the desk may see: every reader on them is theirs."""
    found = ClassSheet.objects.select_related("made_by__account")
    if only is not None:
        found = found.filter(group_name__in=list(only))
    if desk.branch_ids is not None:
        found = found.exclude(Exists(lines_elsewhere(desk.branch_ids, sheet=OuterRef("pk"))))
    return found


def lines_elsewhere(branch_ids: frozenset[int], **of: Any) -> Any:
    """Return the lines of a sheet that are about readers of other branches."""
    lines = ClassSheetLine.objects.filter(**of)
    return lines.exclude(delivery__patron__branch_id__in=branch_ids)
