"""Readers whom no channel of this library reaches (联系不上的读者): who they are, and why.

One definition, in SQL: what reaches a reader, and what stands in a channel's way. Pages go by the
order of readers, so that the hundredth costs what the first does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    TextField,
)
from django.db.models.functions import Cast

from jieyue.accounts.models import WechatIdentity
from jieyue.circulation.models import Loan
from jieyue.libraries.desk import Desk
from jieyue.notices.channels.limits import allowance
from jieyue.notices.house_rules import house_rules
from jieyue.notices.models import (
    DeadAddress,
    Delivery,
    DeliveryNotice,
    NoticePreference,
    PushSubscription,
    WechatConsent,
)
from jieyue.notices.rules.kinds import ALL_WAYS, GRAVITY, HAND_WAYS
from jieyue.notices.ways import services_in_use
from jieyue.patrons.links import family_choice
from jieyue.patrons.models import Patron, PatronLink
from jieyue.patrons.rules.family import Reminds

PAGE: Final = 50
COUNTED: Final = 1000  # more than so many are not counted
COLUMNS: Final = {"email": "email_hash", "sms": "phone_hash", "phone": "phone_hash"}


class Why(StrEnum):
    """What stands in the way. Stands in addresses of pages and in files: never rename one."""

    NOTHING = "nothing"  # no phone number and no e-mail address was given
    DEAD = "dead"  # nothing arrives at the address any more
    LEFT = "left"  # the reader switched the channel off
    NO_CONSENT = "no_consent"  # WeChat: every message the reader allowed is used up
    NO_SERVICE = "no_service"  # the library sends nothing this way
    OVER_BUDGET = "over_budget"  # this month's money is spent


class Part(StrEnum):
    """Which part of the list: whoever is waiting to be told comes first."""

    WAITING = "1"
    BOOKS = "2"
    REST = "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """By what a library reaches its readers now. `dry`: this month's money is spent."""

    used: frozenset[str]
    dry: frozenset[str] = frozenset()
    app_id: str = ""
    tells_guardians: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of them are asked for; empty values mean all. `branch_ids`: of readers of these.

    `only`: of these classes, whatever else is asked for.
    """

    why: Why | None = None
    group: str = ""
    branch_ids: frozenset[int] | None = None
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A reader whom nothing reaches. `why` names the channels it holds for, by reason.

    `notices` wait to be told; `books` they have now.
    """

    public_id: str
    name: str
    group_name: str
    student_number: str
    why: dict[Why, tuple[str, ...]]
    notices: int
    books: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedPage:
    """Some of them, in order; `after` says where to go on, empty at the end."""

    readers: tuple[Unreached, ...]
    after: str = ""


def means_of(desk: Desk) -> Means:
    """Return what the library reaches its readers by. Four statements, two for each budget."""
    rules, services = house_rules(), services_in_use()
    offered = {channel for kind in GRAVITY for channel in rules.ways(kind)}
    used = frozenset(offered & {*services, *HAND_WAYS})
    dry = set()
    for channel in used & set(services):
        service = services[channel]
        if service.monthly_cents is not None:
            left = allowance(service, desk.now, desk.zone).cents
            if left is not None and left < max(service.cost_cents, 1):
                dry.add(channel)
    return Means(
        used=used,
        dry=frozenset(dry),
        app_id=str(services["wechat"].settings.get("app_id", "")) if "wechat" in used else "",
        tells_guardians=family_choice().reminds is not Reminds.NEVER,
    )


def unreached_page(
    desk: Desk, means: Means, wanted: Wanted, *, after: str = "", most: int = PAGE
) -> UnreachedPage:
    """Return those after where the last page ended. Eight statements at the most."""
    part, last = _place(after)
    found: list[tuple[Part, Patron]] = []
    for one in list(Part)[list(Part).index(part) :]:
        rows = _part(_nobody(desk, means, wanted), one).order_by("sort_key", "id")
        if last is not None and one is part:
            behind = Q(sort_key__gt=last.sort_key) | Q(sort_key=last.sort_key, pk__gt=last.pk)
            rows = rows.filter(behind, sort_key__gte=last.sort_key)
        page = rows.only("id", "public_id")[: most + 1 - len(found)]
        found += [(one, row) for row in page]
        if len(found) > most:
            break
    shown = found[:most]
    more = f"{shown[-1][0].value}.{shown[-1][1].public_id}" if len(found) > most else ""
    return UnreachedPage(readers=_views([row.pk for _, row in shown], means), after=more)


