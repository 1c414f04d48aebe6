"""What a delivery carries that is still true, looked up in the moment it goes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.models import Block, Hold, Loan
from jieyue.libraries.models import Branch
from jieyue.notices.composing import Item
from jieyue.notices.models import DeliveryNotice, Notice
from jieyue.notices.rules.kinds import REMINDERS, gravity
from jieyue.notices.rules.truth import HoldNow, LoanNow, Now, is_still_true, kind_now
from jieyue.notices.words import Words
from jieyue.patrons.links import titles_shown
from jieyue.patrons.models import Patron, PatronLink

# Kinds whose words an app above us brings: kind → module:function(facts, language), which returns
# `Words` without blanks, or None when there is nothing to say any more.
TELLERS: Final[dict[str, str]] = {
    "activity": "jieyue.community.words:activity",
    "feedback_answered": "jieyue.community.words:feedback_answered",
    "message": "jieyue.community.words:message",
    "wish_answered": "jieyue.community.words:wish_answered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is still to be said, and of which kinds; `is_seen`: the reader has read all of it.

    `notice_ids` are the row ids of the notices that `items` say, in the same order.
    """

    items: tuple[Item, ...]
    kinds: frozenset[str]
    is_seen: bool = False
    notice_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What the notices of a delivery speak of, as it is now, by public id."""

    loans: Mapping[str, Any]
    holds: Mapping[str, Any]
    blocks: Mapping[str, Any]
    patrons: Mapping[int, Any]
    branches: Mapping[str, str]
    links: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What is to be said to one reader: notices, in the order in which they were written.

    `as_now`: a reminder that waited is said as it stands today, due soon as overdue: what people
    carry themselves may wait for days.
    """

    to: int  # row id
    language: str
    notices: tuple[Notice, ...]
    as_now: bool = False


def carried(delivery_id: int, *, to: int, language: str, today: date, zone: ZoneInfo) -> Carried:
    """Return what a delivery to the reader `to` (row ids) still has to say.

    At most ten statements. Nobody hears twice of one loan: the gravest reminder of it is said. A
    guardian hears nothing more once the link is over, and no titles that they may not see.
    """
    within = DeliveryNotice.objects.filter(delivery_id=delivery_id).values("notice_id")
    notices = tuple(Notice.objects.filter(pk__in=within).order_by("id"))
    [found] = still_said(
        [Bundle(to=to, language=language, notices=notices)], today=today, zone=zone
    )
    return found


def still_said(bundles: Sequence[Bundle], *, today: date, zone: ZoneInfo) -> list[Carried]:
    """Return of each bundle what is still to be said, as `carried` does of a delivery.

    At most seven statements, and two more for each guardian among the readers.
    """
    found = _look_up([notice for bundle in bundles for notice in bundle.notices])
    return [_still_said(bundle, found, today=today, zone=zone) for bundle in bundles]


def _still_said(bundle: Bundle, found: "_Found", *, today: date, zone: ZoneInfo) -> Carried:
    to = bundle.to
    others = {notice.patron_id for notice in bundle.notices} - {to}
    titles = titles_shown(to, others, today) if others else {}
    spoken: dict[str, tuple[Notice, Item]] = {}
    for notice in bundle.notices:
        item = _item(notice, found, bundle, today=today, zone=zone)
        if item is None or (item.of and notice.patron_id not in titles):
            continue
        if item.of and not titles[notice.patron_id]:
            item = replace(item, title="")
        about = notice.facts.get("loan", "") if notice.kind in REMINDERS else ""
        key = about or f"#{notice.pk}"
        if key not in spoken or gravity(item.kind) < gravity(spoken[key][1].kind):
            spoken[key] = (notice, item)
    told = list(spoken.values())
    return Carried(
        items=tuple(item for _, item in told),
        kinds=frozenset(item.kind for _, item in told),
        is_seen=bool(told) and all(notice.read_at and notice.patron_id == to for notice, _ in told),
        notice_ids=tuple(notice.pk for notice, _ in told),
    )


