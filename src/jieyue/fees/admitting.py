"""Making a reader of an application, or giving the applicant the reader of the roster they are."""

from typing import Any, Final

from django.contrib.auth.hashers import make_password

from jieyue.accounts.models import Account
from jieyue.audit.journal import Note, note
from jieyue.fees.membership import charge_fee
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import need_branch
from jieyue.libraries.desk import Desk
from jieyue.outbox.promises import promise
from jieyue.patrons.joining.consents import hand_over
from jieyue.patrons.joining.outcomes import ApplicationSaved
from jieyue.patrons.linking import link_guardian
from jieyue.patrons.models import Application, Card, Consent, Patron, PatronCategory
from jieyue.patrons.rules.births import read_date
from jieyue.patrons.rules.joining.answers import normal
from jieyue.patrons.rules.joining.form import Fault, Form, JoiningFault
from jieyue.patrons.rules.membership import PatronFault
from jieyue.patrons.writing import (
    Details,
    card_fault,
    create_patron,
    detail_faults,
    issue_card,
    values_of,
)

STAFF: Final = "staff"


def admit(
    desk: Desk,
    form: Form,
    row: Application,
    said: dict[str, Any],
    roster: str,
    *,
    how: str,
    chosen: tuple[str, str] = ("", ""),
    card_barcode: str = "",
    may_be_same: bool = False,
) -> ApplicationSaved | list[Fault]:
    """Make a reader of a locked application, or return why not: then nothing is written.

    `roster` is the public id of the reader they are, empty for a new one; `how` is `staff` or the
    rule; `chosen` the codes of card type and branch.
    """
    if row.is_child and not _has_guardian(row):
        return [Fault("guardian", JoiningFault.GUARDIAN_MISSING)]
    if roster:
        patron, faults = _of_roster(desk, row, said, roster)
        charged = 0
    else:
        details = _details(form, row, said, chosen)
        patron, faults = _newcomer(
            desk, row, details, _born_on(said["texts"]), card_barcode, may_be_same=may_be_same
        )
        charged = charge_fee(desk, patron) if patron is not None else 0
    if patron is None:
        return faults
    hand_over(desk, row, patron.pk)
    _stand_by(desk, row, patron, said["texts"])
    row.state, row.patron, row.decided_how = Application.State.APPROVED, patron, str(how)
    row.decided_at = row.changed_at = desk.now
    row.decided_by_id = desk.staff_id if how == STAFF else None
    row.save()
    note(Note(patron_id=patron.pk, data={"application": row.public_id, "how": str(how)}))
    promise("notices.application_answered", {"application": row.public_id}, at=desk.now)
    return ApplicationSaved(
        application=row.public_id,
        state=row.state,
        patron=patron.public_id,
        card=_card_of(patron),
        how=str(how),
        charged_cents=charged,
    )


def _stand_by(desk: Desk, row: Application, patron: Patron, texts: dict[str, str]) -> None:
    """Note who stands by a child: the guardian whose number was proved by a code."""
    if row.is_child:
        name, phone = texts.get("guardian_name", ""), texts.get("guardian_phone", "")
        link_guardian(desk, patron, name=name, phone=phone)


def _has_guardian(row: Application) -> bool:
    return Consent.objects.filter(application=row, kind="guardian", withdrawn_at=None).exists()


def _card_of(patron: Patron) -> str:
    current = Card.objects.filter(patron=patron, ended_at=None)
    return current.values_list("barcode", flat=True).first() or ""


def _of_roster(
    desk: Desk, row: Application, said: dict[str, Any], public_id: str
) -> tuple[Patron | None, list[Fault]]:
    """Give the applicant a reader who has no sign-in yet; what is on record stays."""
    patron = lock_one(Patron.objects.filter(public_id=public_id))
    if patron is None:
        return None, [Fault("roster", JoiningFault.ROSTER_UNKNOWN)]
    if patron.account_id is not None:
        return None, [Fault("roster", JoiningFault.ROSTER_TAKEN, patron.public_id)]
    need_branch(desk, patron.branch_id)
    texts, verified = said["texts"], said["verified"]
    for name in ("phone", "email"):
        found = _contact(texts, name)
        is_sure = {name, f"guardian_{name}"} & set(verified) or desk.staff_id is not None
        if found and is_sure and not getattr(patron, name):
            setattr(patron, name, found)
            setattr(patron, f"{name}_hash", keyed_hash(found))
    patron.born_on = patron.born_on or _born_on(texts)
    patron.account_id = _account(desk, row, patron.name)
    patron.save()
    if not Card.objects.filter(patron=patron, ended_at=None).exists():
        issue_card(desk, patron.pk, "")
    return patron, []


def _newcomer(
    desk: Desk,
    row: Application,
    details: Details,
    born_on: str,
    card_barcode: str,
    *,
    may_be_same: bool,
) -> tuple[Patron | None, list[Fault]]:
    found, category, branch = detail_faults(desk, details, may_be_same=may_be_same)
    if card_barcode and (fault := card_fault(card_barcode)):
        found.append(fault)
    if found or category is None or branch is None:
        return None, [Fault(one.field, _code(one.code), one.value) for one in found]
    need_branch(desk, branch.pk)
    patron = create_patron(
        desk,
        values_of(details) | {"account_id": _account(desk, row, details.name), "born_on": born_on},
        category=category,
        branch=branch,
        expires_on=None,
        password=None,
    )
    issue_card(desk, patron.pk, card_barcode)
    return patron, []


def _code(code: PatronFault) -> JoiningFault:
    return JoiningFault.MISSING if code is PatronFault.NAME_MISSING else JoiningFault(code.value)


def _details(
    form: Form, row: Application, said: dict[str, Any], chosen: tuple[str, str]
) -> Details:
    """Return what becomes of the answers. A child without a phone is reached by the guardian's."""
    texts = said["texts"]
    category, branch = chosen
    return Details(
        name=texts.get("name", ""),
        category=category or (row.category.code if row.category else "") or _usual_type(form),
        branch=branch or (row.branch.code if row.branch else ""),
        student_number=texts.get("student_number", ""),
        group_name=texts.get("group_name", ""),
        phone=_contact(texts, "phone"),
        email=_contact(texts, "email"),
    )


def _usual_type(form: Form) -> str:
    if form.category:
        return form.category
    usual = PatronCategory.objects.filter(is_active=True).order_by("-is_default", "id")
    return usual.values_list("code", flat=True).first() or ""


def _contact(texts: dict[str, str], name: str) -> str:
    text = texts.get(name, "") or (texts.get("guardian_phone", "") if name == "phone" else "")
    return normal(name, text)


def _born_on(texts: dict[str, str]) -> str:
    born_on = read_date(texts.get("born_on", ""))
    return born_on.isoformat() if born_on else ""


def _account(desk: Desk, row: Application, name: str) -> int:
    """Return who will sign in: whoever applied signed in, else a new account without a password."""
    mine = row.account_id
    if mine is not None and Account.objects.filter(pk=mine, is_active=True).exists():
        return mine
    made = Account.objects.create(name=name, password=make_password(None), created_at=desk.now)
    return made.pk