def every_unreached(desk: Desk, means: Means, wanted: Wanted) -> Iterator[Unreached]:
    """Yield all of them in order, page by page."""
    after, more = "", True
    while more:
        page = unreached_page(desk, means, wanted, after=after, most=10 * PAGE)
        yield from page.readers
        after, more = page.after, bool(page.after)


def unreached_count(desk: Desk, means: Means, wanted: Wanted) -> int:
    """Return how many there are; COUNTED + 1 stands for more than that. One statement."""
    return int(_nobody(desk, means, wanted).order_by().values("pk")[: COUNTED + 1].count())


def unreached_in(desk: Desk, means: Means, groups: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the names of those in some classes, by class. One statement."""
    found: dict[str, list[str]] = {}
    theirs = _nobody(desk, means, Wanted()).filter(group_name__in=groups).order_by()
    rows = theirs.values_list("sort_key", "pk", "group_name", "name")
    for _, _, group, name in sorted(rows):  # here, or the database walks through all names
        found.setdefault(group, []).append(name)
    return {group: tuple(names) for group, names in found.items()}


def _place(after: str) -> tuple[Part, Patron | None]:
    """Return the part and the reader whom a page begins behind; the beginning for what is none."""
    part, _, public_id = after.partition(".")
    if part not in set(Part):
        return Part.WAITING, None
    row = Patron.objects.filter(public_id=public_id[:12]).only("id", "sort_key").first()
    return (Part(part), row) if row is not None else (Part.WAITING, None)


def _nobody(desk: Desk, means: Means, wanted: Wanted) -> "QuerySet[Patron]":
    """Return the active readers whom nothing reaches, nor a guardian who is told for them."""
    rows = Patron.objects.filter(Q(expires_on=None) | Q(expires_on__gte=desk.today), frozen_at=None)
    if wanted.branch_ids is not None:
        rows = rows.filter(branch_id__in=wanted.branch_ids)
    if wanted.only is not None:
        rows = rows.filter(group_name__in=wanted.only)
    if wanted.group:
        rows = rows.filter(group_name=wanted.group)
    rows = rows.exclude(_reached(means))
    if means.tells_guardians and means.used:
        rows = rows.exclude(Exists(_guardians(desk, means)))
    if wanted.why is not None:
        either = Q()
        for (why, _), stands in _obstacles(means).items():
            either |= stands if why is wanted.why else Q()
        rows = rows.filter(either) if either else rows.none()
    return rows


def _part(rows: "QuerySet[Patron]", part: Part) -> "QuerySet[Patron]":
    waiting = Delivery.objects.filter(state=Delivery.State.UNREACHED, ended_at=None)
    if part is Part.WAITING:
        return rows.filter(pk__in=waiting.values("patron_id"))
    rows = rows.exclude(Exists(waiting.filter(patron_id=OuterRef("pk"))))
    has_books = Exists(Loan.objects.filter(patron_id=OuterRef("pk"), returned_at=None))
    return rows.filter(has_books if part is Part.BOOKS else ~has_books)


def _guardians(desk: Desk, means: Means) -> "QuerySet[PatronLink]":
    """Return the links by which somebody is told for a reader and is reached."""
    found = PatronLink.objects.filter(
        Q(until=None) | Q(until__gte=desk.today), reader_id=OuterRef("pk"), ended_at=None,
        confirmed_at__isnull=False, kind=PatronLink.Kind.GUARDIAN,
    )  # fmt: skip
    told = Q(actor__isnull=False) & _reached(means, "actor__")
    for channel in ("phone", "sms"):
        if channel in means.used - means.dry:
            told |= Q(actor=None) & ~_dead(channel, "guardian_phone_hash")
    return found.filter(told)


def _reached(means: Means, at: str = "") -> Q:
    """Return the condition under which a channel works; `at` leads to the reader who is told."""
    either = Q(pk__in=[])
    for channel in ALL_WAYS:
        if channel in means.used - means.dry:
            either |= _has(channel, means, at) & ~_dead_at(channel, means, at) & ~_left(channel, at)
    return either


def _obstacles(means: Means) -> dict[tuple[Why, str], Q]:
    """Return for each reason and channel the condition under which it holds."""
    found = {(Why.NOTHING, ""): Q(phone_hash="", email_hash="")}
    for channel in ALL_WAYS:
        if channel not in means.used:
            continue
        has, dead, left = _has(channel, means), _dead_at(channel, means), _left(channel)
        if channel in COLUMNS or channel == "wechat":
            found[Why.DEAD, channel] = has & dead
        found[Why.LEFT, channel] = has & ~dead & left
        if channel in means.dry:
            found[Why.OVER_BUDGET, channel] = has & ~dead & ~left
    if "wechat" in means.used:
        found[Why.NO_CONSENT, "wechat"] = Q(_wechat(means)) & ~Q(_consent())
    if "email" not in means.used:
        found[Why.NO_SERVICE, "email"] = ~Q(email_hash="")
    if not means.used & {"sms", "phone"}:
        found[Why.NO_SERVICE, "sms"] = ~Q(phone_hash="")
    return found


def _has(channel: str, means: Means, at: str = "") -> Q:
    """Return the condition under which a reader has what a channel needs."""
    if channel in COLUMNS:
        return ~Q(**{f"{at}{COLUMNS[channel]}": ""})
    if channel == "paper":
        return ~Q(**{f"{at}group_name": ""})
    if channel == "push":
        mine = PushSubscription.objects.filter(patron_id=OuterRef(f"{at}pk"))
        return Q(Exists(mine))
    return Q(_wechat(means, at)) & Q(_consent(at))


def _wechat(means: Means, at: str = "") -> Exists:
    mine = WechatIdentity.objects.filter(
        app_id=means.app_id, account_id=OuterRef(f"{at}account_id")
    )
    return Exists(mine)


def _consent(at: str = "") -> Exists:
    mine = WechatConsent.objects.filter(
        Q(count__gt=0) | Q(is_lasting=True), patron_id=OuterRef(f"{at}pk")
    )
    return Exists(mine)


def _dead_at(channel: str, means: Means, at: str = "") -> Q:
    if channel in COLUMNS:
        return _dead(channel, f"{at}{COLUMNS[channel]}")
    if channel != "wechat":
        return Q(pk__in=[])
    dead = DeadAddress.objects.filter(channel="wechat", address_hash=OuterRef("openid_hash"))
    alive = WechatIdentity.objects.filter(
        ~Exists(dead), app_id=means.app_id, account_id=OuterRef(f"{at}account_id")
    )
    return Q(~Exists(alive))


def _dead(channel: str, column: str) -> Q:
    return Q(Exists(DeadAddress.objects.filter(channel=channel, address_hash=OuterRef(column))))


def _left(channel: str, at: str = "") -> Q:
    """Return the condition under which a reader switched a channel off."""
    mine = NoticePreference.objects.filter(patron_id=OuterRef(f"{at}pk"))
    words = mine.annotate(off=Cast("off_channels", TextField()))
    return Q(Exists(words.filter(off__contains=f'"{channel}"')))


def _views(ids: list[int], means: Means) -> tuple[Unreached, ...]:
    """Return these readers with everything the list says of each. Three statements."""
    obstacles = _obstacles(means)
    names = {f"why_{why}_{channel}": (why, channel) for why, channel in obstacles}
    stands: dict[str, Any] = {
        name: ExpressionWrapper(q, output_field=BooleanField())
        for name, q in zip(names, obstacles.values(), strict=True)
    }
    rows = Patron.objects.filter(pk__in=ids).annotate(**stands).in_bulk()
    waiting = DeliveryNotice.objects.filter(
        delivery__patron_id__in=ids, delivery__state=Delivery.State.UNREACHED,
        delivery__ended_at=None,
    ).values_list("delivery__patron_id")  # fmt: skip
    notices = dict(waiting.annotate(n=Count("pk")).order_by())
    lent = Loan.objects.filter(patron_id__in=ids, returned_at=None).values_list("patron_id")
    books = dict(lent.annotate(n=Count("pk")).order_by())
    views = []
    for pk in ids:
        row, why = rows[pk], dict[Why, tuple[str, ...]]()
        for name, (reason, channel) in names.items():
            if getattr(row, name):
                why[reason] = (*why.get(reason, ()), *((channel,) if channel else ()))
        views.append(
            Unreached(
                public_id=row.public_id,
                name=row.name,
                group_name=row.group_name,
                student_number=row.student_number,
                why=why,
                notices=notices.get(pk, 0),
                books=books.get(pk, 0),
            )
        )
    return tuple(views)
