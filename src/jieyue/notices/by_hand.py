"""What waits for people to tell it: looked at once more before anybody prints or calls."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction, lock_all
from jieyue.libraries.desk import Desk
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.carried import Bundle, still_said
from jieyue.notices.composing import Item
from jieyue.notices.handing import house, next_way
from jieyue.notices.house_rules import Wishes, house_rules, wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice, Notice
from jieyue.notices.rules.kinds import HAND_WAYS
from jieyue.patrons.models import Patron

MOST: Final = 2000  # deliveries looked at in one go
UNDO_FOR: Final = timedelta(minutes=15)  # what staff noted by mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A reader who is to be told by one way, and what is still to be said, none if settled.

    `items` stand in the order in which they were said. Beside each stands the notice it says, by
    row id in `notices` and by public id in `said`, and the delivery that carries that.
    """

    patron: Patron = field(repr=False)
    rows: tuple[Delivery, ...]
    language: str
    items: tuple[Item, ...]
    notices: tuple[int, ...]
    said: tuple[str, ...]
    deliveries: tuple[int, ...]
    is_seen: bool
    is_left: bool  # the reader has switched this way off meanwhile

    @property
    def is_wanted(self) -> bool:
        """Say whether they are still to be told this way."""
        return not self.is_over and not self.is_left

    @property
    def is_over(self) -> bool:
        """Say whether nobody need tell them any more: settled, or read on their own page."""
        return not self.items or self.is_seen


def open_rows(way: str) -> Any:
    """Return the deliveries that wait for people, those on a sheet left out; oldest first."""
    rows = Delivery.objects.filter(channel=way, ended_at=None, reference="")
    return rows.order_by("id")


def looked_up(
    rows: Iterable[Delivery], desk: Desk, *, only: Iterable[int] | None = None
) -> list[Waiting]:
    """Return what these deliveries still have to say, by reader, in their order.

    At most ten statements, and two more for each guardian among the readers. `only`: of these
    notices (row ids).
    """
    of: dict[int, list[Delivery]] = {}
    for row in rows:
        of.setdefault(row.patron_id, []).append(row)
    if not of:
        return []
    patrons = Patron.objects.in_bulk(of)
    carried_by = _notices(of, only)
    wishes, language = wishes_of(set(of)), house_rules().language
    mine = [(patrons[pk], tuple(found)) for pk, found in of.items()]
    bundles = [
        Bundle(
            to=patron.pk,
            language=wishes.get(patron.pk, Wishes()).language or language,
            notices=tuple(n for row in found for n in carried_by.get(row.pk, ())),
            as_now=True,
        )
        for patron, found in mine
    ]
    said = still_said(bundles, today=desk.today, zone=desk.zone)
    owner = {n.pk: row_id for row_id, notices in carried_by.items() for n in notices}
    public = {n.pk: n.public_id for notices in carried_by.values() for n in notices}
    return [
        Waiting(
            patron=patron,
            rows=found,
            language=bundle.language,
            items=told.items,
            notices=told.notice_ids,
            said=tuple(public[pk] for pk in told.notice_ids),
            deliveries=tuple(owner[pk] for pk in told.notice_ids),
            is_seen=told.is_seen,
            is_left=found[0].channel in wishes.get(patron.pk, Wishes()).off_channels,
        )
        for (patron, found), bundle, told in zip(mine, bundles, said, strict=True)
    ]


def _notices(
    of: Mapping[int, list[Delivery]], only: Iterable[int] | None
) -> dict[int, list[Notice]]:
    links = DeliveryNotice.objects.filter(
        delivery_id__in=[row.pk for found in of.values() for row in found]
    )
    if only is not None:
        links = links.filter(notice_id__in=list(only))
    found: dict[int, list[Notice]] = {}
    for link in sorted(links.select_related("notice"), key=lambda link: link.notice_id):
        found.setdefault(link.delivery_id, []).append(link.notice)
    return found


def drop(waiting: Iterable[Waiting], now: datetime) -> int:
    """Settle what need not be told any more; return how many deliveries. At most two statements."""
    dropped = 0
    over = [one for one in waiting if one.is_over]
    for is_seen, code in ((False, "not_true"), (True, "seen")):
        ids = [row.pk for one in over if one.is_seen == is_seen for row in one.rows]
        if ids:
            dropped += Delivery.objects.filter(pk__in=ids, ended_at=None).update(
                state=Delivery.State.DROPPED, ended_at=now, due_at=None, code=code
            )
    return dropped


def move_on(waiting: Iterable[Waiting], desk: Desk) -> None:
    """Have the next way carry what its reader does not want this way any more."""
    left = [one for one in waiting if one.is_left and not one.is_over]
    if not left:
        return
    here, wishes = house(desk), wishes_of({one.patron.pk for one in left})
    for one in left:
        for row in one.rows:
            kinds = frozenset(item.kind for item in one.items)
            next_way(here, row, kinds, wishes[one.patron.pk], desk.now, code="left")


def drop_everywhere(now: datetime) -> int:
    """Settle at night what was to be told by people and is over; return how many deliveries."""
    waiting = Delivery.across_libraries.filter(ended_at=None, channel__in=HAND_WAYS)
    dropped = 0
    for library_id in list(waiting.order_by().values_list("library_id", flat=True).distinct()):
        desk = worker_desk(library_id, now)
        if desk is None:
            continue
        with library_scope(library_id):
            dropped += sum(in_transaction(partial(_settle, desk, way)) for way in HAND_WAYS)
    return dropped


def _settle(desk: Desk, way: str) -> int:
    ids = list(open_rows(way).values_list("pk", flat=True)[:MOST])
    waiting = looked_up(lock_all(Delivery.objects.filter(pk__in=ids, ended_at=None)), desk)
    move_on(waiting, desk)
    return drop(waiting, desk.now)
