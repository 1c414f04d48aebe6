"""The weekly message to class teachers on its way: one to a teacher and week, and no second.

A row is the message; its text is written from the data when it is taken up, and goes as every mail
does: written down as gone just before the line that ends it (see docs/notices.md).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from jieyue.circulation.queries.rulebook import vacation_rules
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.worker_desk import at_every_library, worker_desk
from jieyue.notices import outgoing
from jieyue.notices.channels import email
from jieyue.notices.channels.base import Failed, Handed, Message
from jieyue.notices.channels.limits import Pace, allowance
from jieyue.notices.handing import library_name
from jieyue.notices.house_rules import house_rules
from jieyue.notices.models import DeadAddress, TeacherDigest
from jieyue.notices.outgoing import or_waits
from jieyue.notices.rules.retrying import again_after, is_hopeless
from jieyue.notices.rules.weekly import week_to_send
from jieyue.notices.teachers import Teacher, class_news, teachers, weekly_message
from jieyue.notices.unreached import Means, means_of
from jieyue.notices.ways import services_in_use
from jieyue.notices.weekly_proving import ASKED, asking_message
from jieyue.patrons.rules.names import normal_email

BATCH: Final = 100  # messages begun, or looked up, at a time
STALE: Final = timedelta(days=1)  # then it is last week's news
State = TeacherDigest.State


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    """What of a library does not change from message to message; read anew for each pass."""

    desk: Desk
    name: str
    means: Means


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A message that is ours to hand over until `leased_until`. `code`: said of it once it went."""

    pk: int
    code: str
    address: str
    message: Message
    attempts: int
    leased_until: datetime


def plan_weekly(now: datetime) -> dict[str, Any]:
    """Begin the messages of every library whose day and hour have come; return how many."""
    return {slug: count for slug, count in at_every_library(now, plan_library).items() if count}


def plan_library(desk: Desk) -> int:
    """Begin this week's messages of the library in scope, each once; return how many."""
    weekly = house_rules().weekly
    if weekly is None:
        return 0
    week = week_to_send(weekly, desk.now, desk.zone, _open_days())
    if week is None:
        return 0
    begun = set(TeacherDigest.objects.filter(week_on=week).values_list("staff_id", flat=True))
    ids = [one.staff_id for one in teachers() if one.staff_id not in begun and not one.is_off]
    for start in range(0, len(ids), BATCH):
        in_transaction(partial(_begin, desk, week, ids[start : start + BATCH]))
    return len(ids)


def _begin(desk: Desk, week: date, staff_ids: list[int]) -> None:
    TeacherDigest.objects.bulk_create(
        (
            TeacherDigest(
                library_id=desk.library_id, public_id=public_id(), staff_id=pk, week_on=week,
                due_at=desk.now, created_at=desk.now,
            )
            for pk in staff_ids
        ),
        ignore_conflicts=True,
    )  # fmt: skip


def _open_days() -> Callable[[date], bool]:
    """Return what says whether the library is open and no school holidays are, at some branch."""
    ids = list(Branch.objects.filter(is_open=True).order_by("id").values_list("id", flat=True))
    calendars, vacations = calendars_of(ids), vacation_rules()

    def is_open(day: date) -> bool:
        away = {one.branch_id for one in vacations if one.starts_on <= day <= one.ends_on}
        return None not in away and any(
            calendar.is_open(day) for pk, calendar in calendars.items() if pk not in away
        )

    return is_open


def send_weekly(now: Callable[[], datetime], stop: threading.Event) -> int:
    """Send what is due in every library; return how many were looked at. One statement if none."""
    waiting = TeacherDigest.across_libraries.filter(ended_at=None, due_at__lte=now())
    done = 0
    for library_id in list(waiting.order_by().values_list("library_id", flat=True).distinct()):
        desk = worker_desk(library_id, now())
        if desk is not None and not stop.is_set():
            with library_scope(library_id):
                done += _send_library(desk, now, stop)
    return done


def _send_library(desk: Desk, now: Callable[[], datetime], stop: threading.Event) -> int:
    """Send over one connection until it is done or fails; what fails has all of them wait."""
    service = services_in_use().get("email")
    due = TeacherDigest.objects.filter(outgoing.free(now()), ended_at=None, due_at__lte=now())
    if service is None:
        return int(due.update(state=State.GIVEN_UP, code="no_service", ended_at=now()))
    left, pace = allowance(service, now(), desk.zone), Pace(service)
    if left.is_used_up(service.cost_cents):
        due.update(due_at=now() + timedelta(hours=1), code="over_budget")
        return 0
    here = _House(desk=desk, name=library_name(desk), means=means_of(desk))
    done = 0
    with email.open_session(service) as session:
        for pk in list(due.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH]):
            if stop.is_set() or left.is_used_up(service.cost_cents):
                break
            done += 1
            take_up = partial(_take_up, here, pk, now())
            ready = or_waits(partial(in_transaction, take_up), TeacherDigest.objects, pk, now())
            if ready is None:
                continue
            left.take(service.cost_cents)
            pace.wait()
            result = _hand_over(session, ready, now)
            if isinstance(result, Failed) and result.scope in {"service", "setup"}:
                pause = again_after(ready.attempts, result.again_after)
                due.update(due_at=now() + pause)  # the others wait as well
                break
    return done


