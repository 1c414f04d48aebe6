"""Telling readers what became of what they said, wished and signed up for: once, if still true."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.community.models import Activity, Feedback, MessageRecipient, SignUp, Wish
from jieyue.community.models import WishSupporter as Supporter
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.models import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityTold:
    """How many readers were told; none where it is past, or they were told before."""

    type: Literal["told"] = "told"
    notices: int


@dataclass(frozen=True, slots=True)
class _News:
    patron_id: int
    about: str
    facts: dict[str, Any] = field(default_factory=dict)


@action(needs=None)
def tell_readers(desk: Desk, *, kind: str, event: str) -> CommunityTold:
    """Write what is still true onto the pages of those it concerns; only the worker does.

    `event` is what `_STILL_TRUE` of the kind reads: `<public id>` or `<public id>:<what>`.

    Raises:
        KeyError: no such kind.

    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.MESSAGES)
    found = _STILL_TRUE[kind](desk, event)
    said = Notice.objects.filter(
        kind=kind, patron_id__in={news.patron_id for news in found},
        about__in={news.about for news in found},
    )  # fmt: skip
    before = set(said.values_list("patron_id", "about"))
    fresh = [news for news in found if (news.patron_id, news.about) not in before]
    Notice.objects.bulk_create(
        Notice(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=news.patron_id,
            kind=kind,
            about=news.about,
            facts=news.facts,
            created_at=desk.now,
        )
        for news in fresh
    )
    for news in fresh:
        note(Note(patron_id=news.patron_id, data={"notice": kind}))
    return CommunityTold(notices=len(fresh))


def _feedback_answered(_desk: Desk, event: str) -> list[_News]:
    """Tell of one answer: `<feedback>:<line>`."""
    feedback, _, _line = event.partition(":")
    row = Feedback.objects.filter(public_id=feedback, patron__isnull=False).first()
    if row is None or row.patron_id is None:
        return []
    return [_News(row.patron_id, event, {"feedback": feedback})]


def _wish_answered(_desk: Desk, event: str) -> list[_News]:
    """Tell everybody who has the wish how far it is now."""
    row = Wish.objects.filter(public_id=event).first()
    if row is None or row.state == "wished":
        return []
    about = f"{event}:{row.state}:{int(row.changed_at.timestamp())}"
    facts = {"wish": event, "state": row.state, "name": row.name}
    if row.title:
        facts["title"] = row.title
    who = Supporter.objects.filter(wish=row).order_by("id").values_list("patron_id", flat=True)
    return [_News(patron_id, about, facts) for patron_id in who]


def _activity(desk: Desk, event: str) -> list[_News]:
    """Tell of one sign-up, `<sign-up>:<news>`, or of all of an activity, `<activity>:<news>`."""
    public, _, news = event.partition(":")
    asked = SignUp.objects.select_related("activity").order_by("id")
    one = asked.filter(public_id=public).first()
    rows = [one] if one is not None else list(asked.filter(activity__public_id=public))
    return [
        _News(row.patron_id, f"{row.public_id}:{news}:{_when(row.activity)}", facts)
        for row in rows
        if _is_so(desk, row, news)
        for facts in [_activity_facts(desk, row, news)]
    ]


def _is_so(desk: Desk, row: SignUp, news: str) -> bool:
    """Say whether the news still holds of this reader."""
    if row.state == SignUp.State.CANCELLED:
        return False
    if news == "cancelled":
        return row.activity.cancelled_at is not None
    if row.activity.cancelled_at is not None or row.activity.ends_at <= desk.now:
        return False
    return row.state == SignUp.State.COMES or news in ("signed_up", "moved")


def _when(activity: Activity) -> int:
    return int(activity.starts_at.timestamp())


def _activity_facts(desk: Desk, row: SignUp, news: str) -> dict[str, Any]:
    local = row.activity.starts_at.astimezone(desk.zone)
    return {
        "activity": row.activity.public_id,
        "name": row.activity.name,
        "news": "waits" if (news, row.state) == ("signed_up", "waits") else news,
        "on": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "place": row.activity.place,
        "why": row.activity.cancel_reason if news == "cancelled" else "",
    }


def _message(_desk: Desk, event: str) -> list[_News]:
    """Say a message to those whom one step of its sending found: `<message>:<step>`."""
    message, _, step = event.partition(":")
    rows = MessageRecipient.objects.select_related("message").filter(
        message__public_id=message, step=int(step or 0)
    )
    return [
        _News(
            row.patron_id,
            row.public_id,
            {"message": row.public_id, "name": row.message.name},
        )
        for row in rows.order_by("id")
    ]


_STILL_TRUE: Final[dict[str, Callable[[Desk, str], list[_News]]]] = {
    "feedback_answered": _feedback_answered,
    "wish_answered": _wish_answered,
    "activity": _activity,
    "message": _message,
}
