"""Opening a library: everything it needs for its first loan, in one transaction.

Stands here because it writes rows of every app below. There is no desk yet, so it is not an
`@action`; it journals itself under the library it makes.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from pypinyin import lazy_pinyin

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import NewSecret
from jieyue.audit.models import Entry
from jieyue.catalog.models import ItemType
from jieyue.circulation.models import LoanPolicy
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.models import Branch, Library, OpeningHours, Role, SpecialDays, Staff
from jieyue.libraries.rules.changes import sign_in_name
from jieyue.libraries.rules.kinds import (
    ITEM_TYPES,
    NOT_LENT,
    ROLES,
    STARTS,
    Start,
    holidays_from,
)
from jieyue.libraries.rules.permissions import HELPER, LIBRARIAN, OWNER
from jieyue.patrons.models import PatronCategory

# Addresses of the installation itself; a library of that name gets another one.
RESERVED: Final = frozenset({"api", "new", "static", "sign-in", "sign-out", "language", "help"})
MAX_SLUG: Final = 32
LIMITS: Final = {"name": 100, "contact_name": 100, "contact_phone": 40, "address": 300}
GRANTS: Final = {"owner": OWNER, "librarian": LIBRARIAN, "helper": HELPER}


class OpeningFault(StrEnum):
    """What stands against opening a library."""

    KIND_UNKNOWN = "kind_unknown"
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    ZONE_UNKNOWN = "zone_unknown"
    LOGIN_BAD = "login_bad"
    LOGIN_TAKEN = "login_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the wizard asks. `login` is new on the installation, unless `account_id` signs in."""

    kind: str
    name: str
    owner_name: str
    login: str
    contact_name: str = ""
    contact_phone: str = ""
    address: str = ""
    time_zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The library at `/<slug>/`, and its owner's account."""

    type: Literal["opened"] = "opened"
    slug: str
    account_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOpened:
    """Nothing was made; each fault names its field."""

    type: Literal["refused"] = "refused"
    faults: tuple[tuple[str, OpeningFault], ...]


def open_library(
    plan: Plan, password: NewSecret, *, now: datetime, slug: str = ""
) -> Opened | NotOpened:
    """Open a library and make its owner, or say everything that stands against it.

    Sending the same form twice opens one library: the second finds the sign-in name taken.
    """
    faults = plan_faults(plan)
    if faults:
        return NotOpened(faults=tuple(faults))
    return in_transaction(lambda: _open(plan, password, now, slug))


def plan_faults(plan: Plan) -> list[tuple[str, OpeningFault]]:
    """Return what can be said against a plan without the database."""
    faults = []
    if plan.kind not in STARTS:
        faults.append(("kind", OpeningFault.KIND_UNKNOWN))
    faults += [
        (name, OpeningFault.TOO_LONG)
        for name, limit in LIMITS.items()
        if len(getattr(plan, name)) > limit
    ]
    faults += [
        (name, OpeningFault.NAME_MISSING)
        for name in ("name", "owner_name")
        if not getattr(plan, name).strip()
    ]
    if len(plan.owner_name) > LIMITS["name"]:
        faults.append(("owner_name", OpeningFault.TOO_LONG))
    if plan.time_zone not in available_timezones():
        faults.append(("time_zone", OpeningFault.ZONE_UNKNOWN))
    if sign_in_name(plan.login) is None:
        faults.append(("login", OpeningFault.LOGIN_BAD))
    return faults


def login_is_taken(login: str) -> bool:
    """Say whether somebody on the installation signs in by this name. One statement."""
    return Account.objects.filter(login=sign_in_name(login) or "").exists()


def _open(plan: Plan, password: NewSecret, now: datetime, slug: str) -> Opened | NotOpened:
    login = sign_in_name(plan.login)
    if Account.objects.filter(login=login).exists():
        return NotOpened(faults=(("login", OpeningFault.LOGIN_TAKEN),))
    library = Library.objects.create(
        slug=free_slug(slug or plan.name),
        name=plan.name.strip(),
        kind=plan.kind,
        time_zone=plan.time_zone,
        contact_name=plan.contact_name.strip(),
        contact_phone=plan.contact_phone.strip(),
        address=plan.address.strip(),
        created_at=now,
    )
    account = Account.objects.create(
        login=login, name=plan.owner_name.strip(), password=password.stored, created_at=now
    )
    with library_scope(library.pk):
        stock(library, STARTS[plan.kind], now=now)
        owner = Staff.objects.create(
            library_id=library.pk,
            account=account,
            role=Role.objects.get(code="owner"),
            name=plan.owner_name.strip(),
            created_at=now,
        )
        Entry.objects.create(
            library_id=library.pk,
            at=now,
            action="open_library",
            outcome="opened",
            door="setup",
            staff_id=owner.pk,
        )
    return Opened(slug=library.slug, account_id=account.pk)


def stock(library: Library, start: Start, *, now: datetime) -> None:
    """Write the first branch, hours, holidays, roles, item types, card types and rules."""
    mine: dict[str, Any] = {"library_id": library.pk}
    branch = Branch.objects.create(
        **mine, code="main", name=start.branch, address=library.address, created_at=now
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(
            **mine, branch=branch, weekday=weekday, opens_at_time=opens, closes_at_time=closes
        )
        for weekdays, opens, closes in start.hours
        for weekday in weekdays
    )
    if start.closed_on_holidays:
        today = now.astimezone(ZoneInfo(library.time_zone)).date()
        SpecialDays.objects.bulk_create(
            SpecialDays(**mine, name=name, starts_on=first, ends_on=last)
            for first, last, name in holidays_from(today)
        )
    Role.objects.bulk_create(
        Role(**mine, code=code, name=name, permissions=sorted(GRANTS[code])) for code, name in ROLES
    )
    for place, (code, name) in enumerate(ITEM_TYPES):
        item_type = ItemType.objects.create(**mine, code=code, name=name, is_default=place == 0)
        if code in NOT_LENT:
            LoanPolicy.objects.create(**mine, item_type=item_type, may_borrow=False)
    _write_rules(mine, start)


def _write_rules(mine: dict[str, Any], start: Start) -> None:
    first = start.cards[0]
    LoanPolicy.objects.create(
        **mine,
        may_borrow=True,
        max_loans=first.max_loans,
        loan_days=first.loan_days,
        max_renewals=first.max_renewals,
        renewal_days=first.loan_days,
        max_holds=first.max_loans,
        max_overdue=start.max_overdue,
        max_owed_cents=0,
        closed_days=LoanPolicy.ClosedDays.NEXT_OPEN,
    )
    for place, card in enumerate(start.cards):
        category = PatronCategory.objects.create(
            **mine,
            code=card.code,
            name=card.name,
            valid_months=card.valid_months,
            is_default=place == 0,
        )
        LoanPolicy.objects.create(
            **mine,
            category=category,
            max_loans=card.max_loans,
            loan_days=card.loan_days,
            max_renewals=card.max_renewals,
            renewal_days=card.loan_days,
        )


def slug_of(text: str) -> str:
    """Return the address made of a name: its pinyin, letters and digits, at most 32 characters."""
    latin = "".join(lazy_pinyin(text[:40])).casefold()
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:MAX_SLUG].strip("-") or "library"


def free_slug(name: str) -> str:
    """Return an address nobody has, made of the name. One statement, more on a clash."""
    wanted = slug = slug_of(name)
    while slug in RESERVED or Library.objects.filter(slug=slug).exists():
        slug = f"{wanted}-{secrets.randbelow(9000) + 1000}"
    return slug
