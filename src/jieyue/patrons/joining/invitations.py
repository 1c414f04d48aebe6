"""Invitations (邀请): codes that let people apply, printed as slips or sent as a link.

A code is the invitation's prefix, a number and a tag that only this installation can make of them,
so none is kept, and nobody guesses one slip from another.
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import ALPHABET, public_id
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.outcomes import ApplicationRefused, JoiningSaved, refused
from jieyue.patrons.models import Application, Invitation, PatronCategory
from jieyue.patrons.rules.joining.form import Fault, JoiningFault
from jieyue.patrons.rules.membership import LIMITS

PREFIX: Final = 4
NUMBER: Final = 2
TAG: Final = 6
MAX_NAME: Final = 100
MAX_SLIPS: Final = 500
MAX_PLACES: Final = 1000
GONE: Final = ("refused", "withdrawn")  # an application that leaves its place to another


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """An invitation with how much of it is used."""

    public_id: str
    name: str
    places: int
    used: int
    is_slips: bool
    ends_on: date | None
    category: str
    branch: str
    group_name: str
    created_at: datetime
    is_over: bool
    code: str  # the shared one; empty for slips


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What a code that was typed leads to. `slip` is which one; None: the shared code."""

    invitation_id: int
    slip: int | None
    name: str
    category: str
    branch: str
    group_name: str
    fault: JoiningFault | None  # why it cannot be used (any more)


def code_of(invitation: Invitation, number: int) -> str:
    """Return a code as it is printed, such as `K7MX-23P9-QRST`."""
    first, second = divmod(number, len(ALPHABET))
    text = f"{invitation.prefix}{ALPHABET[first]}{ALPHABET[second]}{_tag(invitation, number)}"
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _tag(invitation: Invitation, number: int) -> str:
    digest = keyed_hash(f"invitation:{invitation.library_id}:{invitation.public_id}:{number}")
    value, letters = int(digest, 16), []
    for _ in range(TAG):
        value, place = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def plain_code(text: str) -> str:
    """Return a code as it is compared: capitals without dashes or spaces."""
    plain = unicodedata.normalize("NFKC", text[:60]).upper()
    return "".join(char for char in plain if char in ALPHABET)


def invited_by(text: str, today: date, *, lock: bool = False) -> Invited | None:
    """Return what a typed code leads to; None if it is none of this library's.

    At most two statements. `lock` holds the invitation until the action ends.
    """
    code = plain_code(text)
    if len(code) != PREFIX + NUMBER + TAG:
        return None
    found = Invitation.objects.filter(prefix=code[:PREFIX]).select_related("category", "branch")
    row = lock_one(found) if lock else found.first()
    if row is None:
        return None
    first, second = (ALPHABET.index(char) for char in code[PREFIX : PREFIX + NUMBER])
    number = first * len(ALPHABET) + second
    is_ours = hmac.compare_digest(_tag(row, number), code[PREFIX + NUMBER :])
    if not is_ours or not (1 <= number <= row.places if row.is_slips else number == 0):
        return None
    slip = number if row.is_slips else None
    return Invited(
        invitation_id=row.pk,
        slip=slip,
        name=row.name,
        category=row.category.code if row.category else "",
        branch=row.branch.code if row.branch else "",
        group_name=row.group_name,
        fault=_fault(row, slip, today),
    )


def _fault(row: Invitation, slip: int | None, today: date) -> JoiningFault | None:
    if row.ended_at is not None or (row.ends_on is not None and row.ends_on < today):
        return JoiningFault.INVITATION_OVER
    used = Application.objects.filter(invitation=row).exclude(state__in=GONE)
    if slip is not None:
        return JoiningFault.INVITATION_USED if used.filter(slip=slip).exists() else None
    return JoiningFault.INVITATION_USED if used.count() >= row.places else None


