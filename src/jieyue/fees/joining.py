"""Sending an application for a card, and approving one: a card type's yearly fee is charged.

Whoever applies has no rights here: their desk says only where they came from. A rule of the
library's form may approve at once; everything else waits for staff.
"""

import json
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.fees.admitting import STAFF, admit
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.applications import (
    Filled,
    crowd_faults,
    hashes_of,
    locked,
    read,
)
from jieyue.patrons.joining.consents import end_all, keep_consent, texts
from jieyue.patrons.joining.form import form_now
from jieyue.patrons.joining.invitations import Invited, invited_by
from jieyue.patrons.joining.matching import Matched, applicant_of, is_of_domain, matched
from jieyue.patrons.joining.outcomes import (
    ApplicationRefused,
    ApplicationsApproved,
    ApplicationSaved,
    LeftOver,
    refused,
    unknown,
)
from jieyue.patrons.models import Application, PatronCategory
from jieyue.patrons.models.joining import OPEN_STATES
from jieyue.patrons.rules.joining.answers import answer_faults, is_child, kept
from jieyue.patrons.rules.joining.approving import Case, Match, rule_for
from jieyue.patrons.rules.joining.form import Fault, Form, JoiningFault, Rule

MAX_AT_ONCE: Final = 100


@action(needs=None)
def send_application(
    desk: Desk,
    *,
    filled: Filled,
    account_id: int | None = None,
    from_hash: str = "",
    ways: tuple[str, ...] = (),
) -> ApplicationSaved | ApplicationRefused:
    """Send an application; a rule of the form may approve it at once.

    `account_id` is who is signed in, at any library; `from_hash` a keyed hash of the network
    address; `ways` how this library sends codes (`sms`, `email`).
    """
    return _send(desk, filled, None, account_id, from_hash, ways)


@action(needs=None)
def send_again(
    desk: Desk, *, application: str, filled: Filled, ways: tuple[str, ...] = ()
) -> ApplicationSaved | ApplicationRefused:
    """Send an application with other answers while nobody has decided: staff asked, or a slip.

    The door has seen the link's token.
    """
    row = locked(application)
    if row is None:
        return unknown()
    if row.state not in OPEN_STATES:
        return refused(_decided(row), application=row.public_id)
    return _send(desk, filled, row, row.account_id, "", ways)


def _send(
    desk: Desk,
    filled: Filled,
    row: Application | None,
    account_id: int | None,
    from_hash: str,
    ways: tuple[str, ...],
) -> ApplicationSaved | ApplicationRefused:
    form, answers = form_now(), filled.answers
    if not form.is_open and row is None:
        return refused(Fault("", JoiningFault.FORM_CLOSED))
    invited, faults = _invited(desk, answers.invitation, row)
    faults += answer_faults(form, answers, desk.today, ways=frozenset(ways))
    choice, more = _choice(form, filled, invited)
    faults += [*more, *_consent_faults(filled, needs_guardian=is_child(answers, desk.today))]
    hashes = hashes_of(answers)
    if not faults:
        faults += crowd_faults(
            hashes, from_hash, desk.now, is_invited=invited is not None, own_id=row.pk if row else 0
        )
    if faults:
        return refused(*faults, application=row.public_id if row else "")
    said = kept(form, answers, desk.today)
    if invited is not None and invited.group_name:
        said["texts"].setdefault("group_name", invited.group_name)
    is_new = row is None
    row = row or Application(
        library_id=desk.library_id,
        public_id=public_id(),
        account_id=account_id,
        from_hash=from_hash,
        sent_at=desk.now,
    )
    row.state, row.changed_at = Application.State.SENT, desk.now
    row.answers = json.dumps(said, ensure_ascii=False)
    row.who_hash, row.phone_hash = hashes["who_hash"], hashes["phone_hash"]
    row.is_phone_verified, row.is_email_verified = (
        name in said["verified"] for name in ("phone", "email")
    )
    row.is_child = is_child(answers, desk.today)
    row.category, row.branch = choice
    if invited is not None and is_new:
        row.invitation_id, row.slip = invited.invitation_id, invited.slip
    row.save(force_insert=is_new)
    _keep_consents(desk, row, filled, said)
    return _by_rule(desk, form, row, said)


def _invited(desk: Desk, code: str, row: Application | None) -> tuple[Invited | None, list[Fault]]:
    """Return the invitation, held; one that an application came with stays good for it."""
    if not code or row is not None:
        return None, []
    invited = invited_by(code, desk.today, lock=True)
    if invited is None:
        return None, [Fault("invitation", JoiningFault.INVITATION_UNKNOWN)]
    return invited, [Fault("invitation", invited.fault)] if invited.fault else []


def _choice(
    form: Form, filled: Filled, invited: Invited | None
) -> tuple[tuple[PatronCategory | None, Branch | None], list[Fault]]:
    """Return the card type and branch: the invitation's, else what was chosen. Two statements."""
    answers, faults = filled.answers, []
    code = (invited.category if invited else "") or answers.category
    may = {form.category, *form.offered} | ({invited.category} if invited else set())
    category = PatronCategory.objects.filter(code=code, is_active=True).first() if code else None
    if code and (category is None or code not in may):
        faults.append(Fault("category", JoiningFault.CATEGORY_UNKNOWN))
    place = (invited.branch if invited else "") or answers.branch
    branch = Branch.objects.filter(code=place, is_open=True).first() if place else None
    if place and branch is None:
        faults.append(Fault("branch", JoiningFault.BRANCH_UNKNOWN))
    return (category, branch), faults


