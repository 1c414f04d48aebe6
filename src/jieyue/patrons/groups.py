"""Reading classes: how many readers each has, who looks after it, and what it is called next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Staff
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Patron, PromotedReader, Promotion, StaffGroup
from jieyue.patrons.promoting import UNDO
from jieyue.patrons.rules.classes import (
    Fate,
    class_key,
    last_grades,
    name_of_leavers,
    next_name,
)

SCHOOL_YEARS = {"primary": 6, "secondary": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """A class, with the readers whose cards are good; `everybody`: with those who have none."""

    name: str
    readers: int
    everybody: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A class with the name proposed for next year. `is_sure`: nobody need look twice."""

    was: str
    now: str
    fate: Fate
    is_sure: bool
    readers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionView:
    """A promotion that was begun, and how far it is. `moved` and `left` count readers."""

    public_id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    leave_on: date
    total: int
    waiting: int
    moved: int
    leaving: int
    left: int
    may_undo: bool


def classes(today: date, *, only: Collection[str] | None = None) -> list[ClassView]:
    """Return the classes that somebody with a good card belongs to, as a school lists them.

    One statement. `only`: those of a colleague.
    """
    found = Patron.objects.exclude(group_name="")
    if only is not None:
        found = found.filter(group_name__in=list(only))
    valid = Q(expires_on=None) | Q(expires_on__gte=today)
    counted = found.values("group_name").annotate(
        readers=Count("id", filter=valid), everybody=Count("id")
    )
    views = [
        ClassView(name=row["group_name"], readers=row["readers"], everybody=row["everybody"])
        for row in counted.order_by().filter(readers__gt=0)
    ]
    return sorted(views, key=lambda view: class_key(view.name))


def proposals(today: date, *, year: int, kind: str, primary_years: int = 6) -> list[Proposal]:
    """Return each class with its name after the summer of `year`. One statement."""
    found = classes(today)
    last = last_grades([view.name for view in found], primary_years=primary_years)
    years = SCHOOL_YEARS.get(kind)
    if kind == "primary":
        years = primary_years
    made = []
    for view in found:
        coming = next_name(view.name, year=year, last=last, school_years=years)
        leaves = coming.fate is Fate.LEAVES
        made.append(
            Proposal(
                was=view.name,
                now=name_of_leavers(view.name, year) if leaves else coming.name,
                fate=coming.fate,
                is_sure=coming.is_sure,
                readers=view.everybody,
            )
        )
    return made


def groups_of_staff(staff_id: int | None) -> frozenset[str] | None:
    """Return the classes a colleague looks after; None: whoever has none sees every class.

    One statement.
    """
    if staff_id is None:
        return None
    found = StaffGroup.objects.filter(staff_id=staff_id).values_list("group_name", flat=True)
    return frozenset(found) or None


def groups_seen(desk: Desk) -> frozenset[str] | None:
    """Return the classes that whoever is at this desk may see; None: every class. One statement.

    Without a right at the ordinary desk it is never more than their own: perhaps none.
    """
    found = groups_of_staff(desk.staff_id)
    return found if found is not None or desk.may(Permission.CHECKOUT) else frozenset()


def groups_by_staff() -> dict[str, tuple[str, ...]]:
    """Return who looks after which classes, by sign-in name. One statement."""
    found = StaffGroup.objects.select_related("staff__account").order_by("id")
    by_login: dict[str, list[str]] = {}
    for row in found:
        by_login.setdefault(row.staff.account.login or "", []).append(row.group_name)
    return {login: tuple(sorted(names, key=class_key)) for login, names in by_login.items()}


def teachers_of(group: str) -> list[int]:
    """Return the colleagues (row ids) who look after a class. One statement."""
    found = StaffGroup.objects.filter(group_name=group, staff__in=Staff.objects.all())
    return list(found.order_by("id").values_list("staff_id", flat=True))


def promotions(now: datetime) -> list[PromotionView]:
    """Return the latest promotions, newest first. Two statements."""
    rows = list(Promotion.objects.order_by("-started_at", "-id")[:10])
    return _views(rows, now)


def promotion(public_id: str, now: datetime) -> PromotionView | None:
    """Return one promotion. Two statements."""
    return next(iter(_views(list(Promotion.objects.filter(public_id=public_id)), now)), None)


def _views(rows: list[Promotion], now: datetime) -> list[PromotionView]:
    states = PromotedReader.State
    counted = PromotedReader.objects.filter(promotion__in=rows).values("promotion_id")
    of = counted.annotate(
        waiting=Count("id", filter=Q(state=states.WAITING)),
        moved=Count("id", filter=Q(state=states.DONE, leaves=False)),
        leaving=Count("id", filter=Q(state=states.DONE, leaves=True)),
        left=Count("id", filter=Q(state__in=(states.LEFT, states.KEPT))),
    ).order_by()
    figures = {row["promotion_id"]: row for row in of}
    none = {"waiting": 0, "moved": 0, "leaving": 0, "left": 0}
    views = []
    for row in rows:
        has = figures.get(row.pk, none)
        in_time = row.ended_at is not None and now - row.ended_at <= UNDO
        views.append(
            PromotionView(
                public_id=row.public_id,
                state=row.state,
                started_at=row.started_at,
                ended_at=row.ended_at,
                leave_on=row.leave_on,
                total=row.total,
                waiting=has["waiting"],
                moved=has["moved"],
                leaving=has["leaving"],
                left=has["left"],
                may_undo=row.state == Promotion.State.DONE and in_time,
            )
        )
    return views
