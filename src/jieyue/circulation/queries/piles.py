"""Piles of copies that are changed together: what would become of each, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from jieyue.catalog.exporting import Choice, copies_chosen
from jieyue.catalog.importing.brought import copies_made_by
from jieyue.catalog.models import Copy
from jieyue.circulation.models import Hold, Loan, PileChange, PileRow, Transit
from jieyue.circulation.models.holds import CAPTURED_STATES
from jieyue.circulation.rules.piles import MAX_PILE, RESTS, UNDO, Facts, PileKind, against
from jieyue.kit.batches import batches
from jieyue.libraries.desk import Desk

COLUMNS: Final = (
    *("branch_id", "shelf", "call_number", "item_type_id", "standing", "source", "supplier"),
    *("price_cents", "note"),
)
"""Of a copy, that a pile may change."""
PAGE: Final = 50
RECENT: Final = 20
_LOT: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A copy of a pile as it is now; `facts` is None for a barcode that is on none."""

    row_id: int
    copy_id: int | None
    title_id: int | None
    barcode: str
    copy: str  # public id
    title: str
    facts: Facts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A copy of a pile for people. `before`, `after`: its columns that change or were changed."""

    barcode: str
    copy: str  # public id, "" if there is none
    title: str
    state: str
    why: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """A pile. `counts`: rows by state; of a draft those that would be done or left out.

    `reasons` are the codes why copies are left out or stayed, with how many, most first.
    """

    public_id: str
    kind: PileKind
    wanted: dict[str, Any]
    came_from: str
    state: str
    total: int
    staff_id: int | None
    created_at: datetime
    ended_at: datetime | None
    may_undo: bool
    may_go_on: int  # copies that were left when it came to rest halfway
    counts: dict[str, int]
    reasons: tuple[tuple[str, int], ...] = ()
    lines: tuple[Line, ...] = ()
    shown: int = 0  # how many lines there are in all


def copies_of_import(run: str) -> list[int]:
    """Return the copies a list brought in that are still here. Two statements and more."""
    return _there(Copy.objects.filter(withdrawn_at=None), "pk", copies_made_by(run))


def copies_of_search(desk: Desk, choice: Choice) -> list[int]:
    """Return the copies of what a search shows, one more than a pile may have at most."""
    found: list[int] = []
    for copy_id in copies_chosen(desk, choice):
        found.append(copy_id)
        if len(found) > MAX_PILE:
            break
    return found


def copies_by_public_id(asked: Iterable[str]) -> list[int]:
    """Return the copies with these public ids, in this order."""
    return _there(Copy.objects.all(), "public_id", list(asked))


def copies_by_barcode(asked: Iterable[str]) -> dict[str, int]:
    """Return the copies with these barcodes."""
    return _found(Copy.objects.all(), "barcode", list(asked))


def with_their_titles(copy_ids: Iterable[int]) -> list[int]:
    """Return all copies of these copies' titles that are not withdrawn, title by title."""
    titles: dict[int, None] = {}
    for lot in batches(list(copy_ids), _LOT):
        found = dict(Copy.objects.filter(pk__in=lot).values_list("pk", "title_id"))
        titles |= dict.fromkeys(found[pk] for pk in lot if pk in found)
    copies = Copy.objects.filter(withdrawn_at=None)
    return [pk for _, pk in sorted(_of_titles(copies, list(titles)))]


def _of_titles(copies: "QuerySet[Copy]", titles: list[int]) -> Iterator[tuple[int, int]]:
    place = {title: n for n, title in enumerate(titles)}
    for lot in batches(titles, _LOT):
        for title, pk in copies.filter(title_id__in=lot).values_list("title_id", "pk"):
            yield place[title], pk


def _there(copies: "QuerySet[Copy]", by: str, asked: list[Any]) -> list[int]:
    found = _found(copies, by, asked)
    return list(dict.fromkeys(found[one] for one in asked if one in found))


