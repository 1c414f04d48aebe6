"""Reading what the settings pages show. Each function says how many statements it takes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, time

from jieyue.libraries.models import (
    Branch,
    Library,
    OpeningHours,
    Role,
    SpecialDays,
    Staff,
    StaffBranch,
)
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryDetails:
    """What the library says of itself."""

    name: str
    kind: str
    contact_name: str
    contact_phone: str
    address: str
    time_zone: str
    lock_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchDetails:
    """A branch with its week: (weekday, opens, closes), 0 is Monday, local times."""

    code: str
    name: str
    address: str
    phone: str
    is_open: bool
    hours: tuple[tuple[int, time, time], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysView:
    """Days that differ from the week; `branch` is a code, empty for the whole library."""

    name: str
    starts_on: date
    ends_on: date
    is_closed: bool
    is_sudden: bool  # a closure that came up: undone, not removed
    branch: str
    branch_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """A role and how many active colleagues have it."""

    code: str
    name: str
    permissions: frozenset[Permission]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueView:
    """Somebody who works here. `branches` are codes, None means every branch."""

    id: int
    login: str
    name: str
    role_code: str
    role_name: str
    permissions: frozenset[Permission]
    branches: tuple[str, ...] | None
    branch_names: tuple[str, ...]
    is_active: bool
    has_pin: bool


def library_details(library_id: int) -> LibraryDetails:
    """Return the library in scope. One statement."""
    row = Library.objects.get(pk=library_id)
    return LibraryDetails(
        name=row.name,
        kind=row.kind,
        contact_name=row.contact_name,
        contact_phone=row.contact_phone,
        address=row.address,
        time_zone=row.time_zone,
        lock_minutes=row.lock_minutes,
    )


def branches_in_detail() -> list[BranchDetails]:
    """Return every branch, open ones first, oldest first. Two statements."""
    hours: dict[int, list[tuple[int, time, time]]] = defaultdict(list)
    rows = OpeningHours.objects.order_by("weekday", "opens_at_time")
    for branch_id, weekday, opens, closes in rows.values_list(
        "branch_id", "weekday", "opens_at_time", "closes_at_time"
    ):
        hours[branch_id].append((weekday, opens, closes))
    return [
        BranchDetails(
            code=row.code,
            name=row.name,
            address=row.address,
            phone=row.phone,
            is_open=row.is_open,
            hours=tuple(hours[row.pk]),
        )
        for row in Branch.objects.order_by("-is_open", "id")
    ]


def special_days(*, since: date) -> list[DaysView]:
    """Return the special days that end on `since` or later, next first. One statement."""
    rows = SpecialDays.objects.select_related("branch").filter(ends_on__gte=since)
    return [
        DaysView(
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            is_closed=row.is_closed,
            is_sudden=row.is_sudden,
            branch=row.branch.code if row.branch else "",
            branch_name=row.branch.name if row.branch else "",
        )
        for row in rows.order_by("starts_on", "id")
    ]


def roles() -> list[RoleView]:
    """Return the roles, oldest first. Two statements."""
    people: dict[int, int] = defaultdict(int)
    for role_id in Staff.objects.filter(is_active=True).values_list("role_id", flat=True):
        people[role_id] += 1
    return [
        RoleView(code=row.code, name=row.name, permissions=row.granted(), people=people[row.pk])
        for row in Role.objects.order_by("id")
    ]


def colleagues() -> list[ColleagueView]:
    """Return everybody who works or worked here, active ones first, by seniority. 2 statements."""
    places: dict[int, list[Branch]] = defaultdict(list)
    for link in StaffBranch.objects.select_related("branch").order_by("branch_id"):
        places[link.staff_id].append(link.branch)
    rows = Staff.objects.select_related("role", "account").order_by("-is_active", "id")
    return [_colleague(row, places[row.pk]) for row in rows]


def _colleague(row: Staff, places: list[Branch]) -> ColleagueView:
    return ColleagueView(
        id=row.pk,
        login=row.account.login or "",
        name=row.name,
        role_code=row.role.code,
        role_name=row.role.name,
        permissions=row.role.granted(),
        branches=None if row.all_branches else tuple(place.code for place in places),
        branch_names=tuple(place.name for place in places),
        is_active=row.is_active,
        has_pin=bool(row.pin),
    )
