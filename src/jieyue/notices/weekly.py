"""The weekly message to class teachers: whether and when it goes, to which address, what came."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from jieyue.audit.journal import Note, note
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Staff
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.notices.channels.base import Message
from jieyue.notices.channels.letters import plain_address
from jieyue.notices.house_rules import house_rules
from jieyue.notices.models import DeadAddress, NoticeSettings, TeacherDigest, TeacherWish
from jieyue.notices.rules.weekly import WEEK, Weekly, week_of
from jieyue.notices.teachers import Teacher, class_news, teachers, weekly_message
from jieyue.notices.unreached import means_of
from jieyue.notices.weekly_leaving import leaver_of
from jieyue.notices.weekly_proving import (
    ASKED,
    address_hash,
    is_code,
    prover_of,
    proving_code,
)
from jieyue.patrons.rules.names import normal_email

MAX_EMAIL: Final = 254
SHOWN: Final = 50
TROUBLE_DAYS: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """One week's message to one colleague. `at`: when it ended, or when it is tried next."""

    staff_id: int
    name: str
    week_on: date
    state: str
    code: str
    detail: str
    at: datetime


@action(needs=Permission.SETTINGS, whole_library=True)
def set_weekly(
    desk: Desk, *, weekday: int | None, at: time, shows_titles: bool
) -> Saved | NotSaved:
    """Say on which weekday and at what local time class teachers are told; None: not at all.

    It begins with the next such time: whoever switches it on in the afternoon tells nobody at once.
    """
    if weekday is not None and not 0 <= weekday < WEEK:
        return not_saved(Trouble.UNKNOWN)
    before, kept = house_rules().weekly, None
    if weekday is not None:
        is_same = before is not None and (before.weekday, before.at) == (weekday, at)
        is_over = desk.now.astimezone(desk.zone).time() >= at
        begins = before.from_on if before and is_same else desk.today + timedelta(days=is_over)
        kept = {
            "weekday": weekday,
            "at": at.isoformat("minutes"),
            "from_on": begins.isoformat(),
            "shows_titles": shows_titles,
        }
    NoticeSettings.objects.update_or_create(library_id=desk.library_id, defaults={"weekly": kept})
    return saved(is_on=weekday is not None)


@action(needs=Permission.STAFF, whole_library=True)
def set_teacher_address(desk: Desk, *, login: str, email: str) -> Saved | NotSaved:
    """Say to which address a colleague's weekly message goes; empty: their account's."""
    staff = Staff.objects.filter(account__login=login).first()
    if staff is None:
        return not_saved(Trouble.UNKNOWN)
    return _wish(desk, staff.pk, email=email)


@action(needs=None)
def set_own_weekly(desk: Desk, *, wants: bool, email: str) -> Saved | NotSaved:
    """Say whether, and at which address, whoever works at this desk gets the weekly message."""
    if desk.staff_id is None:
        return not_saved(Trouble.UNKNOWN)
    return _wish(desk, desk.staff_id, email=email, wants=wants)


@action(needs=None)
def leave_weekly(desk: Desk, *, token: str) -> Saved | NotSaved:
    """Stop the weekly message by the signed link in one; anybody who has the link may."""
    login = leaver_of(desk.slug, token)
    staff = Staff.objects.filter(account__login=login).first() if login else None
    if staff is None:
        return not_saved(Trouble.UNKNOWN)
    TeacherWish.objects.update_or_create(
        library_id=desk.library_id, staff=staff,
        defaults={"is_off": True, "changed_at": desk.now},
    )  # fmt: skip
    note(Note(data={"colleague": staff.pk}))
    return Saved()


@action(needs=Permission.STAFF, whole_library=True)
def confirm_teacher_address(desk: Desk, *, login: str, code: str) -> Saved | NotSaved:
    """Note that an address is the colleague's, by the code that was sent there.

    What waited for it this week goes now.
    """
    teacher = teacher_of(login)
    return _confirm(desk, teacher, code) if teacher is not None else not_saved(Trouble.UNKNOWN)


@action(needs=None)
def confirm_own_weekly(desk: Desk, *, code: str) -> Saved | NotSaved:
    """Show that the address is one's own, by the code that was sent there."""
    found = teachers([desk.staff_id]) if desk.staff_id is not None else []
    return _confirm(desk, found[0], code) if found else not_saved(Trouble.UNKNOWN)


@action(needs=None)
def prove_weekly(desk: Desk, *, token: str) -> Saved | NotSaved:
    """Show that an address is one's own, by the link that was sent there."""
    login, hashed = prover_of(desk.slug, token)
    teacher = teacher_of(login) if login else None
    if teacher is None or not hashed or hashed != address_hash(teacher.email):
        return not_saved(Trouble.UNKNOWN)
    return _proved(desk, teacher)