def _consent_faults(filled: Filled, *, needs_guardian: bool) -> list[Fault]:
    """The privacy notice always, a guardian's for a child; each in the words now in use."""
    now, given = texts(), dict(filled.consents)
    needed = ["privacy", "guardian"] if needs_guardian else ["privacy"]
    faults = [Fault(kind, JoiningFault.CONSENT_MISSING) for kind in needed if kind not in given]
    faults += [
        Fault(kind, JoiningFault.WORDS_CHANGED)
        for kind, version in given.items()
        if kind not in now or now[kind].version != version
    ]
    return faults


def _keep_consents(desk: Desk, row: Application, filled: Filled, said: dict[str, Any]) -> None:
    now = texts()
    end_all(desk, row)
    by = (said["texts"].get("guardian_name", ""), said["texts"].get("guardian_phone", ""))
    for kind, _version in filled.consents:
        if kind == "guardian" and not row.is_child:
            continue
        keep_consent(
            desk,
            now[kind],
            language=filled.language,
            application_id=row.pk,
            guardian=by if row.is_child else None,
        )


# --- By rule ------------------------------------------------------------------------------------


def _by_rule(desk: Desk, form: Form, row: Application, said: dict[str, Any]) -> ApplicationSaved:
    """Approve what a rule approves; the rest waits for staff."""
    known = _known(desk, form, row, said)
    case = Case(
        match=known.match,
        is_invited=row.invitation_id is not None,
        is_of_domain=is_of_domain(form, said),
        is_maybe_same=known.is_maybe_same,
    )
    rule = rule_for(form, case)
    if rule is None:
        return _waits(row)
    roster = known.patron if rule is Rule.ROSTER else ""
    outcome = admit(desk, form, row, said, roster, how=rule)
    return _waits(row) if isinstance(outcome, list) else outcome


def _known(desk: Desk, form: Form, row: Application, said: dict[str, Any]) -> Matched:
    applicant = applicant_of(said, row.account_id)
    return matched(form, {row.public_id: applicant}, desk.today)[row.public_id]


def _waits(row: Application) -> ApplicationSaved:
    note(Note(data={"application": row.public_id}))
    return ApplicationSaved(application=row.public_id, state=row.state)


# --- By staff -----------------------------------------------------------------------------------


@action(needs=Permission.PATRON_EDIT)
def approve_application(
    desk: Desk,
    *,
    application: str,
    category: str = "",
    branch: str = "",
    roster: str = "",
    card_barcode: str = "",
    may_be_same: bool = False,
) -> ApplicationSaved | ApplicationRefused:
    """Make the applicant a reader, or give them the reader of the roster (public id) they are.

    Card type and branch by code; empty: what they asked for, else the form's and the desk's.
    `may_be_same` confirms that a reader of the same name and phone number is somebody else.
    """
    row = locked(application)
    if row is None:
        return unknown()
    if row.branch_id is not None:
        need_branch(desk, row.branch_id)
    if row.state not in OPEN_STATES:
        return refused(_decided(row), application=row.public_id)
    form, said = form_now(), read(row)
    outcome = admit(
        desk,
        form,
        row,
        said,
        roster,
        how=STAFF,
        chosen=(category, branch),
        card_barcode=card_barcode.strip(),
        may_be_same=may_be_same,
    )
    if isinstance(outcome, list):
        return refused(*outcome, application=row.public_id)
    return outcome


@action(needs=Permission.PATRON_EDIT)
def approve_applications(
    desk: Desk, *, applications: tuple[str, ...]
) -> ApplicationsApproved | ApplicationRefused:
    """Approve those of several that need no look: surely on the roster, or like nobody here.

    Each gets the card type and branch asked for. The others stay as they are, with the reason.
    """
    wanted = list(dict.fromkeys(applications))[:MAX_AT_ONCE]
    if not wanted:
        return refused(Fault("", JoiningFault.NOTHING_CHOSEN))
    form = form_now()
    approved, left = [], []
    for application in sorted(wanted):
        codes = _approve_one(desk, form, application)
        if codes:
            left.append(LeftOver(application=application, codes=tuple(codes)))
        else:
            approved.append(application)
    if not approved:
        note(Note(data={"left": len(left)}))
    return ApplicationsApproved(approved=tuple(approved), left=tuple(left))


def _approve_one(desk: Desk, form: Form, application: str) -> list[JoiningFault]:
    row = locked(application)
    if row is None:
        return [JoiningFault.APPLICATION_UNKNOWN]
    if row.state not in OPEN_STATES:
        return [JoiningFault.DECIDED_ALREADY]
    if not desk.works_at(row.branch_id or desk.branch_id):
        return [JoiningFault.BRANCH_UNKNOWN]
    said = read(row)
    known = _known(desk, form, row, said)
    if known.match is Match.TAKEN:
        return [JoiningFault.ROSTER_TAKEN]
    if known.match not in {Match.NONE, Match.SURE}:
        return [JoiningFault.STUDENT_NUMBER_TAKEN]
    if known.match is Match.NONE and known.is_maybe_same:
        return [JoiningFault.MAYBE_SAME]
    roster = known.patron if known.match is Match.SURE else ""
    outcome = admit(desk, form, row, said, roster, how=STAFF)
    return [fault.code for fault in outcome] if isinstance(outcome, list) else []


def _decided(row: Application) -> Fault:
    return Fault("application", JoiningFault.DECIDED_ALREADY, row.state)
