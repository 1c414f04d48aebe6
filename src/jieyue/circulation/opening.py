"""Opening a library: everything its first loan needs, in one transaction.

There is no desk yet, so this is not an `@action`, but it keeps an action's promises: one durable
transaction, a frozen outcome of plain values, a repeat by the same key, a row of the journal.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import NewSecret
from jieyue.audit import journal
from jieyue.catalog.models import ItemType
from jieyue.circulation.models import LoanPolicy
from jieyue.kit import sql
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Door
from jieyue.libraries.models import (
    Branch,
    IdempotencyKey,
    Library,
    OpeningHours,
    Role,
    SpecialDays,
    Staff,
)
from jieyue.libraries.rules.changes import sign_in_name
from jieyue.libraries.rules.holidays import public_holidays
from jieyue.libraries.rules.kinds import STARTS, KindStart
from jieyue.libraries.rules.permissions import HELPER, LIBRARIAN, OWNER
from jieyue.libraries.rules.slugs import is_reserved, is_slug, numbered, slug_of
from jieyue.patrons.models import PatronCategory

CALLER: Final = "setup"
MAX_REPEATS_SEEN: Final = 20  # libraries of the same name that are asked for a key
LIMITS: Final = {
    "name": 100, "contact_name": 100, "contact_phone": 40, "address": 300, "owner_name": 100,
}  # fmt: skip


class OpeningFault(StrEnum):
    """What is wrong with a field; a door has the words."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    KIND_UNKNOWN = "kind_unknown"
    ZONE_UNKNOWN = "zone_unknown"
    SLUG_BAD = "slug_bad"
    SLUG_RESERVED = "slug_reserved"
    SLUG_TAKEN = "slug_taken"
    LOGIN_BAD = "login_bad"
    LOGIN_TAKEN = "login_taken"
    ACCOUNT_UNKNOWN = "account_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLibrary:
    """What is asked about a library. An empty `slug` is made of the name."""

    kind: str
    name: str
    slug: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    address: str = ""
    time_zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOwner:
    """A login made for the first owner; the password's rules are checked where it is typed."""

    name: str
    login: str
    password: NewSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryOpened:
    """The library lends from now on at `/<slug>/`."""

    type: Literal["library_opened"] = "library_opened"
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRefused:
    """Nothing was made. Every reason, as (field of NewLibrary or `owner_…`, fault)."""

    type: Literal["refused"] = "refused"
    reasons: tuple[tuple[str, OpeningFault], ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was asked for, cleaned; `owner` is a new login or the id of an account."""

    library: NewLibrary
    owner: NewOwner | int
    now: datetime
    key: str
    door: Door

    def fingerprint(self) -> str:
        who = self.owner if isinstance(self.owner, int) else (self.owner.login, self.owner.name)
        return hashlib.sha256(repr((self.library, who)).encode()).hexdigest()


def open_library(
    *,
    library: NewLibrary,
    owner: NewOwner | int,
    now: datetime,
    key: str = "",
    door: Door = Door.SETUP,
) -> LibraryOpened | OpeningRefused:
    """Make a library with branch, hours, holidays, roles, card and item types, rules and owner.

    `owner` is a new login, or the id of an account that signed in. The same `key` with the same
    input (the password apart) gets the first answer again and makes no second library.
    """
    library = replace(
        library,
        **{field: getattr(library, field).strip() for field in ("name", "slug", *_FREE)},
    )
    facts = _Facts(library, owner, now, key[:100], door)
    faults = _input_faults(library, owner)
    if faults:
        return OpeningRefused(reasons=tuple(faults))
    return in_transaction(lambda: _open(facts))


_FREE: Final = ("contact_name", "contact_phone", "address")


def _input_faults(library: NewLibrary, owner: NewOwner | int) -> list[tuple[str, OpeningFault]]:
    faults = []
    if library.kind not in STARTS:
        faults.append(("kind", OpeningFault.KIND_UNKNOWN))
    texts = {field: getattr(library, field) for field in ("name", *_FREE)}
    if not isinstance(owner, int):
        texts["owner_name"] = owner.name.strip()
    for field, text in texts.items():
        if len(text) > LIMITS[field]:
            faults.append((field, OpeningFault.TOO_LONG))
        elif not text and field not in _FREE:
            faults.append((field, OpeningFault.MISSING))
    if library.slug and (fault := slug_fault(library.slug)):
        faults.append(("slug", fault))
    if library.time_zone not in available_timezones():
        faults.append(("time_zone", OpeningFault.ZONE_UNKNOWN))
    if not isinstance(owner, int) and sign_in_name(owner.login) is None:
        faults.append(("owner_login", OpeningFault.LOGIN_BAD))
    return faults


def slug_fault(slug: str) -> OpeningFault | None:
    """Say what is wrong with an address as such; whether it is taken the database knows."""
    if not is_slug(slug):
        return OpeningFault.SLUG_BAD
    return OpeningFault.SLUG_RESERVED if is_reserved(slug) else None


def free_slug(name: str) -> str:
    """Return an address made of the name that no library has now. One statement."""
    wanted = slug_of(name)
    taken = set(Library.objects.filter(slug__startswith=wanted[:20]).values_list("slug", flat=True))
    number = 2
    slug = wanted
    while slug in taken:
        slug, number = numbered(wanted, number), number + 1
    return slug


def is_slug_taken(slug: str) -> bool:
    """Say whether a library has the address. One statement."""
    return Library.objects.filter(slug=slug).exists()


def is_login_taken(login: str) -> bool:
    """Say whether somebody has the sign-in name, in any case. One statement."""
    return Account.objects.filter(login=sign_in_name(login) or "").exists()


def _open(facts: _Facts) -> LibraryOpened | OpeningRefused:
    """Answer a repeat as before, else make the library.

    Of two that come at once and both find the address free, the unique index lets one in; the other
    runs again and finds its key kept by the library that is there now. One that looked for its key
    just before the first was committed, and for the names just after, looks for its key once more.
    """
    if facts.key and (repeated := _repeated(facts)):
        return repeated
    outcome = _make(facts)
    if facts.key and isinstance(outcome, OpeningRefused):
        return _repeated(facts) or outcome
    return outcome


def _make(facts: _Facts) -> LibraryOpened | OpeningRefused:
    """Find out what the database has against it, then write everything."""
    wanted = facts.library
    slug = wanted.slug or free_slug(wanted.name)
    if wanted.slug and is_slug_taken(slug):
        return OpeningRefused(reasons=(("slug", OpeningFault.SLUG_TAKEN),))
    account = _owner_account(facts)
    if isinstance(account, OpeningFault):
        field = "owner" if isinstance(facts.owner, int) else "owner_login"
        return OpeningRefused(reasons=((field, account),))
    made = Library.objects.create(
        slug=slug,
        name=wanted.name,
        kind=wanted.kind,
        time_zone=wanted.time_zone,
        contact_name=wanted.contact_name,
        contact_phone=wanted.contact_phone,
        address=wanted.address,
        created_at=facts.now,
    )
    with library_scope(made.pk):
        _furnish(made, account, facts)
    return LibraryOpened(slug=slug, name=wanted.name)


def _repeated(facts: _Facts) -> LibraryOpened | None:
    """Return the answer this key got before; it is kept by the library that was made then."""
    wanted = facts.library
    same = {"slug": wanted.slug} if wanted.slug else {"slug__startswith": slug_of(wanted.name)[:20]}
    for there in Library.objects.filter(**same).order_by("-id")[:MAX_REPEATS_SEEN]:
        with library_scope(there.pk):
            kept = IdempotencyKey.objects.filter(
                caller=CALLER, key=facts.key, fingerprint=facts.fingerprint()
            )
            if kept.exists():
                return LibraryOpened(slug=there.slug, name=wanted.name)
    return None


def _owner_account(facts: _Facts) -> Account | OpeningFault:
    owner = facts.owner
    if isinstance(owner, int):
        known = Account.objects.filter(pk=owner, is_active=True).first()
        return known or OpeningFault.ACCOUNT_UNKNOWN
    login = sign_in_name(owner.login)
    if Account.objects.filter(login=login).exists():
        return OpeningFault.LOGIN_TAKEN
    return Account.objects.create(
        login=login,
        name=owner.name.strip(),
        password=owner.password.stored,
        created_at=facts.now,
    )


def _furnish(made: Library, account: Account, facts: _Facts) -> None:
    start = STARTS[made.kind]
    mine: dict[str, Any] = {"library_id": made.pk}
    branch = Branch.objects.create(
        **mine,
        code="main",
        name=start.branch_name,
        address=made.address,
        phone=made.contact_phone,
        created_at=facts.now,
    )
    _set_calendar(made, branch, start, facts.now)
    owner_role = Role.objects.create(
        **mine, code="owner", name=start.owner, permissions=sorted(OWNER)
    )
    Role.objects.create(
        **mine, code="librarian", name=start.librarian, permissions=sorted(LIBRARIAN)
    )
    Role.objects.create(**mine, code="helper", name=start.helper, permissions=sorted(HELPER))
    staff = Staff.objects.create(
        **mine, account=account, role=owner_role, name=account.name, created_at=facts.now
    )
    _set_terms(made.pk, start)
    if facts.key:
        IdempotencyKey.objects.create(
            **mine,
            caller=CALLER,
            key=facts.key,
            fingerprint=facts.fingerprint(),
            created_at=facts.now,
        )
    journal.start()
    journal.note(journal.Note(data={"kind": made.kind}))
    sql.write(
        [journal.INSERT],
        at=facts.now,
        action="open_library",
        door=facts.door.value,
        branch=branch.pk,
        staff=staff.pk,
        acting=None,
        on_behalf=None,
        notes=journal.finish("library_opened"),
    )


def _set_calendar(made: Library, branch: Branch, start: KindStart, now: datetime) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(
            library_id=made.pk,
            branch=branch,
            weekday=weekday,
            opens_at_time=start.opens_at,
            closes_at_time=start.closes_at,
        )
        for weekday in start.weekdays
    )
    if start.closes_on_holidays:
        SpecialDays.objects.bulk_create(
            SpecialDays(
                library_id=made.pk,
                name=span.name,
                starts_on=span.starts_on,
                ends_on=span.ends_on,
                is_closed=span.is_closed,
            )
            for span in public_holidays(now.astimezone(ZoneInfo(made.time_zone)).date())
        )


def _set_terms(library_id: int, start: KindStart) -> None:
    """Write card types, item types and lending rules; the first of a list is the default."""
    cards = {
        card.code: PatronCategory.objects.create(
            library_id=library_id,
            code=card.code,
            name=card.name,
            valid_months=card.valid_months,
            queue_class=card.queue_class,
            is_default=number == 0,
        )
        for number, card in enumerate(start.cards)
    }
    items = {
        item.code: ItemType.objects.create(
            library_id=library_id, code=item.code, name=item.name, is_default=number == 0
        )
        for number, item in enumerate(start.items)
    }
    LoanPolicy.objects.create(library_id=library_id, **start.default)
    for rule in start.rules:
        LoanPolicy.objects.create(
            library_id=library_id,
            category=cards[rule.card] if rule.card else None,
            item_type=items[rule.item] if rule.item else None,
            **rule.terms,
        )