def _look_up(notices: Iterable[Notice]) -> _Found:
    """Return what they speak of: a statement for each sort of thing there is."""
    facts = [notice.facts for notice in notices]
    named = {
        name: {one[name] for one in facts if name in one}
        for name in ("loan", "hold", "block", "branch", "link")
    }
    loans = Loan.objects.select_related("copy__title").filter(public_id__in=named["loan"])
    holds = Hold.objects.select_related("title").filter(public_id__in=named["hold"])
    blocks = Block.objects.filter(public_id__in=named["block"])
    branches = Branch.objects.filter(code__in=named["branch"])
    links = PatronLink.objects.select_related("actor").filter(public_id__in=named["link"])
    about = {notice.patron_id for notice in notices}
    return _Found(
        {row.public_id: row for row in loans} if named["loan"] else {},
        {row.public_id: row for row in holds} if named["hold"] else {},
        {row.public_id: row for row in blocks} if named["block"] else {},
        Patron.objects.in_bulk(about),
        dict(branches.values_list("code", "name")) if named["branch"] else {},
        {row.public_id: row for row in links} if named["link"] else {},
    )


def _item(
    notice: Notice, found: _Found, bundle: Bundle, *, today: date, zone: ZoneInfo
) -> Item | None:
    """Return what is said of a notice; None if it is not so any more."""
    facts, patron = notice.facts, found.patrons.get(notice.patron_id)
    if patron is None:
        return None
    words = None
    if notice.kind in TELLERS:
        words = _teller(notice.kind)(facts, bundle.language)
        if words is None:
            return None
    loan, hold = found.loans.get(facts.get("loan", "")), found.holds.get(facts.get("hold", ""))
    block = found.blocks.get(facts.get("block", ""))
    link = found.links.get(facts.get("link", ""))
    now = Now(
        today=today,
        loan=_loan_now(loan, notice.patron_id, zone),
        hold=_hold_now(hold, notice.patron_id),
        link_waits=_waits(link, notice.patron_id),
        suspended_until=block.ends_on if block and block.lifted_at is None else None,
        card_until=patron.expires_on if patron.frozen_at is None else None,
    )
    on = date.fromisoformat(facts["on"]) if facts.get("on") else None
    kind = kind_now(notice.kind, on, today) if bundle.as_now else notice.kind
    if not is_still_true(kind, facts, now):
        return None
    title = loan.copy.title.name if loan else hold.title.name if hold else ""
    return Item(
        kind=kind,
        because=facts.get("because", ""),
        title=title,
        branch=found.branches.get(facts.get("branch", ""), ""),
        on=on,
        asker=link.actor.name if link and link.actor else "",
        of=patron.name if notice.patron_id != bundle.to else "",
        words=words,
    )


def _loan_now(loan: Any, patron_id: int, zone: ZoneInfo) -> LoanNow | None:
    if loan is None or loan.patron_id not in (patron_id, None):
        return None
    return LoanNow(
        due_on=loan.due_at.astimezone(zone).date(),
        is_open=loan.returned_at is None,
        is_lost=loan.lost_at is not None,
        is_claimed=loan.claimed_at is not None,
        is_recalled=loan.recalled_at is not None,
        is_undone=loan.ending == Loan.Ending.UNDONE,
    )


def _waits(link: Any, patron_id: int) -> bool:
    """Say whether somebody asked this reader for the link, and nobody has answered yet."""
    if link is None or link.reader_id != patron_id:
        return False
    return link.confirmed_at is None and link.ended_at is None


def _hold_now(hold: Any, patron_id: int) -> HoldNow | None:
    if hold is None or hold.patron_id != patron_id:
        return None
    return HoldNow(
        is_ready=hold.state == Hold.State.READY,
        is_open=hold.ended_at is None,
        fetch_by=hold.fetch_by,
    )


def _teller(kind: str) -> Callable[[Mapping[str, Any], str], Words | None]:
    module, _, name = TELLERS[kind].partition(":")
    teller: Callable[[Mapping[str, Any], str], Words | None] = getattr(import_module(module), name)
    return teller
