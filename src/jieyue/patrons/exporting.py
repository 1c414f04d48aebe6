"""The readers, or some of them, as a table whose headings our import knows.

Only what the import reads is written; read back, it is the same readers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import IO, Final, Literal, Protocol

from jieyue.audit.journal import Note, note
from jieyue.kit.tables.writing import csv_lines, write_workbook
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Card, Patron
from jieyue.patrons.queries import categories
from jieyue.patrons.rules.importing.values import status_of

BATCH: Final = 500
HEADINGS: Final = {
    "zh": (
        *("姓名", "学号", "借书证号", "班级", "手机号", "电子邮箱", "读者类型", "分馆"),
        *("有效期至", "办证日期", "读者状态", "备注"),
    ),
    "en": (
        *("Name", "Student number", "Card number", "Class", "Phone", "Email", "Card type"),
        *("Branch", "Valid until", "Joined on", "Status", "Note"),
    ),
}
_NEVER: Final = {"zh": "长期", "en": "permanent"}
_STATUS: Final = {
    "active": {"zh": "正常", "en": "active"},
    "lost": {"zh": "挂失", "en": "lost"},
    "frozen": {"zh": "停用", "en": "suspended"},
}


class ReadersFormat(StrEnum):
    """What kind of file. Public API: never rename one."""

    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersChoice:
    """Which readers: those that match everything that is given; nothing: all of them."""

    branch: str = ""  # code
    category: str = ""  # code
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadersExported:
    """How many readers a file holds."""

    type: Literal["readers_exported"] = "readers_exported"
    readers: int


class _Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


def export_readers(
    desk: Desk,
    file: IO[bytes],
    choice: ReadersChoice,
    *,
    kind: ReadersFormat,
    language: Literal["zh", "en"] = "zh",
) -> ReadersExported:
    """Write readers into the file, inside the library's scope, and that it was done in the journal.

    Whoever works at some branches gets the readers of these. The caller has asked for the right.
    """
    count = 0

    def rows() -> Iterator[tuple[str, ...]]:
        nonlocal count
        yield HEADINGS[language]
        for row in _rows(desk, choice, language):
            count += 1
            yield row

    if kind is ReadersFormat.XLSX:
        write_workbook(file, "读者" if language == "zh" else "Readers", rows())
    else:
        for line in csv_lines(rows()):
            file.write(line.encode())
    return _export_readers(
        replace(desk, key=None), readers=count, kind=kind.value, **asdict(choice)
    )


@action(needs=Permission.PATRON_EDIT)  # who may only look sees no whole phone number
def _export_readers(
    desk: Desk,  # noqa: ARG001 (its library, journal and right)
    *,
    readers: int,
    kind: str,
    branch: str,
    category: str,
    group: str,
) -> ReadersExported:
    chosen = {"branch": branch, "category": category, "group": group}
    said = {name: value for name, value in chosen.items() if value}
    note(Note(data={"readers": readers, "kind": kind} | said))
    return ReadersExported(readers=readers)


def _rows(
    desk: Desk, choice: ReadersChoice, language: Literal["zh", "en"]
) -> Iterator[tuple[str, ...]]:
    types, places = _words(categories(active_only=False)), _words(branches(open_only=False))
    chosen = Patron.objects.order_by("pk")
    if desk.branch_ids is not None:
        chosen = chosen.filter(branch_id__in=desk.branch_ids)
    if choice.branch:
        chosen = chosen.filter(branch__code=choice.branch)
    if choice.category:
        chosen = chosen.filter(category__code=choice.category)
    if choice.group:
        chosen = chosen.filter(group_name=choice.group)
    after = 0
    while lot := list(chosen.filter(pk__gt=after)[:BATCH]):
        after = lot[-1].pk
        current = Card.objects.filter(patron_id__in=[one.pk for one in lot], ended_at=None)
        cards = {card.patron_id: card for card in current}
        for one in lot:
            card = cards.get(one.pk)
            expires = one.expires_on.isoformat() if one.expires_on else _NEVER[language]
            since = card.issued_at if card else one.created_at
            joined = since.astimezone(desk.zone).date().isoformat()
            yield (
                *(one.name, one.student_number, card.barcode if card else "", one.group_name),
                *(one.phone, one.email, types[one.category_id], places[one.branch_id]),
                *(expires, joined, _status(one, card, language), one.note),
            )


def _status(one: Patron, card: Card | None, language: Literal["zh", "en"]) -> str:
    """Return a word the import reads as what is so; why a reader is stopped, if it reads that."""
    if one.frozen_at is not None:
        reads = status_of(one.frozen_reason) == "frozen"
        return one.frozen_reason if reads else _STATUS["frozen"][language]
    return _STATUS["lost" if card and card.lost_at else "active"][language]


def _words(things: Iterable[_Named]) -> dict[int, str]:
    """Return the name of each, or its code where others are called the same."""
    found = list(things)
    named = Counter(one.name for one in found)
    return {one.id: one.name if named[one.name] == 1 else one.code for one in found}
