"""Reading libraries, branches, calendars and who works where."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jieyue.libraries.models import (
    Branch,
    Library,
    OpeningHours,
    Role,
    SpecialDays,
    Staff,
    StaffBranch,
)
from jieyue.libraries.rules.calendars import Calendar, Span
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryView:
    """A library as pages know it."""

    id: int
    slug: str
    name: str
    kind: str
    zone: ZoneInfo
    address: str
    lock_minutes: int
    rules_version: int
    practice_of_slug: str  # empty for a real library


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchView:
    """A branch as pages know it."""

    id: int
    code: str
    name: str
    address: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """Somebody who works at the library in scope."""

    id: int
    account_id: int
    name: str
    role_code: str
    role_name: str
    permissions: frozenset[Permission]
    branch_ids: frozenset[int] | None  # None: every branch
    has_pin: bool


def library_by_slug(slug: str) -> LibraryView | None:
    """Return the library at an address. One statement; needs no scope."""
    row = Library.objects.select_related("practice_of").filter(slug=slug).first()
    if row is None:
        return None
    return LibraryView(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        kind=row.kind,
        zone=ZoneInfo(row.time_zone),
        address=row.address,
        lock_minutes=row.lock_minutes,
        rules_version=row.rules_version,
        practice_of_slug=row.practice_of.slug if row.practice_of else "",
    )


def branches(*, open_only: bool = True) -> list[BranchView]:
    """Return the branches of the library in scope, oldest first. One statement."""
    rows = Branch.objects.order_by("id")
    if open_only:
        rows = rows.filter(is_open=True)
    return [
        BranchView(id=b.pk, code=b.code, name=b.name, address=b.address, is_open=b.is_open)
        for b in rows
    ]


def staff_member(account_id: int) -> StaffView | None:
    """Return the account's active place at the library in scope, if any. Two statements."""
    staff = (
        Staff.objects.select_related("role").filter(account_id=account_id, is_active=True).first()
    )
    if staff is None:
        return None
    return _staff_view(staff)


def staff_by_id(staff_id: int) -> StaffView | None:
    """Return somebody who still works at the library in scope. At most two statements."""
    staff = Staff.objects.select_related("role").filter(pk=staff_id, is_active=True).first()
    return None if staff is None else _staff_view(staff)


def staff_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people who work here or did. One statement, none for nobody."""
    wanted = {pk for pk in ids if pk is not None}
    return dict(Staff.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def _staff_view(staff: Staff) -> StaffView:
    role: Role = staff.role
    branch_ids = None
    if not staff.all_branches:
        branch_ids = frozenset(
            StaffBranch.objects.filter(staff=staff).values_list("branch_id", flat=True)
        )
    return StaffView(
        id=staff.pk,
        account_id=staff.account_id,
        name=staff.name,
        role_code=role.code,
        role_name=role.name,
        permissions=role.granted(),
        branch_ids=branch_ids,
        has_pin=bool(staff.pin),
    )


def calendars_of(branch_ids: list[int]) -> dict[int, Calendar]:
    """Return the calendar of each branch of the library in scope. Two statements."""
    hours: dict[int, list[tuple[int, time, time]]] = defaultdict(list)
    week = OpeningHours.objects.order_by("weekday", "opens_at_time").values_list(
        "branch_id", "weekday", "opens_at_time", "closes_at_time"
    )
    for branch_id, weekday, opens, closes in week:
        hours[branch_id].append((weekday, opens, closes))
    spans: dict[int | None, list[Span]] = defaultdict(list)
    rows = SpecialDays.objects.order_by("starts_on", "id").values_list(
        "branch_id", "starts_on", "ends_on", "name", "is_closed", "is_sudden"
    )
    for branch_id, *span in rows:
        spans[branch_id].append(Span(*span))
    return {
        branch_id: Calendar(
            frozenset(weekday for weekday, _, _ in hours[branch_id]),
            tuple(spans[None] + spans[branch_id]),
            tuple(hours[branch_id]),
        )
        for branch_id in branch_ids
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNow:
    """A branch at a moment. Times are local.

    `until`: open, and closes then; `opens_at`: closed, and opens then. Both are None where no hours
    were set (it is taken as open all day), `opens_at` also if it opens on no day of the next 400.
    """

    branch: BranchView
    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    hours: tuple[tuple[datetime, datetime], ...]  # of the day
    why_closed: str


def open_now(found: list[BranchView], now: datetime, zone: ZoneInfo) -> list[OpenNow]:
    """Return for each branch whether it is open at a moment, and until or from when.

    Two statements.
    """
    calendars = calendars_of([branch.id for branch in found])
    return [_open_now(branch, calendars[branch.id], now, zone) for branch in found]


def _open_now(branch: BranchView, calendar: Calendar, now: datetime, zone: ZoneInfo) -> OpenNow:
    today = now.astimezone(zone).date()
    hours = calendar.openings(today, zone)
    until = next((closes for opens, closes in hours if opens <= now < closes), None)
    is_open = until is not None or (bool(hours) and not calendar.hours)
    opens_at = None if is_open else calendar.next_opening(now + timedelta(seconds=1), zone)
    return OpenNow(
        branch=branch,
        is_open=is_open,
        until=until.astimezone(zone) if until and calendar.hours else None,
        opens_at=opens_at.astimezone(zone) if opens_at else None,
        hours=tuple((a.astimezone(zone), b.astimezone(zone)) for a, b in hours)
        if calendar.hours
        else (),
        why_closed="" if hours else calendar.why_closed(today),
    )


def holidays(since: date, until: date) -> list[Span]:
    """Return days in a row on which the whole library is closed as planned, next first.

    Those that begin no later than `until` and end on `since` or later; one statement.
    """
    rows = SpecialDays.objects.filter(
        branch=None, is_closed=True, is_sudden=False, starts_on__lte=until, ends_on__gte=since
    ).order_by("starts_on", "id")
    found = [Span(row.starts_on, row.ends_on, row.name, is_closed=True) for row in rows[:20]]
    return [one for one in found if one.ends_on > one.starts_on]


def any_library() -> bool:
    """Say whether the installation has a library yet. One statement; needs no scope."""
    return Library.objects.exists()


def all_libraries() -> dict[str, int]:
    """Return the id of every library by its slug, oldest first. One statement; needs no scope."""
    return dict(Library.objects.order_by("id").values_list("slug", "id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """A library, as listed on pages outside any library."""

    slug: str
    name: str
    kind: str


def workplaces_of(account_id: int) -> list[Workplace]:
    """Return the libraries an account works at; practice ones left out. One statement, no scope."""
    rows = Library.objects.filter(
        pk__in=Staff.across_libraries.filter(account_id=account_id, is_active=True).values(
            "library_id"
        ),
        practice_of=None,
    )
    return [Workplace(slug=r.slug, name=r.name, kind=r.kind) for r in rows.order_by("id")]


def some_libraries(*, limit: int = 12) -> list[Workplace]:
    """Return the installation's libraries, oldest first; empty if more than `limit`. One statement.

    A national service lists none: readers come by their library's own address.
    """
    rows = list(Library.objects.filter(practice_of=None).order_by("id")[: limit + 1])
    if len(rows) > limit:
        return []
    return [Workplace(slug=row.slug, name=row.name, kind=row.kind) for row in rows]
