"""Deciding by which way what was said leaves the house, and when: one message, not ten.

A notice waits with `planned_at` empty until somebody has decided. That is done in batches, each one
transaction, so that a worker that dies in between has decided a whole batch or nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction, lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.house_rules import HouseRules, Wishes, hours_of, house_rules, wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice, Notice
from jieyue.notices.recipients import recipients_of
from jieyue.notices.rules.kinds import DAILY, FOR_GUARDIANS, HAND_WAYS, MINOR
from jieyue.notices.rules.timing import goes_at
from jieyue.notices.ways import Reach, Way, reach_of

BATCH: Final = 500  # notices of one transaction
TOGETHER: Final = timedelta(minutes=90)  # two messages so near are one


@dataclass(slots=True)
class _Bundle:
    """Notices that go to one reader by one way together."""

    patron_id: int
    way: Way
    due_at: datetime
    is_digest: bool
    notices: list[int] = field(default_factory=list)


def plan_everywhere(now: datetime) -> int:
    """Plan what was said in every library; return how many notices. One statement if none."""
    waiting = Notice.across_libraries.filter(planned_at=None)
    planned = 0
    for library_id in list(waiting.order_by().values_list("library_id", flat=True).distinct()):
        desk = worker_desk(library_id, now)
        if desk is not None:
            with library_scope(library_id):
                planned += plan(desk)
    return planned


def plan(desk: Desk) -> int:
    """Plan everything of the library in scope; return how many notices."""
    planned = 0
    while count := in_transaction(lambda: _plan_batch(desk)):
        planned += count
    return planned


def _plan_batch(desk: Desk) -> int:
    waiting = Notice.objects.filter(planned_at=None).order_by("created_at", "id")
    ids = list(waiting.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    notices = lock_all(Notice.objects.filter(pk__in=ids, planned_at=None))
    about = {notice.patron_id for notice in notices}
    rules = house_rules()
    reach = reach_of(about, rules, today=desk.today)
    told = recipients_of(about, desk.today, reached=reach.reached(about))
    readers = {reader for found in told.values() for reader in found}
    if readers != about:
        reach = reach_of(readers, rules, today=desk.today)
    wishes = wishes_of(readers)
    bundles = _bundles(desk, notices, told, rules, wishes, reach)
    _write(desk, bundles)
    Notice.objects.filter(pk__in=ids, planned_at=None).update(planned_at=desk.now)
    return len(ids)


def _bundles(
    desk: Desk,
    notices: Iterable[Notice],
    told: dict[int, tuple[int, ...]],
    rules: HouseRules,
    wishes: dict[int, Wishes],
    reach: Reach,
) -> list[_Bundle]:
    """Return what goes together: by reader, channel and whether it waits for the morning."""
    bundles: dict[tuple[int, str, bool], _Bundle] = {}
    for notice in notices:
        kind = notice.kind
        for reader, way in _ways(notice, told[notice.patron_id], rules, wishes, reach):
            own = wishes.get(reader, Wishes())
            due_at = goes_at({kind}, hours_of(rules, own, desk.zone), desk.now)
            is_digest = kind in DAILY
            bundle = bundles.setdefault(
                (reader, way.channel, is_digest), _Bundle(reader, way, due_at, is_digest)
            )
            bundle.due_at = min(bundle.due_at, due_at)
            bundle.notices.append(notice.pk)
    return list(bundles.values())


def _ways(
    notice: Notice,
    readers: Iterable[int],
    rules: HouseRules,
    wishes: dict[int, Wishes],
    reach: Reach,
) -> list[tuple[int, Way]]:
    """Return who is told of it by which way. Where a guardian hears of it, nobody is unreached.

    Nobody prints or calls for what goes out by itself to one of them, unless the reader's class is
    told by hand first; and of several ways by hand the reader's own will do.
    """
    kind, found = notice.kind, []
    if not rules.ways(kind):
        return []
    for reader in readers:
        own = wishes.get(reader, Wishes())
        if own.wants(kind) and (reader == notice.patron_id or kind in FOR_GUARDIANS):
            found.append((reader, reach.way(reader, [kind], rules=rules, wishes=own)))
    reached = [(reader, way) for reader, way in found if way.channel]
    others = [one for one in reached if one[0] != notice.patron_id]
    if notice.patron_id in reach.guarded_ids and any(w.channel not in HAND_WAYS for _, w in others):
        # One guardian reads here and hears of it: no SMS is paid for to tell another.
        reached = others + [one for one in reached if one not in others and one[1].channel != "sms"]
    by_hand = [one for one in reached if one[1].channel in HAND_WAYS]
    if len(reached) > 1 and by_hand:
        theirs = [one for one in by_hand if one[0] == notice.patron_id]
        by_itself = [one for one in reached if one not in by_hand]
        if by_itself:
            theirs = [one for one in theirs if reach.is_first(*one, rules=rules)]
        reached = [*by_itself, *theirs] or by_hand[:1]
    if reached or kind in MINOR:
        return reached
    return [(reader, way) for reader, way in found if reader == notice.patron_id]


def _write(desk: Desk, bundles: list[_Bundle]) -> None:
    """Add the notices to messages that wait anyway, or to new ones. Four statements."""
    waiting: dict[tuple[int, str], list[Delivery]] = {}
    mine = Delivery.objects.filter(
        Q(attempts=0) | Q(channel__in=HAND_WAYS),
        patron_id__in={bundle.patron_id for bundle in bundles},
        ended_at=None, leased_until=None, reference="",
    )  # fmt: skip
    for row in lock_all(mine):
        waiting.setdefault((row.patron_id, row.channel), []).append(row)
    made, moved, links = [], [], []
    for bundle in bundles:
        rows = waiting.setdefault((bundle.patron_id, bundle.way.channel), [])
        row = next((row for row in rows if _is_near(row, bundle)), None)
        if row is None:
            row = _new(desk, bundle)
            rows.append(row)
            made.append(row)
        elif _is_sooner(row, bundle):
            row.due_at = bundle.due_at
            moved.append(row)
        links.append((row, bundle.notices))
    Delivery.objects.bulk_create(made)
    Delivery.objects.bulk_update([row for row in moved if row not in made], ["due_at"])
    carry(desk.library_id, links)


def carry(library_id: int, links: Iterable[tuple[Delivery, Iterable[int]]]) -> None:
    """Have deliveries carry notices (row ids); those they carry already they carry once."""
    DeliveryNotice.objects.bulk_create(
        (
            DeliveryNotice(library_id=library_id, delivery_id=row.pk, notice_id=notice)
            for row, notices in links
            for notice in notices
        ),
        ignore_conflicts=True,
    )


def _is_near(row: Delivery, bundle: _Bundle) -> bool:
    if row.due_at is None or row.channel in HAND_WAYS:  # staff see all of it together
        return True
    return abs(row.due_at - bundle.due_at) <= TOGETHER


def _is_sooner(row: Delivery, bundle: _Bundle) -> bool:
    if row.due_at is None or row.channel in HAND_WAYS:  # by hand: when to call again
        return False
    return bundle.due_at < row.due_at


def due_by(channel: str, moment: datetime) -> datetime | None:
    """Return when the sender takes a message up; None: it waits for staff."""
    return None if channel in HAND_WAYS else moment


def _new(desk: Desk, bundle: _Bundle) -> Delivery:
    values: dict[str, Any] = (
        {"state": Delivery.State.WAITING, "due_at": due_by(bundle.way.channel, bundle.due_at)}
        if bundle.way.channel
        else {"state": Delivery.State.UNREACHED, "due_at": None}
    )
    return Delivery(
        library_id=desk.library_id,
        public_id=public_id(),
        patron_id=bundle.patron_id,
        channel=bundle.way.channel,
        is_digest=bundle.is_digest,
        planned_for=bundle.due_at,
        passed_over=bundle.way.passed_over,
        created_at=desk.now,
        **values,
    )