@action(needs=Permission.PATRON_EDIT)
def make_invitation(
    desk: Desk,
    *,
    name: str,
    places: int,
    is_slips: bool = False,
    ends_on: date | None = None,
    category: str = "",
    branch: str = "",
    group_name: str = "",
) -> JoiningSaved | ApplicationRefused:
    """Make a code that `places` people may use, or that many slips for one each.

    Card type and branch by code; empty: as the form says.
    """
    faults = []
    if not name.strip():
        faults.append(Fault("name", JoiningFault.MISSING))
    if len(name.strip()) > MAX_NAME:
        faults.append(Fault("name", JoiningFault.TOO_LONG, str(MAX_NAME)))
    if len(group_name.strip()) > LIMITS["group_name"]:
        faults.append(Fault("group_name", JoiningFault.TOO_LONG, str(LIMITS["group_name"])))
    most = MAX_SLIPS if is_slips else MAX_PLACES
    if not 1 <= places <= most:
        faults.append(Fault("places", JoiningFault.NUMBER_BAD, str(most)))
    if ends_on is not None and ends_on < desk.today:
        faults.append(Fault("ends_on", JoiningFault.DATE_PAST))
    type_row = PatronCategory.objects.filter(code=category, is_active=True).first()
    if category and type_row is None:
        faults.append(Fault("category", JoiningFault.CATEGORY_UNKNOWN))
    place = Branch.objects.filter(code=branch, is_open=True).first()
    if branch and place is None:
        faults.append(Fault("branch", JoiningFault.BRANCH_UNKNOWN))
    if faults:
        return refused(*faults)
    need_branch(desk, place.pk if place else None)
    made = Invitation.objects.create(
        library_id=current_library_id(),
        public_id=public_id(),
        prefix="".join(secrets.choice(ALPHABET) for _ in range(PREFIX)),
        name=name.strip(),
        places=places,
        is_slips=is_slips,
        ends_on=ends_on,
        category=type_row,
        branch=place,
        group_name=group_name.strip(),
        created_at=desk.now,
        created_by_id=desk.staff_id,
    )
    note(Note(data={"invitation": made.public_id, "places": places}))
    return JoiningSaved(invitation=made.public_id)


@action(needs=Permission.PATRON_EDIT)
def end_invitation(desk: Desk, *, invitation: str) -> JoiningSaved | ApplicationRefused:
    """Let nobody use it any more; applications that were sent with it stay."""
    row = lock_one(Invitation.objects.filter(public_id=invitation))
    if row is None:
        return refused(Fault("invitation", JoiningFault.INVITATION_UNKNOWN))
    need_branch(desk, row.branch_id)
    if row.ended_at is None:
        row.ended_at = desk.now
        row.save(update_fields=["ended_at"])
    note(Note(data={"invitation": row.public_id}))
    return JoiningSaved(invitation=row.public_id)


def invitations(desk: Desk, *, limit: int = 100) -> list[InvitationView]:
    """Return those for where whoever is here works, the newest first. One statement."""
    return [_view(desk, row) for row in _counted(desk)[:limit]]


def invitation_view(desk: Desk, invitation: str) -> InvitationView | None:
    """Return one by public id; None where whoever is here does not work. One statement."""
    row = _counted(desk).filter(public_id=invitation).first()
    return None if row is None else _view(desk, row)


def slips_of(invitation: str) -> list[str]:
    """Return the codes of its slips nobody has used, in order. Two statements."""
    row = Invitation.objects.filter(public_id=invitation, is_slips=True).first()
    if row is None:
        return []
    used = Application.objects.filter(invitation=row).exclude(state__in=GONE)
    gone = set(used.values_list("slip", flat=True))
    return [code_of(row, number) for number in range(1, row.places + 1) if number not in gone]


def _counted(desk: Desk) -> "QuerySet[Invitation]":
    taken = Application.objects.filter(invitation=OuterRef("pk")).exclude(state__in=GONE)
    counted = taken.order_by().values("invitation").annotate(n=Count("pk")).values("n")
    found = Invitation.objects.select_related("category", "branch")
    if desk.branch_ids is not None:
        found = found.filter(Q(branch=None) | Q(branch_id__in=desk.branch_ids))
    counts: QuerySet[Invitation] = found.annotate(used=Coalesce(Subquery(counted), 0))
    return counts.order_by("-created_at", "-id")


def _view(desk: Desk, row: Any) -> InvitationView:
    is_past = row.ends_on is not None and row.ends_on < desk.today
    return InvitationView(
        public_id=row.public_id,
        name=row.name,
        places=row.places,
        used=row.used,
        is_slips=row.is_slips,
        ends_on=row.ends_on,
        category=row.category.name if row.category else "",
        branch=row.branch.name if row.branch else "",
        group_name=row.group_name,
        created_at=row.created_at,
        is_over=row.ended_at is not None or is_past,
        code="" if row.is_slips else code_of(row, 0),
    )
