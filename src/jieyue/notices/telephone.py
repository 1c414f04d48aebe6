"""The telephone list: who is to be called, and what came of a call (电话通知单)."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.by_hand import MOST, Waiting, drop, looked_up, open_rows
from jieyue.notices.call_undo import as_before
from jieyue.notices.channels.by_hand import Number, numbers_of, remember_wrong
from jieyue.notices.composing import Item, Letterhead, Own, compose
from jieyue.notices.handing import House, house, next_way
from jieyue.notices.house_rules import Wishes, wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice
from jieyue.notices.planning import carry
from jieyue.notices.rules.kinds import gravity
from jieyue.notices.rules.timing import at_local
from jieyue.patrons.links import age_of, family_choice
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.family import FamilyChoice, shows_titles

Answer = Literal["told", "nobody", "wrong"]
ANSWERS: Final[tuple[Answer, ...]] = ("told", "nobody", "wrong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A reader to be called. `of`: the guardian whose number it is; `said`: what a call tells.

    `said` are public ids of notices, gravest first, as `items` are; `again_at` lies ahead where
    nobody answered. No number: it turned out to be wrong, or was taken out of the record since.
    """

    patron: str  # public id
    name: str = field(repr=False)
    group: str
    phone: str = field(repr=False)
    of: str = field(repr=False)
    mark: str
    items: tuple[Item, ...]
    said: tuple[str, ...]
    since: datetime
    tries: int
    again_at: datetime | None
    shows_titles: bool  # to whoever is called: a guardian hears what the library's rules allow

    @property
    def told(self) -> tuple[Item, ...]:
        """What is told, without titles where they are nothing for whoever is called."""
        return self.items if self.shows_titles else tuple(replace(i, title="") for i in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNoted:
    """What follows of it.

    `told`; `later`: again at `again_at`; `other_number`: there is another to call; `next_way`: it
    goes by `channel` now; `given_up`: no way is left, staff see it; `settled`: nothing was left to
    say.
    """

    type: Literal["call_noted"] = "call_noted"
    then: Literal["told", "later", "other_number", "next_way", "given_up", "settled"]
    again_at: datetime | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotNoted:
    """`unknown`: no such reader; `over`: nobody need call any more; `changed`: a new number."""

    type: Literal["refused"] = "refused"
    why: Literal["unknown", "over", "changed"]


def calls(desk: Desk) -> list[Call]:
    """Return who is to be called, the gravest first and then who has waited longest.

    What is settled is left out. At most seventeen statements, and two for each guardian.
    """
    found = open_rows("phone")
    if desk.branch_ids is not None:
        found = found.filter(patron__branch_id__in=desk.branch_ids)
    waiting = [one for one in looked_up(found[:MOST], desk) if one.is_wanted]
    if not waiting:
        return []
    numbers = numbers_of([one.patron.pk for one in waiting], desk.today)
    choice = family_choice()
    made = [_call(one, numbers.get(one.patron.pk), choice, desk) for one in waiting]
    return sorted(made, key=lambda call: (gravity(call.items[0].kind), call.since, call.patron))


def call_text(call: Call, desk: Desk, *, library: str, language: str, own: Own) -> str:
    """Return what is said to who is called, in a language of `LANGUAGES`."""
    head = Letterhead(reader=call.name, library=library, language=language, today=desk.today)
    if call.of:
        head = replace(head, reader=call.of)
    items = [replace(item, of=item.of or (call.name if call.of else "")) for item in call.told]
    return compose(items, head, channel="phone", own=own, message_id="").text


def _call(
    one: Waiting,
    number: Number | None,
    choice: FamilyChoice,
    desk: Desk,
) -> Call:
    said = sorted(
        zip(one.items, one.said, strict=True), key=lambda pair: gravity(pair[0].kind)
    )  # fmt: skip
    ahead = [row.due_at for row in one.rows if row.due_at is not None and row.due_at > desk.now]
    of = number.of if number else ""
    age = age_of(one.patron, desk.today) if of else None
    return Call(
        patron=one.patron.public_id,
        name=one.patron.name,
        group=one.patron.group_name,
        phone=number.phone if number else "",
        of=of,
        mark=number.mark if number else "",
        items=tuple(item for item, _ in said),
        said=tuple(public for _, public in said),
        since=min(row.created_at for row in one.rows),
        tries=max(row.attempts for row in one.rows),
        again_at=max(ahead) if len(ahead) == len(one.rows) else None,
        shows_titles=not of or shows_titles(choice, kind="guardian", age=age, shares=None),
    )


@action(needs=Permission.MESSAGES)
def note_call(
    desk: Desk, *, patron: str, answer: Answer, mark: str, said: tuple[str, ...]
) -> CallNoted | CallNotNoted:
    """Note what came of a call to a reader (public id) at the number with this `mark`.

    `said` names the notices (public ids) that the list showed: what came since waits for another
    call. Nobody answered: again tomorrow, and after so many calls the next way. A wrong number is
    never called or written to again.
    """
    reader = Patron.objects.filter(public_id=patron).first()
    if reader is None:
        return _not_noted("unknown")
    need_branch(desk, reader.branch_id)
    rows = lock_all(
        Delivery.objects.filter(patron=reader, channel="phone", ended_at=None, reference="")
    )
    if not rows:
        return _not_noted("over")
    number = numbers_of([reader.pk], desk.today).get(reader.pk)
    if number is not None and number.mark != mark:
        return _not_noted("changed")
    here = house(desk)
    [waiting] = looked_up(rows, desk)
    before = as_before(waiting.rows)
    if answer == "wrong" and number is not None:
        remember_wrong(number, desk.now)
    noted = _noted(here, waiting, answer, said)
    note(
        Note(
            patron_id=reader.pk,
            data={"answer": answer, "then": noted.then, "channel": noted.channel, "before": before},
        )
    )
    return noted


def _noted(here: House, waiting: Waiting, answer: Answer, said: tuple[str, ...]) -> CallNoted:
    if answer == "told":
        return _told(here.desk, waiting, said)
    if waiting.is_over:
        drop([waiting], here.desk.now)
        return CallNoted(then="settled")
    if answer == "wrong":
        return _wrong(here, waiting)
    return _nobody(here, waiting)


def _told(desk: Desk, waiting: Waiting, said: tuple[str, ...]) -> CallNoted:
    """Settle what was said; what came after the list was opened waits for another call."""
    known = zip(waiting.notices, waiting.said, strict=True)
    rest = [pk for pk, public in known if public not in said]
    first = waiting.rows[0]
    DeliveryNotice.objects.filter(delivery__in=waiting.rows, notice_id__in=rest).delete()
    Delivery.objects.filter(pk__in=[row.pk for row in waiting.rows]).update(
        state=Delivery.State.HANDED, ended_at=desk.now, due_at=None, code=""
    )
    if rest:
        fresh = Delivery.objects.create(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=waiting.patron.pk,
            channel="phone",
            planned_for=desk.now,
            passed_over=first.passed_over,
            tried=first.tried,
            created_at=desk.now,
        )
        carry(desk.library_id, [(fresh, rest)])
    return CallNoted(then="told")


def _nobody(here: House, waiting: Waiting) -> CallNoted:
    desk = here.desk
    tries = max(row.attempts for row in waiting.rows) + 1
    ids = [row.pk for row in waiting.rows]
    if tries >= here.rules.by_hand.calls:
        Delivery.objects.filter(pk__in=ids).update(attempts=tries)
        return _other_way(here, waiting, "not_answered")
    again_at = at_local(desk.today + timedelta(days=1), here.rules.sends_from, desk.zone)
    Delivery.objects.filter(pk__in=ids).update(
        attempts=tries, due_at=again_at, code="not_answered"
    )  # fmt: skip
    return CallNoted(then="later", again_at=again_at)


def _wrong(here: House, waiting: Waiting) -> CallNoted:
    if numbers_of([waiting.patron.pk], here.desk.today):
        Delivery.objects.filter(pk__in=[row.pk for row in waiting.rows]).update(
            attempts=0, due_at=None, code=""
        )
        return CallNoted(then="other_number")
    return _other_way(here, waiting, "wrong_number")


def _other_way(here: House, waiting: Waiting, code: str) -> CallNoted:
    wishes = wishes_of({waiting.patron.pk}).get(waiting.patron.pk, Wishes())
    kinds = frozenset(item.kind for item in waiting.items)
    taken = ""
    for row in waiting.rows:
        taken = next_way(here, row, kinds, wishes, here.desk.now, code=code)
    return CallNoted(then="next_way" if taken else "given_up", channel=taken)


def _not_noted(why: Literal["unknown", "over", "changed"]) -> CallNotNoted:
    note(Note(outcome="refused"))
    return CallNotNoted(why=why)
