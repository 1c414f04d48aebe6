"""Activities: written, published, changed, cancelled."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from jieyue.community.actions.outcomes import VoiceRefused, VoiceSaved, against, done, refused
from jieyue.community.models import Activity, SignUp
from jieyue.community.rules.faults import Fault, VoiceFault
from jieyue.community.rules.limits import MAX_LONG, MAX_NAME, MAX_PLACES
from jieyue.community.rules.moments import moment_of
from jieyue.community.rules.texts import one_line, tidy
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action, need_branch
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise
from jieyue.patrons.models import PatronCategory

MAX_AGE: Final = 120
LONGEST: Final = timedelta(days=31)
FURTHEST: Final = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an activity is. Moments are local and naive, as typed; `branch` is a code or empty.

    `places` None: as many as come. `categories` are codes of card types; empty: all of them.
    """

    name: str
    text: str
    starts: datetime
    ends: datetime
    branch: str = ""
    place: str = ""
    needs_sign_up: bool = True
    places: int | None = None
    has_waiting_list: bool = True
    min_age: int | None = None
    max_age: int | None = None
    categories: tuple[str, ...] = ()
    sign_up_from: datetime | None = None
    sign_up_until: datetime | None = None


@action(needs=Permission.MESSAGES)
def write_activity(desk: Desk, *, event: Event, activity: str = "") -> VoiceSaved | VoiceRefused:
    """Write a new draft, or change one (public id).

    More places let those who wait move up; another time or place is told to all who come.
    """
    row = None
    if activity:
        row = locked_activity(desk, activity)
        if row is None:
            return against(VoiceFault.UNKNOWN)
        if row.cancelled_at is not None:
            return against(VoiceFault.ACTIVITY_CANCELLED)
    place = Branch.objects.filter(code=event.branch).first() if event.branch else None
    moments = _moments(desk, event)
    faults = [*_faults(desk, event, moments), *_number_faults(event, row)]
    if event.branch and place is None:
        faults.append(Fault(VoiceFault.BRANCH_UNKNOWN, "branch"))
    if faults:
        return refused(*faults)
    need_branch(desk, place.pk if place else None)
    values: dict[str, Any] = {
        "name": one_line(event.name),
        "text": tidy(event.text),
        "branch": place,
        "place": one_line(event.place),
        "needs_sign_up": event.needs_sign_up,
        "places": event.places,
        "has_waiting_list": event.has_waiting_list,
        "min_age": event.min_age,
        "max_age": event.max_age,
        "categories": sorted(event.categories),
        **moments,
    }
    if row is not None:
        return _changed(desk, row, values)
    made = Activity.objects.create(
        library_id=desk.library_id, public_id=public_id(), created_at=desk.now, **values
    )
    return done(made.public_id, "draft")


def _changed(desk: Desk, row: Any, values: dict[str, Any]) -> VoiceSaved:
    before = (row.starts_at, row.branch_id, row.place)
    after = (values["starts_at"], values["branch"] and values["branch"].pk, values["place"])
    moved = row.published_at is not None and before != after
    if row.starts_at != values["starts_at"]:
        values["reminded_at"] = None
    Activity.objects.filter(pk=row.pk).update(**values)
    if moved and desk.now < values["ends_at"]:
        promise("notices.activity", {"activity": row.public_id, "news": "moved"}, at=desk.now)
    row.places = values["places"]
    move_up(desk, row)
    return done(row.public_id)


def _moments(desk: Desk, event: Event) -> dict[str, datetime | None]:
    return {
        "starts_at": moment_of(event.starts, desk.zone),
        "ends_at": moment_of(event.ends, desk.zone),
        "sign_up_from": moment_of(event.sign_up_from, desk.zone) if event.sign_up_from else None,
        "sign_up_until": moment_of(event.sign_up_until, desk.zone) if event.sign_up_until else None,
    }


def _faults(desk: Desk, event: Event, moments: dict[str, datetime | None]) -> list[Fault]:
    faults = []
    if not one_line(event.name):
        faults.append(Fault(VoiceFault.NAME_MISSING, "name"))
    limits = (("name", MAX_NAME), ("text", MAX_LONG), ("place", MAX_NAME))
    for name, most in limits:
        if len(getattr(event, name)) > most:
            faults.append(Fault(VoiceFault.TOO_LONG, name, str(most)))
    typed = {
        "starts_at": event.starts, "ends_at": event.ends,
        "sign_up_from": event.sign_up_from, "sign_up_until": event.sign_up_until,
    }  # fmt: skip
    for name, given in typed.items():
        if given is not None and moments[name] is None:
            faults.append(Fault(VoiceFault.TIME_SKIPPED, name))
    starts, ends = moments["starts_at"], moments["ends_at"]
    if starts and ends and ends <= starts:
        faults.append(Fault(VoiceFault.ENDS_BEFORE_START, "ends_at"))
    if starts and ends and (ends - starts > LONGEST or abs(starts - desk.now) > FURTHEST):
        faults.append(Fault(VoiceFault.DAY_TOO_FAR, "starts_at"))
    opens, closes = moments["sign_up_from"], moments["sign_up_until"]
    if opens and opens >= (closes or starts or opens + LONGEST):
        faults.append(Fault(VoiceFault.ENDS_BEFORE_START, "sign_up_until"))
    return faults


