"""Reading applications: the staff's queue, one whole, and what the applicant sees."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from jieyue.libraries.desk import Desk
from jieyue.patrons.joining.applications import account_without_password, read
from jieyue.patrons.joining.consents import ConsentView, consents_with
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.matching import Matched, applicant_of, matched
from jieyue.patrons.models import Application
from jieyue.patrons.models.joining import DECIDED_STATES, OPEN_STATES
from jieyue.patrons.rules.births import age_on, read_date
from jieyue.patrons.rules.joining.approving import Match
from jieyue.patrons.rules.names import masked_phone

OPEN: Final = "open"
DECIDED: Final = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An application in the queue, with what a look at it needs first."""

    public_id: str
    state: str
    name: str
    group_name: str
    student_number: str
    phone_masked: str
    is_phone_verified: bool
    is_child: bool
    category: str
    branch: str
    invitation: str
    sent_at: datetime
    changed_at: datetime
    match: Match
    is_maybe_same: bool

    @property
    def is_plain(self) -> bool:
        """Whether it can be approved together with others, without a look."""
        is_known = self.match in {Match.NONE, Match.SURE}
        return is_known and not (self.match is Match.NONE and self.is_maybe_same)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A page of applications, and how many there are in all."""

    applications: tuple[Waiting, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    """An application with everything needed to decide it."""

    public_id: str
    state: str
    texts: dict[str, str]
    own: tuple[tuple[str, str], ...]  # (question, answer)
    verified: frozenset[str]
    under_14: str
    is_child: bool
    age: int | None
    category: str  # code, empty where none was chosen
    category_name: str
    branch: str
    branch_name: str
    invitation: str
    invitation_id: str
    is_signed_in: bool
    sent_at: datetime
    changed_at: datetime
    question: str
    reason: str
    decided_at: datetime | None
    decided_by: str
    decided_how: str
    patron: str
    is_erased: bool
    consents: tuple[ConsentView, ...]
    known: Matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an application stands, for who holds its link. `answers` fill the form again."""

    public_id: str
    state: str
    name: str
    question: str
    reason: str
    sent_at: datetime
    changed_at: datetime
    may_set_password: bool
    is_signed_in: bool
    can_use_phone: bool  # a code to that phone signs in
    kept: dict[str, Any]
    category: str
    branch: str


def waiting_count(desk: Desk) -> int:
    """Return how many wait for staff here. One statement, on an index."""
    return _mine(desk).filter(state=Application.State.SENT).count()


def queue(desk: Desk, *, which: str = OPEN, limit: int = 50, offset: int = 0) -> Queue:
    """Return applications: open ones the oldest first, or decided ones the newest first.

    At most six statements, however many there are.
    """
    found = _mine(desk)
    if which == OPEN:
        found = found.filter(state__in=OPEN_STATES).order_by("-state", "sent_at", "id")
    else:
        found = found.filter(state__in=DECIDED_STATES).order_by("-changed_at", "-id")
    rows = list(found.select_related("category", "branch", "invitation")[offset : offset + limit])
    kept = {row.public_id: read(row) for row in rows}
    applicants = {
        row.public_id: applicant_of(kept[row.public_id], row.account_id)
        for row in rows
        if row.state in OPEN_STATES
    }
    known = matched(form_now(), applicants, desk.today) if applicants else {}
    hits = [_waiting(row, kept[row.public_id], known.get(row.public_id)) for row in rows]
    return Queue(applications=tuple(hits), total=found.count())


def application_view(desk: Desk, public_id: str) -> ApplicationView | None:
    """Return one with everything. At most seven statements."""
    row = (
        _mine(desk)
        .filter(public_id=public_id)
        .select_related("category", "branch", "invitation", "decided_by", "patron")
        .first()
    )
    if row is None:
        return None
    kept = read(row)
    applicant = applicant_of(kept, row.account_id)
    known = matched(form_now(), {row.public_id: applicant}, desk.today)[row.public_id]
    born_on = read_date(kept["texts"].get("born_on", ""))
    return ApplicationView(
        public_id=row.public_id,
        state=row.state,
        texts=kept["texts"],
        own=tuple((one["label"], one["answer"]) for one in kept["own"]),
        verified=frozenset(kept["verified"]),
        under_14=kept.get("under_14", ""),
        is_child=row.is_child,
        age=age_on(born_on, desk.today) if born_on else None,
        category=row.category.code if row.category else "",
        category_name=row.category.name if row.category else "",
        branch=row.branch.code if row.branch else "",
        branch_name=row.branch.name if row.branch else "",
        invitation=row.invitation.name if row.invitation else "",
        invitation_id=row.invitation.public_id if row.invitation else "",
        is_signed_in=row.account_id is not None,
        sent_at=row.sent_at,
        changed_at=row.changed_at,
        question=row.question,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_how=row.decided_how,
        patron=row.patron.public_id if row.patron else "",
        is_erased=row.erased_at is not None,
        consents=tuple(consents_with(row.pk)),
        known=known,
    )


def standing(public_id: str, *, now: datetime) -> Standing | None:
    """Return where it stands; the door has seen the link's token. Two statements."""
    found = Application.objects.filter(public_id=public_id)
    row = found.select_related("category", "branch", "patron__account").first()
    if row is None:
        return None
    kept = read(row)
    return Standing(
        public_id=row.public_id,
        state=row.state,
        name=kept["texts"].get("name", ""),
        question=row.question,
        reason=row.reason,
        sent_at=row.sent_at,
        changed_at=row.changed_at,
        may_set_password=account_without_password(row, now) is not None,
        is_signed_in=row.account_id is not None,
        can_use_phone=bool(row.patron and row.patron.phone),
        kept=kept,
        category=row.category.code if row.category else "",
        branch=row.branch.code if row.branch else "",
    )


def _mine(desk: Desk) -> "QuerySet[Application]":
    """Return those that whoever is at the desk may decide."""
    found = Application.objects.all()
    if desk.branch_ids is not None:
        found = found.filter(Q(branch=None) | Q(branch_id__in=desk.branch_ids))
    return found


def _waiting(row: Application, kept: dict[str, Any], known: Matched | None) -> Waiting:
    texts = kept["texts"]
    phone = texts.get("phone") or texts.get("guardian_phone", "")
    return Waiting(
        public_id=row.public_id,
        state=row.state,
        name=texts.get("name", ""),
        group_name=texts.get("group_name", ""),
        student_number=texts.get("student_number", ""),
        phone_masked=masked_phone(phone),
        is_phone_verified=row.is_phone_verified or "guardian_phone" in kept["verified"],
        is_child=row.is_child,
        category=row.category.name if row.category else "",
        branch=row.branch.name if row.branch else "",
        invitation=row.invitation.name if row.invitation else "",
        sent_at=row.sent_at,
        changed_at=row.changed_at,
        match=known.match if known else Match.NONE,
        is_maybe_same=known.is_maybe_same if known else False,
    )
