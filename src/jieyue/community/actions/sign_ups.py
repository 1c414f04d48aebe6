"""Signing up for an activity, and not coming after all."""

from datetime import date
from typing import Any

from django.db.models import F

from jieyue.community.actions.activities import locked_activity, move_up
from jieyue.community.actions.outcomes import (
    VoiceRefused,
    VoiceSaved,
    against,
    done,
    is_staff,
    refused,
)
from jieyue.community.models import Activity, SignUp
from jieyue.community.rules.activities import Terms, against_signing_up
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.limits import MAX_AT_ONCE, MAX_WAITING
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_all, lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import Patron


@action(needs=None)
def sign_up(desk: Desk, *, activity: str, patron: str = "") -> VoiceSaved | VoiceRefused:
    """Sign up a reader: themselves, or staff any reader (public id), past the days of signing up.

    The last place goes to whoever locks the activity first; the next one waits.
    """
    row = _open_to(desk, activity)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    who = _who(desk, patron)
    if who is None:
        return against(VoiceFault.PATRON_UNKNOWN, "patron")
    faults = _against(desk, row, who)
    there = SignUp.objects.filter(activity=row, patron=who).exclude(state="cancelled")
    if there.exists():
        faults.append(Fault(VoiceFault.SIGNED_UP_ALREADY))
    if faults:
        return refused(*faults, patron_id=who.pk)
    waiting = SignUp.objects.filter(activity=row, state=SignUp.State.WAITS).count()
    is_full = row.places is not None and (row.taken >= row.places or waiting > 0)
    if is_full and (not row.has_waiting_list or waiting >= MAX_WAITING):
        return refused(Fault(VoiceFault.FULL), patron_id=who.pk)
    state = SignUp.State.WAITS if is_full else SignUp.State.COMES
    made = SignUp.objects.create(
        library_id=desk.library_id, public_id=public_id(), activity=row, patron=who,
        state=state, asked_at=desk.now,
    )  # fmt: skip
    if not is_full:
        Activity.objects.filter(pk=row.pk).update(taken=F("taken") + 1)
    promise("notices.activity", {"sign_up": made.public_id, "news": "signed_up"}, at=desk.now)
    return done(made.public_id, state.value, patron_id=who.pk)


@action(needs=None)
def leave_activity(desk: Desk, *, sign_up: str) -> VoiceSaved | VoiceRefused:
    """Not come after all, until it begins: the first who waits moves up."""
    mine = SignUp.objects.filter(public_id=sign_up).exclude(state=SignUp.State.CANCELLED)
    if not is_staff(desk):
        if desk.patron_id is None:
            raise ForbiddenError(Permission.OWN_HOLDS)
        mine = mine.filter(patron_id=desk.patron_id)
    found = mine.values_list("activity__public_id", flat=True).first()
    row = _open_to(desk, found) if found else None
    one = lock_one(mine) if row is not None else None
    if row is None or one is None:
        return against(VoiceFault.UNKNOWN)
    if row.starts_at <= desk.now:
        return refused(Fault(VoiceFault.TIME_PAST), patron_id=one.patron_id)
    SignUp.objects.filter(pk=one.pk).update(state=SignUp.State.CANCELLED, cancelled_at=desk.now)
    move_up(desk, row)
    return done(sign_up, "cancelled", patron_id=one.patron_id)


@action(needs=Permission.MESSAGES)
def tick_activity(
    desk: Desk, *, activity: str, came: tuple[str, ...], listed: tuple[str, ...]
) -> VoiceSaved | VoiceRefused:
    """Note who of those on the list (sign-ups) came; the others of the list did not."""
    row = locked_activity(desk, activity)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    asked = SignUp.objects.filter(activity=row, public_id__in=listed[: 5 * MAX_AT_ONCE])
    rows = lock_all(asked.exclude(state=SignUp.State.CANCELLED))
    there = {one.pk for one in rows if one.public_id in set(came)}
    SignUp.objects.filter(pk__in=there).update(came=True)
    SignUp.objects.filter(pk__in={one.pk for one in rows} - there).update(came=False)
    return done(activity, came=len(there))


def _open_to(desk: Desk, activity: str) -> Any:
    """Lock a published activity; staff only one of their branches."""
    if is_staff(desk):
        return locked_activity(desk, activity)
    return lock_one(Activity.objects.filter(public_id=activity, published_at__isnull=False))


def _who(desk: Desk, patron: str) -> Any:
    if is_staff(desk):
        return Patron.objects.select_related("category").filter(public_id=patron).first()
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_HOLDS)
    return Patron.objects.select_related("category").filter(pk=desk.patron_id).first()


def terms_of(row: Any, desk: Desk) -> Terms:
    """Return what an activity asks."""
    return Terms(
        starts_at=row.starts_at,
        starts_on=row.starts_at.astimezone(desk.zone).date(),
        needs_sign_up=row.needs_sign_up,
        is_cancelled=row.cancelled_at is not None,
        sign_up_from=row.sign_up_from,
        sign_up_until=row.sign_up_until,
        min_age=row.min_age,
        max_age=row.max_age,
        categories=row.categories,
    )


def _against(desk: Desk, row: Any, who: Any) -> list[Fault]:
    born_on = date.fromisoformat(who.born_on) if who.born_on else None
    faults = against_signing_up(
        terms_of(row, desk), now=desk.now, born_on=born_on, category=who.category.code
    )
    if not is_staff(desk):
        return faults
    grave = (VoiceFault.ACTIVITY_CANCELLED, VoiceFault.NO_SIGN_UP)
    over = row.ends_at <= desk.now
    return [fault for fault in faults if fault.code in grave] or (
        [Fault(VoiceFault.SIGN_UP_OVER)] if over else []
    )
