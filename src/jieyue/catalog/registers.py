"""The registers inspectors ask for, from the copies themselves, so that they cannot disagree.

总括登记账: what arrived and what left, day by day, and what there is. 个别登记账: every copy there
ever was, by accession number. A copy's price is the one paid, else the printed one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Length, Substr, TruncDate

from jieyue.catalog.models import Copy
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.calendars import days_between

BATCH: Final = 2_000
_PRICE: Final = Coalesce("price_cents", "title__price_cents")
_SUMS: Final = {
    "titles": Count("title_id", distinct=True),
    "copies": Count("pk"),
    "cents": Coalesce(Sum(_PRICE), 0),
    "unpriced": Count("pk", filter=Q(price_cents=None, title__price_cents=None)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Local days, both included, and a branch by its code; "" is every branch one works at."""

    first: date
    last: date
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Different titles, copies, and what those cost whose price is known. Money in fen."""

    titles: int = 0
    copies: int = 0
    cents: int = 0
    unpriced: int = 0  # copies


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """What arrived in one day from one place, or left in one day for one reason."""

    day: date
    is_arrival: bool
    source: str  # of what arrived; the reason of what left
    supplier: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """What there is of a class at the end; `letter` is "" for copies without one."""

    letter: str
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """总括登记账 of a period: what there was, line by line what changed, what there is."""

    opening: Sums
    lines: tuple[RegisterLine, ...]
    arrived: Sums
    left: Sums
    closing: Sums
    classes: tuple[ClassLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessionLine:
    """A line of 个别登记账: one copy. `reason` says why it left."""

    accession_number: str
    added_on: date
    barcode: str
    title: str
    authors: str
    publisher: str
    year: int | None
    price_cents: int | None
    source: str
    supplier: str
    call_number: str
    branch: str
    withdrawn_on: date | None
    reason: str


def summary(desk: Desk, period: Period) -> Summary:
    """Return the summary register. Seven statements."""
    start, end = days_between(period.first, period.last, desk.zone)
    copies = _copies(desk, period.branch)
    arrived = copies.filter(added_at__gte=start, added_at__lt=end)
    left = copies.filter(withdrawn_at__gte=start, withdrawn_at__lt=end)
    lines = [*_arrivals(desk, arrived), *_departures(desk, left)]
    lines.sort(key=lambda line: (line.day, not line.is_arrival))
    there = _there(copies, end)
    classes = there.annotate(letter=Substr("title__clc", 1, 1)).order_by()
    return Summary(
        opening=_sums(_there(copies, start).aggregate(**_SUMS)),
        lines=tuple(lines),
        arrived=_sums(arrived.aggregate(**_SUMS)),
        left=_sums(left.aggregate(**_SUMS)),
        closing=_sums(there.aggregate(**_SUMS)),
        classes=tuple(
            ClassLine(letter=row["letter"], sums=_sums(row))
            for row in classes.values("letter").annotate(**_SUMS).order_by("letter")
        ),
    )


def accessions(
    desk: Desk, period: Period, *, limit: int, offset: int = 0
) -> tuple[list[AccessionLine], int]:
    """Return a part of the accession register, and how many lines it has. Two statements."""
    found = _accessions(desk, period)
    rows = _ordered(found).values(*_FIELDS)[offset : offset + limit]
    return [_line(desk, row) for row in rows], found.count()


def all_accessions(desk: Desk, period: Period) -> Iterator[AccessionLine]:
    """Yield every line, reading some thousand at a time."""
    keys = list(_ordered(_accessions(desk, period)).values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        rows = {row["pk"]: row for row in Copy.objects.filter(pk__in=part).values("pk", *_FIELDS)}
        yield from (_line(desk, rows[pk]) for pk in part if pk in rows)


def first_day(desk: Desk) -> date | None:
    """Return the day the first copy came in, None before there is one. One statement."""
    found = Copy.objects.order_by("added_at").values_list("added_at", flat=True).first()
    return found.astimezone(desk.zone).date() if found else None


_FIELDS: Final = (
    *("accession_number", "added_at", "barcode", "title__name", "title__volume"),
    *("title__authors", "title__publisher", "title__year", "price_cents", "title__price_cents"),
    *("source", "supplier", "call_number", "branch__name", "withdrawn_at", "note"),
)


def _line(desk: Desk, row: dict[str, Any]) -> AccessionLine:
    withdrawn_at: datetime | None = row["withdrawn_at"]
    name, volume = row["title__name"], row["title__volume"]
    paid, printed = row["price_cents"], row["title__price_cents"]
    return AccessionLine(
        accession_number=row["accession_number"],
        added_on=row["added_at"].astimezone(desk.zone).date(),
        barcode=row["barcode"],
        title=f"{name} {volume}" if volume else name,
        authors=row["title__authors"],
        publisher=row["title__publisher"],
        year=row["title__year"],
        price_cents=printed if paid is None else paid,
        source=row["source"],
        supplier=row["supplier"],
        call_number=row["call_number"],
        branch=row["branch__name"],
        withdrawn_on=withdrawn_at.astimezone(desk.zone).date() if withdrawn_at else None,
        reason=row["note"] if withdrawn_at else "",
    )


def _copies(desk: Desk, branch: str) -> "QuerySet[Copy]":
    found = Copy.objects.all()
    if desk.branch_ids is not None:
        found = found.filter(branch_id__in=desk.branch_ids)
    return found.filter(branch__code=branch) if branch else found


def _accessions(desk: Desk, period: Period) -> "QuerySet[Copy]":
    start, end = days_between(period.first, period.last, desk.zone)
    return _copies(desk, period.branch).filter(added_at__gte=start, added_at__lt=end)


def _ordered(found: "QuerySet[Copy]") -> "QuerySet[Copy]":
    """By accession number, 99 before 100; copies without one last, as they came in."""
    has_none = Case(When(accession_number="", then=Value(1)), default=Value(0))
    return found.order_by(
        has_none,
        Length("accession_number"),
        "accession_number",
        "added_at",
        "id",
    )


def _there(copies: "QuerySet[Copy]", at: datetime) -> "QuerySet[Copy]":
    return copies.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gte=at), added_at__lt=at)


def _arrivals(desk: Desk, copies: "QuerySet[Copy]") -> Iterator[RegisterLine]:
    day = TruncDate("added_at", tzinfo=desk.zone)
    by = ("day", "source", "supplier")
    for row in copies.annotate(day=day).order_by().values(*by).annotate(**_SUMS).order_by(*by):
        yield RegisterLine(
            day=row["day"],
            is_arrival=True,
            source=row["source"],
            supplier=row["supplier"],
            sums=_sums(row),
        )


def _departures(desk: Desk, copies: "QuerySet[Copy]") -> Iterator[RegisterLine]:
    day = TruncDate("withdrawn_at", tzinfo=desk.zone)
    rows = copies.annotate(day=day, reason=F("note")).order_by().values("day", "reason")
    for row in rows.annotate(**_SUMS).order_by("day", "reason"):
        yield RegisterLine(
            day=row["day"],
            is_arrival=False,
            source=row["reason"],
            supplier="",
            sums=_sums(row),
        )


def _sums(row: Mapping[str, Any]) -> Sums:
    return Sums(**{name: row[name] for name in Sums.__slots__})