def _found(copies: "QuerySet[Copy]", by: str, asked: list[Any]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for lot in batches(asked, _LOT):
        found |= dict(copies.filter(**{f"{by}__in": lot}).values_list(by, "pk"))
    return found


def looked_at(desk: Desk, rows: "QuerySet[PileRow]", *, with_titles: bool = False) -> list[Looked]:
    """Return the copies of some rows as they are now, in order. One statement.

    `with_titles`: a copy is elsewhere, too, if another one of its title is.
    """
    of_copy = {"copy_id": OuterRef("copy_id")}
    loans = Loan.objects.filter(**of_copy, returned_at=None)
    held = Hold.objects.filter(captured_copy_id=OuterRef("copy_id"), state__in=CAPTURED_STATES)
    found = rows.order_by("position").annotate(
        is_on_loan=Exists(loans),
        is_lost_on_loan=Exists(loans.filter(lost_at__isnull=False)),
        is_held=Exists(held),
        is_travelling=Exists(Transit.objects.filter(**of_copy, ended_at=None)),
    )
    names = ["is_on_loan", "is_lost_on_loan", "is_held", "is_travelling"]
    if with_titles and desk.branch_ids is not None:
        others = Copy.objects.filter(title_id=OuterRef("copy__title_id"), withdrawn_at=None)
        found = found.annotate(apart=Exists(others.exclude(branch_id__in=desk.branch_ids)))
        names.append("apart")
    columns = [f"copy__{name}" for name in (*COLUMNS, "title_id", "public_id")]
    titles = ["copy__title__name", "copy__title__clc"]
    return [
        _looked(desk, row)
        for row in found.values("id", "barcode", "copy_id", *columns, *titles, *names)
    ]


def _looked(desk: Desk, row: dict[str, Any]) -> Looked:
    facts = None
    if row["copy_id"] is not None:
        says = {name: row[f"copy__{name}"] for name in COLUMNS}
        facts = Facts(
            says=says | {"clc": row["copy__title__clc"]},
            is_elsewhere=row.get("apart", False) or not desk.works_at(says["branch_id"]),
            is_on_loan=row["is_on_loan"],
            is_lost_on_loan=row["is_lost_on_loan"],
            is_held=row["is_held"],
            is_travelling=row["is_travelling"],
        )
    return Looked(
        row_id=row["id"],
        copy_id=row["copy_id"],
        title_id=row["copy__title_id"],
        barcode=row["barcode"],
        copy=row["copy__public_id"] or "",
        title=row["copy__title__name"] or "",
        facts=facts,
    )


def pile(desk: Desk, public_id: str, *, page: int = 1) -> Pile | None:
    """Return a pile with a page of its rows, those left out first. Four statements at most."""
    row = PileChange.objects.filter(public_id=public_id).first()
    if row is None:
        return None
    if row.state == PileChange.State.DRAFT:
        return _previewed(desk, row, page)
    rows = PileRow.objects.filter(pile=row)
    counts: Counter[str] = Counter()
    whys: Counter[str] = Counter()
    rests = 0
    for state, why, n in rows.values_list("state", "why").annotate(n=Count("pk")):
        counts[state] += n
        whys[why] += n
        rests += n if state == PileRow.State.LEFT and why in RESTS else 0
    whys.pop("", None)
    lines: list[Line] = []
    shown = 0
    order = [*_TROUBLE, "done", "undone", "waiting"]
    first = (page - 1) * PAGE
    for states in ([s for s in order if s in _TROUBLE], [s for s in order if s not in _TROUBLE]):
        many = sum(counts.get(state, 0) for state in states)
        start = max(first - shown, 0)
        if many and len(lines) < PAGE and start < many:
            part = rows.filter(state__in=states).order_by("position").select_related("copy__title")
            lines += [_line(one) for one in part[start : start + PAGE - len(lines)]]
        shown += many
    reasons = tuple(sorted(whys.items(), key=_most_first))
    return _pile(desk, row, counts, rests=rests, reasons=reasons, lines=tuple(lines), shown=shown)


_TROUBLE: Final = ("left", "stayed")


def _previewed(desk: Desk, row: PileChange, page: int) -> Pile:
    kind = PileKind(row.kind)
    found = looked_at(
        desk, PileRow.objects.filter(pile=row), with_titles=kind is PileKind.RECLASSIFY
    )
    judged = [(one, why_not(row, one)) for one in found]
    left = [pair for pair in judged if pair[1]]
    reasons: dict[str, int] = {}
    for _, why in left:
        reasons[why] = reasons.get(why, 0) + 1
    ordered = left + [pair for pair in judged if not pair[1]]
    lines = [
        Line(
            barcode=one.barcode,
            copy=one.copy,
            title=one.title,
            state="left" if why else "waiting",
            why=why,
            before={name: one.facts.says[name] for name in row.wanted} if one.facts else {},
            after=row.wanted if one.facts and not why else {},
        )
        for one, why in ordered[(page - 1) * PAGE : page * PAGE]
    ]
    by_number = sorted(reasons.items(), key=_most_first)
    counts = {"waiting": len(judged) - len(left), "left": len(left)}
    return _pile(desk, row, counts, reasons=tuple(by_number), lines=tuple(lines), shown=len(judged))


def why_not(row: PileChange, one: Looked) -> str:
    """Return the code of what stands against changing a copy now, "" for nothing."""
    if one.facts is None:
        return "copy_unknown"
    code = against(row.wanted, one.facts)
    if code == "nothing_changes" and row.kind == PileKind.RECLASSIFY:
        return ""  # its number is made anew
    return code.value if code else ""


def recent_piles(desk: Desk) -> list[Pile]:
    """Return the piles of late that were begun, newest first. Two statements."""
    rows = list(
        PileChange.objects.exclude(state=PileChange.State.DRAFT).order_by("-created_at", "-pk")[
            :RECENT
        ]
    )
    counts: dict[int, dict[str, int]] = {row.pk: {} for row in rows}
    of_them = PileRow.objects.filter(pile_id__in=counts).values_list("pile_id", "state")
    for pile_id, state, n in of_them.annotate(n=Count("pk")):
        counts[pile_id][state] = n
    return [_pile(desk, row, counts[row.pk]) for row in rows]


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _pile(
    desk: Desk, row: PileChange, counts: dict[str, int], *, rests: int = 0, **more: Any
) -> Pile:
    is_done = row.state == PileChange.State.DONE
    is_late = row.ended_at is None or desk.now - row.ended_at > UNDO
    return Pile(
        public_id=row.public_id,
        kind=PileKind(row.kind),
        wanted=row.wanted,
        came_from=row.came_from,
        state=row.state,
        total=row.total,
        staff_id=row.staff_id,
        created_at=row.created_at,
        ended_at=row.ended_at,
        may_undo=is_done and not is_late and bool(counts.get("done")),
        may_go_on=rests if is_done and not is_late else 0,
        counts=dict(counts),
        **more,
    )


def _line(row: PileRow) -> Line:
    return Line(
        barcode=row.barcode,
        copy=row.copy.public_id if row.copy else "",
        title=row.copy.title.name if row.copy else "",
        state=row.state,
        why=row.why,
        before=row.before,
        after=row.after,
    )
