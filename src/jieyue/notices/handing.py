"""One message on its way out: taking it up, and writing down what became of it.

Taking up commits before the network is touched: the lease, the attempt, and that what is said was
true then. Whoever dies afterwards leaves a lease that ends by itself; the message then goes again
under the same id, which the mail's Message-ID or the gateway's own key shows to be the same.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from jieyue.kit.ids import public_id
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.libraries.rules.calendars import start_of_day
from jieyue.notices import outgoing
from jieyue.notices.carried import Carried, carried
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.reach import guardians_numbers
from jieyue.notices.composing import Letterhead, Own, compose, own_words
from jieyue.notices.house_rules import HouseRules, Wishes, hours_of, house_rules, wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice
from jieyue.notices.planning import carry, due_by
from jieyue.notices.rules.kinds import ALWAYS, FOR_GUARDIANS
from jieyue.notices.rules.retrying import again_after, is_hopeless
from jieyue.notices.rules.texts import sms_parts
from jieyue.notices.rules.timing import allowed_at, at_local
from jieyue.notices.unsubscribing import unsubscribe_address
from jieyue.notices.ways import Reach, Way, addresses_of, reach_of
from jieyue.patrons.models import Patron


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What of a library does not change from message to message; read anew for each pass."""

    desk: Desk
    name: str
    rules: HouseRules
    own: Own


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message that is ours to hand over until `leased_until`."""

    delivery_id: int
    patron_id: int
    channel: str
    addresses: tuple[str, ...]
    message: Message
    attempts: int
    leased_until: datetime
    planned_for: datetime
    tried: tuple[str, ...]
    kinds: frozenset[str]
    released_at: datetime | None = None  # written down as gone, just before it went


def house(desk: Desk) -> House:
    """Return it for the library in scope. Three statements."""
    return House(desk=desk, name=library_name(desk), rules=house_rules(), own=own_words())


def library_name(desk: Desk) -> str:
    """Return what the library of a desk is called. One statement."""
    return str(Library.objects.values_list("name", flat=True).get(pk=desk.library_id))


def due(channel: str, now: datetime, *, after: tuple[datetime, int] | None, most: int) -> list[Any]:
    """Return (due_at, id) of what is to go by a channel now, in order. One statement."""
    rows = Delivery.objects.filter(
        outgoing.free(now), ended_at=None, due_at__lte=now, channel=channel
    )
    if after is not None:
        rows = rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
    return list(rows.order_by("due_at", "id").values_list("due_at", "id")[:most])


def take_up(here: House, delivery_id: int, now: datetime) -> Ready | None:
    """Take a message up, if it is still wanted, true and allowed at this hour; else settle it."""
    return in_transaction(lambda: _take_up(here, delivery_id, now))


def settle(here: House, ready: Ready, result: Handed | Failed, now: datetime, cost: int) -> bool:
    """Write down what became of it; False if somebody else has it by now."""
    return in_transaction(lambda: _settle(here, ready, result, now, cost))


def release(here: House, ready: Ready, now: datetime, cost: int) -> Ready | None:
    """Write a message down as gone, in the moment before it goes; None if it is another's by now.

    If it does not go after all, `settle` with the Ready returned opens it again.
    """
    gone = Handed(reference=ready.message.id)
    if ready.released_at is None and not settle(here, ready, gone, now, cost):
        return None
    return replace(ready, released_at=ready.released_at or now)


def _take_up(here: House, delivery_id: int, now: datetime) -> Ready | None:
    until = outgoing.take(Delivery.objects, delivery_id, now)
    if until is None:
        return None
    row = Delivery.objects.get(pk=delivery_id)
    zone, rules = here.desk.zone, here.rules
    today = now.astimezone(zone).date()
    wishes = wishes_of({row.patron_id}).get(row.patron_id, Wishes())
    language = wishes.language or rules.language
    found = carried(row.pk, to=row.patron_id, language=language, today=today, zone=zone)
    if not found.items or found.is_seen:
        _end(row, now, state=Delivery.State.DROPPED, code="seen" if found.items else "not_true")
        return None
    later = _not_before(here, row, found, wishes, now)
    if later > now:
        mine = outgoing.mine(Delivery.objects, row.pk, until)
        mine.update(leased_until=None, due_at=later, attempts=row.attempts - 1)
        return None
    addresses = addresses_of(row.channel, [row.patron_id]).get(row.patron_id, ())
    if not addresses and row.channel == "sms" and found.kinds <= FOR_GUARDIANS:
        addresses = guardians_numbers([row.patron_id], today).get(row.patron_id, ())
    if not addresses or row.channel in wishes.off_channels:
        why = "left" if addresses else "no_address"
        next_way(here, row, found.kinds, wishes, now, code=why)
        return None
    return Ready(
        delivery_id=row.pk,
        patron_id=row.patron_id,
        channel=row.channel,
        addresses=addresses,
        message=_message(here, row, found, language, today),
        attempts=row.attempts,
        leased_until=until,
        planned_for=row.planned_for,
        tried=tuple(row.tried),
        kinds=found.kinds,
    )


def _not_before(
    here: House, row: Delivery, found: Carried, wishes: Wishes, now: datetime
) -> datetime:
    """Return when it may go: not in quiet hours, and not as one too many on this day."""
    rules, zone = here.rules, here.desk.zone
    hours = hours_of(rules, wishes, zone)
    moment = allowed_at(hours, now)
    if moment > now or not rules.most_a_day or found.kinds & ALWAYS:
        return moment
    today = now.astimezone(zone).date()
    sent = Delivery.objects.filter(
        patron_id=row.patron_id, state=Delivery.State.HANDED,
        created_at__gte=start_of_day(today - timedelta(days=7), zone),
        ended_at__gte=start_of_day(today, zone),
    )  # fmt: skip
    if sent.count() < rules.most_a_day:
        return now
    return allowed_at(hours, at_local(today + timedelta(days=1), rules.reminds_at, zone))


def _message(here: House, row: Delivery, found: Carried, language: str, today: Any) -> Message:
    patron = Patron.objects.get(pk=row.patron_id)
    site = here.rules.site_url
    slug = here.desk.slug
    head = Letterhead(
        reader=patron.name,
        library=here.name,
        language=language,
        today=today,
        link=f"{site}{reverse('reader:notices', args=[slug])}" if site else "",
        unsubscribe=unsubscribe_address(site, slug, patron.public_id, row.channel),
    )
    return compose(found.items, head, channel=row.channel, own=here.own, message_id=row.public_id)


def _settle(here: House, ready: Ready, result: Handed | Failed, now: datetime, cost: int) -> bool:
    rows, pk, until = Delivery.objects, ready.delivery_id, ready.leased_until
    mine = outgoing.mine(rows, pk, until)
    if ready.released_at is not None:
        if isinstance(result, Handed):
            return True  # as it was written down
        outgoing.reopen(rows, pk, ready.released_at, until, cost_cents=0)
    if isinstance(result, Handed):
        return bool(
            mine.update(
                state=Delivery.State.HANDED,
                ended_at=now,
                leased_until=None,
                reference=result.reference[:200],
                code="",
                detail="",
                cost_cents=cost,
            )
        )
    row = mine.first()
    if row is None:
        return False
    why = outgoing.why_not(result)
    if is_hopeless(result.scope, ready.attempts):
        wishes = wishes_of({row.patron_id}).get(row.patron_id, Wishes())
        next_way(here, row, ready.kinds, wishes, now, **why)
        return True
    pause = again_after(ready.attempts, result.again_after)
    mine.update(leased_until=None, due_at=now + pause, **why)
    return True


def give_way(here: House, delivery_id: int, now: datetime, *, code: str) -> bool:
    """Take another way for a message whose service has not worked for too long."""

    def work() -> bool:
        free = Delivery.objects.filter(outgoing.free(now), pk=delivery_id, ended_at=None)
        if free.update(leased_until=now + outgoing.LEASE) != 1:
            return False
        row = Delivery.objects.get(pk=delivery_id)
        wishes = wishes_of({row.patron_id}).get(row.patron_id, Wishes())
        language = wishes.language or here.rules.language
        zone = here.desk.zone
        today = now.astimezone(zone).date()
        found = carried(row.pk, to=row.patron_id, language=language, today=today, zone=zone)
        if not found.items:
            _end(row, now, state=Delivery.State.DROPPED, code="not_true")
            return True
        next_way(here, row, found.kinds, wishes, now, code=row.code or code)
        return True

    return in_transaction(work)


def next_way(
    here: House,
    row: Delivery,
    kinds: frozenset[str],
    wishes: Wishes,
    now: datetime,
    *,
    code: str,
    detail: str = "",
) -> str:
    """Have the reader's next channel carry it, and return that; empty: none is left."""
    tried = [*row.tried, row.channel]
    today = now.astimezone(here.desk.zone).date()
    reach: Reach = reach_of([row.patron_id], here.rules, today=today)
    way: Way = reach.way(row.patron_id, kinds, rules=here.rules, wishes=wishes, without=tried)
    if not way.channel:
        _end(
            row, now, state=Delivery.State.GIVEN_UP, code=code, detail=detail,
            passed_over=way.passed_over,
        )  # fmt: skip
        return ""
    _end(row, now, state=Delivery.State.FAILED, code=code, detail=detail)
    hours = hours_of(here.rules, wishes, here.desk.zone)
    after = Delivery.objects.create(
        library_id=row.library_id,
        public_id=public_id(),
        patron_id=row.patron_id,
        channel=way.channel,
        is_digest=row.is_digest,
        planned_for=row.planned_for,
        due_at=due_by(way.channel, allowed_at(hours, now)),
        tried=tried,
        passed_over=way.passed_over,
        created_at=now,
    )
    notices = DeliveryNotice.objects.filter(delivery_id=row.pk)
    carry(row.library_id, [(after, list(notices.values_list("notice_id", flat=True)))])
    return way.channel


def _end(row: Delivery, now: datetime, **values: Any) -> None:
    outgoing.end(Delivery.objects, row.pk, now, **values)


def cost_of(channel: str, service: Any, message: Message) -> int:
    """Return what a message costs in fen: by the part where it is SMS."""
    each = int(getattr(service, "cost_cents", 0))
    return each * sms_parts(message.text).parts if channel == "sms" else each