def _number_faults(event: Event, row: Any) -> list[Fault]:
    faults = []
    if event.places is not None and not 0 < event.places <= MAX_PLACES:
        faults.append(Fault(VoiceFault.NUMBER_BAD, "places", str(MAX_PLACES)))
    elif event.places is not None and row is not None and event.places < row.taken:
        faults.append(Fault(VoiceFault.PLACES_TAKEN, "places", str(row.taken)))
    ages = [age for age in (event.min_age, event.max_age) if age is not None]
    if any(not 0 <= age <= MAX_AGE for age in ages) or ages != sorted(ages):
        faults.append(Fault(VoiceFault.AGES_BAD, "max_age"))
    known = set(PatronCategory.objects.values_list("code", flat=True))
    if set(event.categories) - known:
        faults.append(Fault(VoiceFault.CHOICE_BAD, "categories"))
    return faults


@action(needs=Permission.MESSAGES)
def publish_activity(desk: Desk, *, activity: str) -> VoiceSaved | VoiceRefused:
    """Let readers see it and sign up."""
    row = locked_activity(desk, activity)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    if row.published_at is not None:
        return against(VoiceFault.PUBLISHED_ALREADY)
    if row.ends_at <= desk.now:
        return against(VoiceFault.TIME_PAST, "starts_at")
    Activity.objects.filter(pk=row.pk).update(published_at=desk.now)
    return done(activity, "published")


@action(needs=Permission.MESSAGES)
def cancel_activity(desk: Desk, *, activity: str, reason: str = "") -> VoiceSaved | VoiceRefused:
    """Call it off: everybody who comes or waits is told. A draft is thrown away."""
    row = locked_activity(desk, activity)
    if row is None:
        return against(VoiceFault.UNKNOWN)
    reason = one_line(reason)
    if len(reason) > 200:
        return against(VoiceFault.TOO_LONG, "reason", 200)
    if row.cancelled_at is not None:
        return against(VoiceFault.ACTIVITY_CANCELLED)
    if row.published_at is None and not SignUp.objects.filter(activity=row).exists():
        Activity.objects.filter(pk=row.pk).delete()
        return done(activity, "removed")
    if row.ends_at <= desk.now:
        return against(VoiceFault.TIME_PAST)
    Activity.objects.filter(pk=row.pk).update(cancelled_at=desk.now, cancel_reason=reason)
    promise("notices.activity", {"activity": activity, "news": "cancelled"}, at=desk.now)
    return done(activity, "cancelled")


def locked_activity(desk: Desk, activity: str) -> Any:
    """Lock it; None if it is not there. Raises OtherBranchError where one does not work."""
    row = lock_one(Activity.objects.filter(public_id=activity))
    if row is not None:
        need_branch(desk, row.branch_id)
    return row


def move_up(desk: Desk, row: Any) -> None:
    """Give free places to those who wait, first come first served; each is told.

    The activity is locked by whoever calls. Nobody moves up once it has begun.
    """
    coming = SignUp.objects.filter(activity=row, state=SignUp.State.COMES)
    taken = coming.count()
    waiting = SignUp.objects.filter(activity=row, state=SignUp.State.WAITS).order_by("id")
    free = None if row.places is None else max(row.places - taken, 0)
    if desk.now < row.starts_at and row.cancelled_at is None:
        for one in waiting[:free]:
            SignUp.objects.filter(pk=one.pk).update(state=SignUp.State.COMES, moved_up_at=desk.now)
            promise("notices.activity", {"sign_up": one.public_id, "news": "moved_up"}, at=desk.now)
            taken += 1
    Activity.objects.filter(pk=row.pk).update(taken=taken)


@action(needs=None)
def remind_of_activity(desk: Desk, *, activity: str) -> VoiceSaved | VoiceRefused:
    """Remind everybody who comes, once, the day before. Only the worker does."""
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.MESSAGES)
    row = locked_activity(desk, activity)
    if row is None or row.cancelled_at is not None or row.reminded_at is not None:
        return against(VoiceFault.UNKNOWN)
    Activity.objects.filter(pk=row.pk).update(reminded_at=desk.now)
    promise("notices.activity", {"activity": activity, "news": "reminder"}, at=desk.now)
    return done(activity, "reminded")
