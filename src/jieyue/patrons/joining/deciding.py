"""What staff answer but for approving (fees/joining.py), and what the applicant may still do."""

from typing import Final

from jieyue.accounts.passwords import NewSecret
from jieyue.audit.journal import Note, note
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.joining.applications import account_without_password, locked
from jieyue.patrons.joining.consents import end_all
from jieyue.patrons.joining.outcomes import (
    ApplicationRefused,
    ApplicationSaved,
    refused,
    unknown,
)
from jieyue.patrons.models import Application
from jieyue.patrons.models.joining import OPEN_STATES
from jieyue.patrons.rules.joining.form import Fault, JoiningFault

MAX_TEXT: Final = 500


@action(needs=Permission.PATRON_EDIT)
def ask_applicant(
    desk: Desk, *, application: str, text: str
) -> ApplicationSaved | ApplicationRefused:
    """Ask the applicant for something more; they see it where they see how it stands."""
    return _answer(desk, application, text, Application.State.ASKED)


@action(needs=Permission.PATRON_EDIT)
def refuse_application(
    desk: Desk, *, application: str, reason: str
) -> ApplicationSaved | ApplicationRefused:
    """Refuse an application; the applicant is told the reason."""
    return _answer(desk, application, reason, Application.State.REFUSED)


def _answer(
    desk: Desk, application: str, text: str, state: Application.State
) -> ApplicationSaved | ApplicationRefused:
    row = locked(application)
    if row is None:
        return unknown()
    if row.branch_id is not None:
        need_branch(desk, row.branch_id)
    if row.state not in OPEN_STATES:
        return refused(_decided(row), application=row.public_id)
    said = text.strip()
    if not said:
        return refused(Fault("text", JoiningFault.TEXT_MISSING), application=row.public_id)
    if len(said) > MAX_TEXT:
        return refused(
            Fault("text", JoiningFault.TOO_LONG, str(MAX_TEXT)), application=row.public_id
        )
    row.state, row.changed_at = state, desk.now
    if state == Application.State.ASKED:
        row.question = said
    else:
        row.reason, row.decided_at, row.decided_by_id = said, desk.now, desk.staff_id
        end_all(desk, row)
    row.save()
    return _saved(row)


@action(needs=None)
def withdraw_application(desk: Desk, *, application: str) -> ApplicationSaved | ApplicationRefused:
    """Take an application back. The door has seen the link's token."""
    row = locked(application)
    if row is None:
        return unknown()
    if row.state == Application.State.WITHDRAWN:
        return _saved(row)
    if row.state not in OPEN_STATES:
        return refused(_decided(row), application=row.public_id)
    row.state, row.changed_at = Application.State.WITHDRAWN, desk.now
    row.save(update_fields=["state", "changed_at"])
    end_all(desk, row)
    return _saved(row)


@action(needs=None)
def set_first_password(
    desk: Desk, *, application: str, password: NewSecret
) -> ApplicationSaved | ApplicationRefused:
    """Give the sign-in that an application made its first password, once.

    The door has seen the link's token. Whoever applied signed in has a way in already.
    """
    row = locked(application)
    if row is None:
        return unknown()
    account = account_without_password(row, desk.now)
    if account is None:
        return refused(Fault("password", JoiningFault.LINK_USED), application=row.public_id)
    account.password = password.stored
    account.save(update_fields=["password"])
    row.password_set_at = desk.now
    row.save(update_fields=["password_set_at"])
    return _saved(row)


def _decided(row: Application) -> Fault:
    return Fault("application", JoiningFault.DECIDED_ALREADY, row.state)


def _saved(row: Application) -> ApplicationSaved:
    note(Note(patron_id=row.patron_id, data={"application": row.public_id}))
    patron = row.patron.public_id if row.patron is not None else ""
    return ApplicationSaved(application=row.public_id, state=row.state, patron=patron)
