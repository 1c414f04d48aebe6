"""Activities as readers and staff see them, and who comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from jieyue.community.models import Activity, SignUp
from jieyue.community.rules.moments import age_on
from jieyue.community.rules.texts import Piece, paragraphs
from jieyue.libraries.desk import Desk
from jieyue.patrons.models import PatronCategory

PAGE: Final = 50
LIST: Final = 1000  # of the readers who come


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityView:
    """An activity; moments are local to the library. `state`: draft, coming, over or cancelled.

    `left` is how many places are free, None without a limit. `my_state` and `my_sign_up` are of
    the reader who asks: comes, waits or empty.
    """

    id: int
    public_id: str
    name: str
    text: str
    branch: str
    branch_code: str
    place: str
    starts: datetime
    ends: datetime
    needs_sign_up: bool
    places: int | None
    taken: int
    waiting: int
    has_waiting_list: bool
    min_age: int | None
    max_age: int | None
    categories: tuple[str, ...]  # names
    category_codes: tuple[str, ...]
    sign_up_from: datetime | None
    sign_up_until: datetime | None
    cancel_reason: str
    state: str
    is_published: bool
    is_open: bool  # one can sign up now
    my_state: str
    my_sign_up: str

    @property
    def left(self) -> int | None:
        """How many places are free."""
        return None if self.places is None else max(self.places - self.taken, 0)

    @property
    def paragraphs(self) -> list[list[list[Piece]]]:
        """The text, ready to be drawn."""
        return paragraphs(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComerView:
    """A reader who signed up; `age` is on the day, None if nobody knows."""

    sign_up: str
    patron: str
    name: str
    group_name: str
    age: int | None
    state: str
    came: bool | None
    asked_at: datetime


def activities_coming(
    zone: ZoneInfo, now: datetime, *, patron_id: int | None = None, limit: int = PAGE
) -> list[ActivityView]:
    """Return what readers can come to, the next one first. Four statements at most."""
    found = Activity.objects.filter(published_at__isnull=False, ends_at__gt=now, cancelled_at=None)
    return _views(found.order_by("starts_at", "id")[:limit], zone, now, patron_id)


def activities_of(zone: ZoneInfo, now: datetime, patron_id: int) -> list[ActivityView]:
    """Return what a reader signed up for and is not over since a week. Four statements at most."""
    mine = SignUp.objects.filter(patron_id=patron_id).exclude(state="cancelled")
    found = Activity.objects.filter(
        pk__in=mine.values("activity_id"), ends_at__gt=now - timedelta(days=7)
    )
    return _views(found.order_by("starts_at", "id")[:PAGE], zone, now, patron_id)


def activity_shown(
    public_id: str, zone: ZoneInfo, now: datetime, *, patron_id: int | None = None
) -> ActivityView | None:
    """Return one that was published. Four statements at most."""
    found = Activity.objects.filter(public_id=public_id, published_at__isnull=False)
    return next(iter(_views(found[:1], zone, now, patron_id)), None)


def all_activities(desk: Desk, *, limit: int = PAGE, offset: int = 0) -> list[ActivityView]:
    """Return all for staff, the latest first. Three statements."""
    found = Activity.objects.filter(_within(desk)).order_by("-starts_at", "-id")
    return _views(found[offset : offset + limit], desk.zone, desk.now, None)


def activity_by_id(desk: Desk, public_id: str) -> ActivityView | None:
    """Return one for staff; None at another branch. Three statements."""
    found = Activity.objects.filter(_within(desk), public_id=public_id)
    return next(iter(_views(found[:1], desk.zone, desk.now, None)), None)


def comers(activity: ActivityView) -> list[ComerView]:
    """Return who comes, then who waits, in order of signing up. One statement."""
    rows = SignUp.objects.select_related("patron").filter(activity_id=activity.id)
    return [
        ComerView(
            sign_up=row.public_id,
            patron=row.patron.public_id,
            name=row.patron.name,
            group_name=row.patron.group_name,
            age=_age(row.patron.born_on, activity.starts),
            state=row.state,
            came=row.came,
            asked_at=row.asked_at,
        )
        for row in rows.exclude(state="cancelled").order_by("state", "id")[:LIST]
    ]


def sign_up_there(public_id: str, patron_id: int) -> str | None:
    """Return the activity (public id) of a reader's sign-up. One statement."""
    mine = SignUp.objects.filter(public_id=public_id, patron_id=patron_id)
    return mine.values_list("activity__public_id", flat=True).first()


def _age(born_on: str, day: datetime) -> int | None:
    if not born_on:
        return None
    return age_on(datetime.fromisoformat(born_on).date(), day.date())


def _within(desk: Desk) -> Q:
    return Q() if desk.branch_ids is None else Q(branch_id__in=desk.branch_ids)


def _views(
    found: "QuerySet[Activity]", zone: ZoneInfo, now: datetime, patron_id: int | None
) -> list[ActivityView]:
    rows: list[Any] = list(found.select_related("branch"))
    signed = SignUp.objects.filter(activity_id__in=[row.pk for row in rows])
    waiting = dict(
        signed.filter(state="waits").values_list("activity_id").annotate(n=Count("pk"))
        .values_list("activity_id", "n")
    )  # fmt: skip
    mine = {}
    if patron_id is not None:
        own = signed.filter(patron_id=patron_id).exclude(state="cancelled")
        mine = {a: (state, one) for a, state, one in own.values_list(
            "activity_id", "state", "public_id")}  # fmt: skip
    names = dict(PatronCategory.objects.values_list("code", "name"))
    return [
        _view(row, zone, now, waiting.get(row.pk, 0), mine.get(row.pk, ("", "")), names)
        for row in rows
    ]


def _view(row: Any, zone: ZoneInfo, now: datetime, waiting: int, mine: Any, names: Any) -> Any:
    state = "coming" if row.ends_at > now else "over"
    if row.cancelled_at is not None:
        state = "cancelled"
    elif row.published_at is None:
        state = "draft"
    until = row.sign_up_until or row.starts_at
    opened = row.sign_up_from is None or row.sign_up_from <= now
    in_time = now < row.starts_at and now <= until
    room = row.places is None or row.has_waiting_list or row.taken < row.places

    def local(moment: datetime | None) -> Any:
        return moment.astimezone(zone) if moment else None

    return ActivityView(
        id=row.pk,
        public_id=row.public_id,
        name=row.name,
        text=row.text,
        branch=row.branch.name if row.branch else "",
        branch_code=row.branch.code if row.branch else "",
        place=row.place,
        starts=local(row.starts_at),
        ends=local(row.ends_at),
        needs_sign_up=row.needs_sign_up,
        places=row.places,
        taken=row.taken,
        waiting=waiting,
        has_waiting_list=row.has_waiting_list,
        min_age=row.min_age,
        max_age=row.max_age,
        categories=tuple(names[code] for code in row.categories if code in names),
        category_codes=tuple(row.categories),
        sign_up_from=local(row.sign_up_from),
        sign_up_until=local(row.sign_up_until),
        cancel_reason=row.cancel_reason,
        state=state,
        is_published=row.published_at is not None,
        is_open=state == "coming" and row.needs_sign_up and opened and in_time and room,
        my_state=mine[0],
        my_sign_up=mine[1],
    )
