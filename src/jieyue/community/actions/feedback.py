"""Feedback: written by readers and visitors, answered by staff."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from jieyue.catalog.rules.pictures import Picture
from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved, against, done, refused
from jieyue.community.models import Feedback, FeedbackLine, FeedbackPicture
from jieyue.community.queries.settings import rules_of
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.feedback import FeedbackKind, FeedbackState
from jieyue.community.rules.limits import (
    A_DAY,
    AN_HOUR,
    MAX_ABOUT,
    MAX_AT_ONCE,
    MAX_CONTACT,
    MAX_TEXT,
    MOST_A_DAY,
    MOST_AN_HOUR,
    MOST_VISITORS_AN_HOUR,
)
from jieyue.community.rules.texts import one_line, tidy
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import ForbiddenError, action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch, Staff
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Patron

LINK_LENGTH: Final = 16  # of a visitor's link: 30^16, nobody guesses one


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes without having signed in: the network address, and how to reach them.

    Its text is a keyed hash, so that no fingerprint of a request tells either.
    """

    address: str = field(repr=False)
    contact: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return what may be kept of it."""
        return keyed_hash(f"{self.address}|{self.contact}")


@action(needs=None)
def send_feedback(
    desk: Desk,
    *,
    kind: str,
    text: str,
    about: str = "",
    branch: str = "",
    picture: Picture | None = None,
    sender: Sender | None = None,
) -> VoiceSaved | VoiceRefused:
    """Write to the library: a reader at their desk, or a visitor who names a `sender`.

    `about`: `title:<public id>` or `page:<path>`; `branch`: a code. The picture was drawn anew by
    `picture_of`, outside any transaction.
    """
    if desk.patron_id is None and sender is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    rules = rules_of()
    if not rules.takes_feedback or (desk.patron_id is None and not rules.takes_visitors):
        return against(VoiceFault.NOT_TAKEN)
    text, contact = tidy(text), one_line(sender.contact if sender else "")
    place = Branch.objects.filter(code=branch, is_open=True).first() if branch else None
    faults = _faults(kind, text, about, contact)
    if branch and place is None:
        faults.append(Fault(VoiceFault.BRANCH_UNKNOWN, "branch"))
    if faults:
        return refused(*faults, patron_id=desk.patron_id)
    who = _who(desk, sender)
    if _wrote_too_much(desk, who):
        return refused(Fault(VoiceFault.TOO_MANY_SENT), patron_id=desk.patron_id)
    row = Feedback.objects.create(
        library_id=desk.library_id,
        public_id=public_id(LINK_LENGTH),
        kind=kind,
        about=about,
        branch_id=place.pk if place else _home(desk),
        patron_id=desk.patron_id,
        contact=contact,
        sender_hash=who,
        text=text,
        created_at=desk.now,
        changed_at=desk.now,
    )
    if picture is not None:
        FeedbackPicture.objects.create(
            library_id=desk.library_id, feedback=row, digest=picture.digest,
            large=picture.large, small=picture.small,
        )  # fmt: skip
    return done(row.public_id, "new", patron_id=desk.patron_id, kind=kind)


def _faults(kind: str, text: str, about: str, contact: str) -> list[Fault]:
    faults = []
    if kind not in set(FeedbackKind):
        faults.append(Fault(VoiceFault.CHOICE_BAD, "kind"))
    if not text:
        faults.append(Fault(VoiceFault.TEXT_MISSING, "text"))
    limits = {"text": MAX_TEXT, "about": MAX_ABOUT, "contact": MAX_CONTACT}
    for name, given in (("text", text), ("about", about), ("contact", contact)):
        if len(given) > limits[name]:
            faults.append(Fault(VoiceFault.TOO_LONG, name, str(limits[name])))
    return faults


def _who(desk: Desk, sender: Sender | None) -> str:
    """Return a keyed hash of who writes, the same all day."""
    who = f"patron:{desk.patron_id}" if desk.patron_id else f"address:{sender and sender.address}"
    return keyed_hash(f"feedback:{desk.library_id}:{who}")


def _wrote_too_much(desk: Desk, who: str) -> bool:
    """Say whether this sender, or all visitors together, wrote too much lately."""
    mine = Feedback.objects.filter(sender_hash=who)
    if mine.filter(created_at__gt=desk.now - AN_HOUR).count() >= MOST_AN_HOUR:
        return True
    if mine.filter(created_at__gt=desk.now - A_DAY).count() >= MOST_A_DAY:
        return True
    if desk.patron_id is not None:
        return False
    visitors = Feedback.objects.filter(patron_id=None, created_at__gt=desk.now - AN_HOUR)
    return bool(visitors.count() >= MOST_VISITORS_AN_HOUR)


def _home(desk: Desk) -> int | None:
    """Return the branch of the reader who writes."""
    mine = Patron.objects.filter(pk=desk.patron_id)
    return mine.values_list("branch_id", flat=True).first() if desk.patron_id else None


@action(needs=None)
def follow_up(desk: Desk, *, feedback: str, text: str) -> VoiceSaved | VoiceRefused:
    """Say once more, after an answer, what is still open: then it is the library's turn again.

    A reader follows up their own; a visitor whoever has the link.
    """
    row = lock_one(Feedback.objects.filter(public_id=feedback, patron_id=desk.patron_id))
    if row is None:
        return against(VoiceFault.UNKNOWN)
    text = tidy(text)
    if not text:
        return against(VoiceFault.TEXT_MISSING, "text")
    if len(text) > MAX_TEXT:
        return against(VoiceFault.TOO_LONG, "text", MAX_TEXT)
    said = set(FeedbackLine.objects.filter(feedback=row).values_list("kind", flat=True))
    if FeedbackLine.Kind.FOLLOW_UP in said:
        return against(VoiceFault.FOLLOWED_UP)
    if FeedbackLine.Kind.ANSWER not in said:
        return against(VoiceFault.NOT_ANSWERED)
    _say(desk, row, FeedbackLine.Kind.FOLLOW_UP, text)
    _turn(desk, row, FeedbackState.NEW)
    return done(feedback, "new", patron_id=desk.patron_id)


@action(needs=Permission.MESSAGES)
def answer_feedback(
    desk: Desk, *, feedback: str, text: str, closes: bool = False
) -> VoiceSaved | VoiceRefused:
    """Answer a reader, who is told; `closes`: nothing more is expected of either."""
    row = _mine(desk, feedback)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    text = tidy(text)
    if not text:
        return against(VoiceFault.TEXT_MISSING, "text")
    if len(text) > MAX_TEXT:
        return against(VoiceFault.TOO_LONG, "text", MAX_TEXT)
    line = _say(desk, row, FeedbackLine.Kind.ANSWER, text)
    state = FeedbackState.CLOSED if closes else FeedbackState.ANSWERED
    _turn(desk, row, state)
    if row.patron_id is not None:
        promise("notices.feedback_answered", {"feedback": f"{feedback}:{line.pk}"}, at=desk.now)
    return done(feedback, state.value, patron_id=row.patron_id)


@action(needs=Permission.MESSAGES)
def note_feedback(desk: Desk, *, feedback: str, text: str) -> VoiceSaved | VoiceRefused:
    """Write an internal note that only staff see."""
    row = _mine(desk, feedback)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    text = tidy(text)
    if not text:
        return against(VoiceFault.TEXT_MISSING, "note")
    if len(text) > MAX_TEXT:
        return against(VoiceFault.TOO_LONG, "note", MAX_TEXT)
    _say(desk, row, FeedbackLine.Kind.NOTE, text)
    return done(feedback, row.state)


@action(needs=Permission.MESSAGES)
def assign_feedback(desk: Desk, *, feedback: str, staff: int | None) -> VoiceSaved | VoiceRefused:
    """Say who of the staff (row id) deals with it; None: nobody in particular."""
    row = _mine(desk, feedback)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    who = Staff.objects.filter(pk=staff, is_active=True).first() if staff else None
    if staff and who is None:
        return against(VoiceFault.CHOICE_BAD, "staff")
    Feedback.objects.filter(pk=row.pk).update(assigned_to=who)
    return done(feedback, row.state, staff=who and who.pk)


@action(needs=Permission.MESSAGES)
def close_feedback(desk: Desk, *, feedback: tuple[str, ...]) -> VoiceSaved | VoiceRefused:
    """Close some without an answer: nothing is to be done about them, or it is done."""
    asked = Feedback.objects.filter(public_id__in=feedback[:MAX_AT_ONCE])
    rows = lock_all(asked.filter(_within(desk)))
    if not rows:
        return against(VoiceFault.UNKNOWN)
    open_rows = [row for row in rows if row.state != FeedbackState.CLOSED]
    if not open_rows:
        return against(VoiceFault.CLOSED_ALREADY)
    for row in open_rows:
        _turn(desk, row, FeedbackState.CLOSED)
    return done(open_rows[0].public_id, "closed", rows=len(open_rows))


@action(needs=Permission.MESSAGES)
def reopen_feedback(desk: Desk, *, feedback: str) -> VoiceSaved | VoiceRefused:
    """Take it up again: it waits for the library."""
    row = _mine(desk, feedback)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    _turn(desk, row, FeedbackState.NEW)
    return done(feedback, "new", patron_id=row.patron_id)


def _mine(desk: Desk, feedback: str) -> Feedback | None:
    """Lock it; None if it is not there. Raises OtherBranchError where one does not work."""
    row: Any = lock_one(Feedback.objects.filter(public_id=feedback))
    if row is not None:
        need_branch(desk, row.branch_id)
    return row  # type: ignore[no-any-return]


def _within(desk: Desk) -> Q:
    return Q() if desk.branch_ids is None else Q(branch_id__in=desk.branch_ids)


def _say(desk: Desk, row: Feedback, kind: str, text: str) -> FeedbackLine:
    line: FeedbackLine = FeedbackLine.objects.create(
        library_id=desk.library_id, feedback=row, kind=kind, text=text,
        staff_id=desk.staff_id, at=desk.now,
    )  # fmt: skip
    return line


def _turn(desk: Desk, row: Feedback, state: FeedbackState) -> None:
    Feedback.objects.filter(pk=row.pk).update(state=state.value, changed_at=desk.now)
