"""Opening a demo library: places, hours, cards, terms and staff as its plan says."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jieyue.accounts.passwords import new_secret
from jieyue.interfaces.cli.demo.plans import LibraryPlan
from jieyue.interfaces.cli.demo.sign_ins import PASSWORD
from jieyue.kit.loading import insert
from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.holidays import public_holidays
from jieyue.libraries.rules.permissions import HELPER, LIBRARIAN, OWNER

ROLES = {"owner": ("馆长", OWNER), "librarian": ("馆员", LIBRARIAN), "helper": ("协助", HELPER)}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """An open library and the ids of what it has, by code (staff by role)."""

    plan: LibraryPlan
    library_id: int
    branch_ids: dict[str, int]
    category_ids: dict[str, int]
    item_type_ids: dict[str, int]
    staff_ids: dict[str, int]
    zone: ZoneInfo


def open_house(plan: LibraryPlan, opened_at: datetime, now: datetime, zone: ZoneInfo) -> House:
    """Insert the library with everything that stands before the first book."""
    [library_id] = insert(
        "libraries.Library",
        [
            {
                "slug": plan.slug,
                "name": plan.name,
                "kind": plan.kind,
                "time_zone": zone.key,
                "contact_name": plan.contact,
                "contact_phone": "0000-88001800",
                "address": plan.address,
                "created_at": opened_at,
            }
        ],
    )
    with library_scope(library_id):
        branch_ids = _open_branches(plan, opened_at)
        _close_on_holidays(plan, now.astimezone(zone).date().year)
        category_ids = _keyed("patrons.PatronCategory", plan.categories)
        item_type_ids = _keyed("catalog.ItemType", plan.item_types)
        _set_terms(plan, category_ids, item_type_ids)
        staff_ids = _hire(plan, branch_ids, opened_at)
    return House(
        plan=plan,
        library_id=library_id,
        branch_ids=branch_ids,
        category_ids=category_ids,
        item_type_ids=item_type_ids,
        staff_ids=staff_ids,
        zone=zone,
    )


def _keyed(label: str, rows: tuple[dict[str, Any], ...]) -> dict[str, int]:
    return dict(zip((row["code"] for row in rows), insert(label, rows), strict=True))


def _open_branches(plan: LibraryPlan, opened_at: datetime) -> dict[str, int]:
    ids = insert(
        "libraries.Branch",
        [
            {
                "code": branch.code,
                "name": branch.name,
                "address": branch.address,
                "phone": branch.phone,
                "created_at": opened_at,
            }
            for branch in plan.branches
        ],
    )
    hours = [
        {
            "branch_id": branch_id,
            "weekday": weekday,
            "opens_at_time": branch.opens,
            "closes_at_time": branch.closes,
        }
        for branch, branch_id in zip(plan.branches, ids, strict=True)
        for weekday in branch.weekdays
    ]
    insert("libraries.OpeningHours", hours)
    return dict(zip((branch.code for branch in plan.branches), ids, strict=True))


def _close_on_holidays(plan: LibraryPlan, this_year: int) -> None:
    spans = []
    for year in (this_year - 1, this_year, this_year + 1):
        spans += [
            (span.name, span.starts_on, span.ends_on)
            for span in public_holidays(date(year, 1, 1))
            if span.starts_on.year == year
        ]
        spans += [
            (name, date(year, *first), date(year, *last)) for name, first, last in plan.closures
        ]
    insert(
        "libraries.SpecialDays",
        [{"name": name, "starts_on": first, "ends_on": last} for name, first, last in spans],
    )


def _set_terms(
    plan: LibraryPlan, category_ids: dict[str, int], item_type_ids: dict[str, int]
) -> None:
    rows = []
    for terms in plan.policies:
        row = dict(terms)
        if category := row.pop("category", None):
            row["category_id"] = category_ids[category]
        if item_type := row.pop("item_type", None):
            row["item_type_id"] = item_type_ids[item_type]
        rows.append(row)
    insert("circulation.LoanPolicy", rows)


def _hire(plan: LibraryPlan, branch_ids: dict[str, int], opened_at: datetime) -> dict[str, int]:
    role_ids = insert(
        "libraries.Role",
        [
            {"code": code, "name": name, "permissions": sorted(rights)}
            for code, (name, rights) in ROLES.items()
        ],
    )
    roles = dict(zip(ROLES, role_ids, strict=True))
    password = new_secret(PASSWORD).stored  # one for all: hashing is slow on purpose
    accounts = insert(
        "accounts.Account",
        [
            {
                "login": person.login,
                "name": person.name,
                "password": password,
                "created_at": opened_at,
            }
            for person in plan.staff
        ],
    )
    staff = insert(
        "libraries.Staff",
        [
            {
                "account_id": account_id,
                "role_id": roles[person.role],
                "name": person.name,
                "pin": new_secret(person.pin).stored,
                "all_branches": not person.branches,
                "created_at": opened_at,
            }
            for person, account_id in zip(plan.staff, accounts, strict=True)
        ],
    )
    insert(
        "libraries.StaffBranch",
        [
            {"staff_id": staff_id, "branch_id": branch_ids[code]}
            for person, staff_id in zip(plan.staff, staff, strict=True)
            for code in person.branches
        ],
    )
    return {person.role: key for person, key in zip(plan.staff, staff, strict=True)}
