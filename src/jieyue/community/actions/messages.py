"""Messages to a group of readers: written, sent in steps, stopped, left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import F

from jieyue.audit.journal import Note, note
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved, against, done, refused
from jieyue.community.models import GroupMessage, MessageRecipient
from jieyue.community.queries.audience import consented, had_enough, matching
from jieyue.community.queries.settings import rules_of
from jieyue.community.rules.audience import Audience, audience_of
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.limits import MAX_SUBJECT, MAX_TEXT
from jieyue.community.rules.moments import moment_of
from jieyue.community.rules.texts import one_line, tidy
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import ForbiddenError, action, need_branch
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Patron

BATCH: Final = 200  # readers of a step
MOST_UNSEEN: Final = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStep:
    """A step of sending; `is_last`: nobody is left."""

    type: Literal["message_step"] = "message_step"
    readers: int
    is_last: bool


@action(needs=Permission.MESSAGES)
def write_message(
    desk: Desk, *, name: str, text: str, audience: Audience, branch: str = "", message: str = ""
) -> VoiceSaved | VoiceRefused:
    """Write a new message, or change one that is not being sent (public id).

    Whoever works at single branches writes to the readers of one of them.
    """
    row = _mine(desk, message) if message else None
    if message and row is None:
        return against(VoiceFault.UNKNOWN)
    if row is not None and row.state not in ("draft", "scheduled"):
        return against(VoiceFault.SENT_ALREADY)
    place = Branch.objects.filter(code=branch).first() if branch else None
    faults = _faults(name, text, audience)
    if branch and place is None:
        faults.append(Fault(VoiceFault.BRANCH_UNKNOWN, "branch"))
    if faults:
        return refused(*faults)
    need_branch(desk, place.pk if place else None)
    values: dict[str, Any] = {
        "name": one_line(name),
        "text": tidy(text),
        "branch": place,
        "filters": audience.stored(),
    }
    if row is not None:
        GroupMessage.objects.filter(pk=row.pk).update(**values, state="draft", send_at=None)
        return done(message, "draft")
    made = GroupMessage.objects.create(
        library_id=desk.library_id, public_id=public_id(), created_by_id=desk.staff_id,
        created_at=desk.now, **values,
    )  # fmt: skip
    return done(made.public_id, "draft")


def _faults(name: str, text: str, audience: Audience) -> list[Fault]:
    faults = []
    if not one_line(name):
        faults.append(Fault(VoiceFault.NAME_MISSING, "name"))
    if not tidy(text):
        faults.append(Fault(VoiceFault.TEXT_MISSING, "text"))
    for field, given, most in (("name", name, MAX_SUBJECT), ("text", text, MAX_TEXT)):
        if len(given) > most:
            faults.append(Fault(VoiceFault.TOO_LONG, field, str(most)))
    days = audience.unseen_days
    if days is not None and not 1 <= days <= MOST_UNSEEN:
        faults.append(Fault(VoiceFault.NUMBER_BAD, "unseen_days", str(MOST_UNSEEN)))
    return faults


@action(needs=Permission.MESSAGES)
def send_message(
    desk: Desk, *, message: str, at: datetime | None = None
) -> VoiceSaved | VoiceRefused:
    """Send it now, or at a local moment (naive, as typed)."""
    row = _mine(desk, message)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    if row.state not in ("draft", "scheduled"):
        return against(VoiceFault.SENT_ALREADY)
    moment = moment_of(at, desk.zone) if at else desk.now
    if moment is None:
        return against(VoiceFault.TIME_SKIPPED, "at")
    if moment < desk.now:
        return against(VoiceFault.TIME_PAST, "at")
    if not rules_of().messages_per_month:
        return against(VoiceFault.NOT_TAKEN)
    found = matching(desk, audience_of(row.filters), row.branch_id)
    if not consented(found).exists():
        return against(VoiceFault.NOBODY)
    state = "scheduled" if at else "sending"
    GroupMessage.objects.filter(pk=row.pk).update(state=state, send_at=moment)
    payload = {"message": message, "at": int(moment.timestamp())}
    promise("community.send_message", payload, at=moment)
    return done(message, state)


@action(needs=Permission.MESSAGES)
def stop_message(desk: Desk, *, message: str) -> VoiceSaved | VoiceRefused:
    """Send it to nobody more; one that was to go later is a draft again."""
    row = _mine(desk, message)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    if row.state == "scheduled":
        GroupMessage.objects.filter(pk=row.pk).update(state="draft", send_at=None)
        return done(message, "draft")
    if row.state != "sending":
        return against(VoiceFault.SENT_ALREADY)
    GroupMessage.objects.filter(pk=row.pk).update(state="stopped", finished_at=desk.now)
    return done(message, "stopped")


@action(needs=None)
def step_message(desk: Desk, *, message: str, at: int) -> MessageStep:
    """Write the next readers down and promise to tell them. Only the worker does.

    Whom the filter finds is asked anew for each step, in order of row id, so that one who was
    found is written down once, whatever stopped or killed the sending between two steps.
    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.MESSAGES)
    row = lock_one(GroupMessage.objects.filter(public_id=message))
    due = row is not None and row.send_at is not None and int(row.send_at.timestamp()) == at
    if row is None or not due or row.state not in ("scheduled", "sending"):
        return MessageStep(readers=0, is_last=True)
    found = matching(desk, audience_of(row.filters), row.branch_id)
    ids = list(
        found.filter(pk__gt=row.last_patron).order_by("pk").values_list("pk", flat=True)[:BATCH]
    )
    agreed = set(consented(Patron.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    enough = set(had_enough(desk)) if rules_of().messages_per_month else set(ids)
    chosen = [pk for pk in ids if pk in agreed and pk not in enough]
    is_last = len(ids) < BATCH
    step = row.steps + 1
    MessageRecipient.objects.bulk_create(
        MessageRecipient(
            library_id=desk.library_id, public_id=public_id(), message=row, patron_id=pk,
            step=step, at=desk.now,
        )
        for pk in chosen
    )  # fmt: skip
    GroupMessage.objects.filter(pk=row.pk).update(
        state="sent" if is_last else "sending",
        finished_at=desk.now if is_last else None,
        last_patron=ids[-1] if ids else row.last_patron,
        steps=step,
        matched=F("matched") + len(ids),
        without_consent=F("without_consent") + len(ids) - len(agreed),
        over_limit=F("over_limit") + len(agreed) - len(chosen),
        sent=F("sent") + len(chosen),
    )
    if chosen:
        promise("notices.message", {"message": message, "step": step}, at=desk.now)
    if not is_last:
        promise("community.send_message", {"message": message, "at": at}, at=desk.now)
    note(Note(data={"readers": len(chosen)}))
    return MessageStep(readers=len(chosen), is_last=is_last)


@action(needs=None)
def open_message(desk: Desk, *, recipient: str) -> VoiceSaved | VoiceRefused:
    """Note that the reader opened it, the first time."""
    mine = _received(desk, recipient)
    if mine is None:
        return against(VoiceFault.UNKNOWN)
    if mine.opened_at is None:
        MessageRecipient.objects.filter(pk=mine.pk).update(opened_at=desk.now)
    return done(recipient, patron_id=mine.patron_id)


@action(needs=None)
def note_left(desk: Desk, *, recipient: str) -> VoiceSaved | VoiceRefused:
    """Note that this message made the reader want no more; the consent is ended beside it."""
    mine = _received(desk, recipient)
    if mine is None:
        return against(VoiceFault.UNKNOWN)
    if mine.unsubscribed_at is None:
        MessageRecipient.objects.filter(pk=mine.pk).update(unsubscribed_at=desk.now)
    return done(recipient, "left", patron_id=mine.patron_id)


def _received(desk: Desk, recipient: str) -> Any:
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    asked = MessageRecipient.objects.filter(public_id=recipient, patron_id=desk.patron_id)
    return next(iter(lock_all(asked)), None)


def _mine(desk: Desk, message: str) -> Any:
    row = lock_one(GroupMessage.objects.filter(public_id=message))
    if row is not None:
        need_branch(desk, row.branch_id)
    return row