def _take_up(here: _House, pk: int, now: datetime) -> _Ready | None:
    """Take it up if it is still wanted and there is something to say; else settle it."""
    until = outgoing.take(TeacherDigest.objects, pk, now)
    if until is None:
        return None
    row = TeacherDigest.objects.get(pk=pk)
    rules, found = house_rules(), teachers([row.staff_id])
    if rules.weekly is None or not found or found[0].is_off:
        _end(row, now, State.DROPPED, "off" if rules.weekly is None else "left")
        return None
    [teacher] = found
    asks = bool(teacher.email) and not teacher.is_proved
    message = _asking(here, teacher, row.public_id) if asks else weekly_message(
        here.desk, teacher, class_news(here.desk, here.means, teacher.groups),
        library=here.name, rules=rules, message_id=row.public_id,
    )  # fmt: skip
    if message is None:
        _end(row, now, State.DROPPED, "nothing")
        return None
    why = (row.code or "no_answer") if now - row.created_at > STALE else _no_way(teacher.email)
    if why:
        _end(row, now, State.GIVEN_UP, why)
        return None
    return _Ready(
        pk=pk, code=ASKED if asks else "", address=teacher.email, message=message,
        attempts=row.attempts, leased_until=until,
    )  # fmt: skip


def _asking(here: _House, teacher: Teacher, message_id: str) -> Message:
    """Return the message that names nobody and asks whether the address is the colleague's."""
    rules = house_rules()
    return asking_message(
        slug=here.desk.slug, login=teacher.login, name=teacher.name, address=teacher.email,
        library=here.name, site=rules.site_url, language=teacher.language or rules.language,
        message_id=message_id,
    )  # fmt: skip


def _no_way(address: str) -> str:
    """Return why no mail leads there; empty if one does."""
    if not address:
        return "no_address"
    hashed = keyed_hash(normal_email(address))
    is_dead = DeadAddress.objects.filter(channel="email", address_hash=hashed).exists()
    return "no_such_address" if is_dead else ""


def _hand_over(
    session: email.Session, ready: _Ready, now: Callable[[], datetime]
) -> Handed | Failed:
    """Send it, and write down what became of it."""
    gone_at: list[datetime] = []

    def released() -> bool:
        """Write it down as gone just before it goes; False if somebody else has it by now."""
        if not gone_at:
            moment = now()
            if not in_transaction(lambda: _settle(ready, Handed(), moment)):
                return False
            gone_at.append(moment)
        return True

    result = outgoing.hand_over(
        session.send, "email", ready.address, ready.message, released, now
    )  # fmt: skip
    if isinstance(result, Failed):
        in_transaction(lambda: _reopen_and_settle(ready, result, gone_at, now()))
    return result


def _reopen_and_settle(
    ready: _Ready, failed: Failed, gone_at: list[datetime], now: datetime
) -> None:
    """Write a failure down, also of a message that was written down as gone."""
    if gone_at:
        outgoing.reopen(TeacherDigest.objects, ready.pk, gone_at[0], ready.leased_until)
    _settle(ready, failed, now)


def _settle(ready: _Ready, result: Handed | Failed, now: datetime) -> bool:
    """Write down what became of it; False if somebody else has it by now."""
    mine = outgoing.mine(TeacherDigest.objects, ready.pk, ready.leased_until)
    if isinstance(result, Handed):
        values: dict[str, Any] = {
            "state": State.HANDED, "ended_at": now, "code": ready.code, "detail": "",
        }  # fmt: skip
    else:
        values = outgoing.why_not(result)
        if is_hopeless(result.scope, ready.attempts):
            values |= {"state": State.GIVEN_UP, "ended_at": now}
        else:
            values["due_at"] = now + again_after(ready.attempts, result.again_after)
    return bool(mine.update(leased_until=None, **values))


def _end(row: TeacherDigest, now: datetime, state: State, code: str) -> None:
    outgoing.end(TeacherDigest.objects, row.pk, now, state=state, code=code)