@action(needs=Permission.SETTINGS, whole_library=True)
def send_weekly_now(desk: Desk, *, login: str) -> Saved | NotSaved:
    """Send a colleague this week's message now, or once more; it stays one to a week.

    The colleague must want it, and the library must send it at all.
    """
    teacher = teacher_of(login)
    if teacher is None or teacher.is_off or house_rules().weekly is None:
        return not_saved(Trouble.UNKNOWN)
    week, values = week_of(desk.today), _anew(desk.now)
    row = lock_one(TeacherDigest.objects.filter(staff_id=teacher.staff_id, week_on=week))
    if row is None:
        TeacherDigest.objects.create(
            library_id=desk.library_id, staff_id=teacher.staff_id, week_on=week, **values
        )
    elif row.leased_until is None or row.leased_until < desk.now:  # else it is on its way
        TeacherDigest.objects.filter(pk=row.pk).update(**values)
    note(Note(data={"colleague": teacher.staff_id}))
    return Saved()


def _confirm(desk: Desk, teacher: Teacher, code: str) -> Saved | NotSaved:
    if not teacher.email or not is_code(
        code, proving_code(desk.slug, teacher.login, teacher.email)
    ):
        return not_saved(Trouble.CODE_WRONG)
    return _proved(desk, teacher)


def _proved(desk: Desk, teacher: Teacher) -> Saved:
    """Keep that the address is theirs, and have what only asked this week say it all now."""
    TeacherWish.objects.update_or_create(
        library_id=desk.library_id, staff_id=teacher.staff_id,
        defaults={"confirmed_hash": address_hash(teacher.email), "changed_at": desk.now},
    )  # fmt: skip
    asked = TeacherDigest.objects.filter(
        staff_id=teacher.staff_id, week_on=week_of(desk.today), code=ASKED,
        state=TeacherDigest.State.HANDED,
    )  # fmt: skip
    asked.update(**_anew(desk.now))
    note(Note(data={"colleague": teacher.staff_id}))
    return Saved()


def _anew(now: datetime) -> dict[str, Any]:
    """Return what a message begins with. Under another id, or it might count as sent already."""
    return {
        "public_id": public_id(), "state": TeacherDigest.State.WAITING, "due_at": now,
        "attempts": 0, "leased_until": None, "code": "", "detail": "", "created_at": now,
        "ended_at": None,
    }  # fmt: skip


def _wish(desk: Desk, staff_id: int, *, email: str, wants: bool | None = None) -> Saved | NotSaved:
    """Keep where it goes, and whether. An address that died is tried again once it is set."""
    address = normal_email(email)
    if address and (plain_address(address) is None or len(address) > MAX_EMAIL):
        return not_saved(Trouble.UNKNOWN)
    values = {"email": address, "changed_at": desk.now}
    if wants is not None:
        values["is_off"] = not wants
    TeacherWish.objects.update_or_create(
        library_id=desk.library_id, staff_id=staff_id, defaults=values
    )
    DeadAddress.objects.filter(channel="email", address_hash=keyed_hash(address)).delete()
    note(Note(data={"colleague": staff_id}))
    return Saved()


def previewed(
    desk: Desk, teacher: Teacher, *, library: str, rules: Weekly | None
) -> Message | None:
    """Return what a colleague would get now; None: nothing, since there is nothing to say."""
    news = class_news(desk, means_of(desk), teacher.groups)
    wanted = replace(house_rules(), weekly=rules)
    return weekly_message(desk, teacher, news, library=library, rules=wanted, message_id="preview")


def teacher_of(login: str) -> Teacher | None:
    """Return a colleague who looks after classes. Four statements."""
    row = Staff.objects.filter(account__login=login).first()
    return next(iter(teachers([row.pk])), None) if row is not None else None


def weekly_digests() -> list[DigestView]:
    """Return the latest messages to teachers, newest first. One statement."""
    rows = TeacherDigest.objects.select_related("staff").order_by("-created_at", "-id")
    return [
        DigestView(
            staff_id=row.staff_id,
            name=row.staff.name,
            week_on=row.week_on,
            state=row.state,
            code=row.code,
            detail=row.detail,
            at=row.ended_at or row.due_at,
        )
        for row in rows[:SHOWN]
    ]


def weekly_trouble(now: datetime) -> int:
    """Return how many messages to teachers of the last two weeks did not arrive. One statement."""
    late = TeacherDigest.objects.filter(created_at__gte=now - timedelta(days=TROUBLE_DAYS))
    return int(late.filter(state=TeacherDigest.State.GIVEN_UP).count())
