"""Telling readers something, and what they have read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.models import Block, Closure, Hold, Loan, MovedDate, MovedHold
from jieyue.kit.ids import public_id
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import Permission
from jieyue.notices.models import Notice
from jieyue.patrons.models import Application, PatronLink

MAX_NOTICES: Final = 100  # of one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many readers were told; none where the event is past, or they were told before."""

    type: Literal["told"] = "told"
    notices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesRead:
    """The reader has seen them."""

    type: Literal["notices_read"] = "notices_read"
    notices: int


@dataclass(frozen=True, slots=True)
class _News:
    """A notice to be written."""

    patron_id: int
    title_id: int | None
    about: str
    kind: str
    facts: dict[str, Any] = field(default_factory=dict)


@action(needs=None)
def tell(desk: Desk, *, kind: str, event: str) -> Told:
    """Tell whoever it concerns, if it is still true now; saying it again changes nothing.

    `event` is the public id of the hold, loan, closure (or loan, for `date_moved`) or block.
    Only the worker tells: what happened was decided, under its rights, by another action.

    Raises:
        KeyError: no such kind.

    """
    if desk.door is not Door.WORKER:
        raise ForbiddenError(Permission.PATRON_EDIT)
    found = _STILL_TRUE[Notice.Kind(kind)](desk, event)
    said = Notice.objects.filter(about__in={news.about for news in found})
    before = set(said.values_list("patron_id", "kind", "about"))
    fresh = [news for news in found if (news.patron_id, news.kind, news.about) not in before]
    Notice.objects.bulk_create(
        Notice(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=news.patron_id,
            kind=news.kind,
            about=news.about,
            facts=news.facts,
            created_at=desk.now,
        )
        for news in fresh
    )
    for news in fresh:
        note(Note(patron_id=news.patron_id, title_id=news.title_id, data={"notice": news.kind}))
    return Told(notices=len(fresh))


@action(needs=None)
def read_notices(desk: Desk, *, notices: tuple[str, ...]) -> NoticesRead:
    """Note that a reader has read these messages of theirs; another's are not there."""
    if desk.patron_id is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    unread = Notice.objects.filter(
        patron_id=desk.patron_id, public_id__in=notices[:MAX_NOTICES], read_at=None
    )
    count = unread.update(read_at=desk.now)
    note(Note(patron_id=desk.patron_id))
    return NoticesRead(notices=count)


# --- What is still true: nobody hears of a book already fetched or returned (RERO #2295) --------


def _hold_ready(_desk: Desk, event: str) -> list[_News]:
    hold = Hold.objects.select_related("title", "pickup_branch").filter(public_id=event).first()
    if hold is None or hold.state != Hold.State.READY:
        return []
    facts = _shelf_facts(hold)
    about = f"{event}:{_second(hold.ready_at)}"
    return [_News(hold.patron_id, hold.title_id, about, "hold_ready", facts)]


def _hold_passed_on(_desk: Desk, event: str) -> list[_News]:
    hold = Hold.objects.select_related("title").filter(public_id=event).first()
    if hold is None or hold.state != Hold.State.EXPIRED or hold.patron_id is None:
        return []
    facts = {"hold": event, "title": hold.title.public_id}
    return [_News(hold.patron_id, hold.title_id, event, "hold_passed_on", facts)]


def _pickup_moved(_desk: Desk, event: str) -> list[_News]:
    hold = Hold.objects.select_related("title", "pickup_branch").filter(public_id=event).first()
    if hold is None or hold.ended_at is not None:
        return []
    branch = hold.pickup_branch.code
    facts = {"hold": event, "title": hold.title.public_id, "branch": branch}
    return [_News(hold.patron_id, hold.title_id, f"{event}:{branch}", "pickup_moved", facts)]


def _loan(event: str, **still: Any) -> Any:
    """Return the open loan, if it is one of which `still` holds."""
    return (
        Loan.objects.select_related("copy__title")
        .filter(public_id=event, returned_at=None, **still)
        .first()
    )


def _loan_renewed(desk: Desk, event: str) -> list[_News]:
    loan = _loan(event, renewals__gt=0)
    return (
        [] if loan is None else [_loan_news(desk, loan, f"{event}:{loan.renewals}", "loan_renewed")]
    )


def _loan_recalled(desk: Desk, event: str) -> list[_News]:
    loan = _loan(event, recalled_at__isnull=False)
    return [] if loan is None else [_loan_news(desk, loan, event, "loan_recalled")]


def _loan_lost(desk: Desk, event: str) -> list[_News]:
    loan = _loan(event, lost_at__isnull=False)
    return (
        []
        if loan is None
        else [_loan_news(desk, loan, f"{event}:{_second(loan.lost_at)}", "loan_lost")]
    )


def _date_moved(desk: Desk, event: str) -> list[_News]:
    moved = MovedDate.objects.select_related("loan__copy__title", "closure").filter(
        loan__returned_at=None
    )
    rows = [*moved.filter(closure__public_id=event), *moved.filter(loan__public_id=event)]
    found = [
        _because(_loan_news(desk, row.loan, _about(row), "date_moved"), row, "term_end")
        for row in rows
        if row.closure.undone_at is None and row.loan.due_at == row.due_after
    ]
    return [*found, *_dates_put_back(desk, rows), *_fetch_moved(event)]


def _dates_put_back(desk: Desk, rows: Iterable[Any]) -> list[_News]:
    """Return what is said of dates that went back: to whoever was told that they had moved."""
    back = [row for row in rows if row.closure.undone_at is not None and _went_back(row)]
    told = _told(_about(row) for row in back)
    return [
        _because(
            _loan_news(desk, row.loan, f"{_about(row)}:undone", "date_moved"), row, "term_end_gone"
        )
        for row in back
        if _about(row) in told
    ]


def _went_back(row: Any) -> bool:
    """Say whether the loan's date is the old one again, or as near to it as an open day is."""
    if row.due_before < row.due_after:
        return bool(row.due_before <= row.loan.due_at < row.due_after)
    renewed_at = row.loan.renewed_at
    is_same_loan = renewed_at is None or renewed_at < row.closure.created_at
    return is_same_loan and bool(row.loan.due_at >= row.due_before)


def _because(news: _News, row: Any, why: str) -> _News:
    """Say why where it was no change of opening days."""
    if row.closure.cause != Closure.Cause.TERM_END:
        return news
    return replace(news, facts=news.facts | {"because": why})


def _about(row: Any) -> str:
    return f"{row.loan.public_id}:{row.closure.public_id}"


def _fetch_moved(event: str) -> list[_News]:
    """Return the same of books on the hold shelf whose last day a closure moved."""
    rows = MovedHold.objects.select_related("hold__title", "hold__pickup_branch", "closure").filter(
        closure__public_id=event, hold__state=Hold.State.READY
    )
    abouts = {row.pk: f"{row.hold.public_id}:{event}" for row in rows}
    told = _told(abouts.values())
    found = []
    for row in rows:
        about, is_undone = abouts[row.pk], row.closure.undone_at is not None
        if not is_undone and row.hold.fetch_by == row.fetch_after:
            found.append((row.hold, about))
        elif is_undone and row.hold.fetch_by < row.fetch_after and about in told:
            found.append((row.hold, f"{about}:undone"))
    return [
        _News(hold.patron_id, hold.title_id, about, "fetch_moved", _shelf_facts(hold))
        for hold, about in found
    ]


def _told(abouts: Iterable[str]) -> set[str]:
    """Return which of these events somebody has heard of."""
    said = Notice.objects.filter(about__in=list(abouts))
    return set(said.values_list("about", flat=True))


def _shelf_facts(hold: Hold) -> dict[str, Any]:
    assert hold.fetch_by is not None
    return {
        "hold": hold.public_id,
        "title": hold.title.public_id,
        "branch": hold.pickup_branch.code,
        "on": hold.fetch_by.isoformat(),
    }


def _suspended(desk: Desk, event: str) -> list[_News]:
    block = Block.objects.filter(
        public_id=event, lifted_at=None, ends_on__gte=desk.today
    ).first()  # fmt: skip
    if block is None:
        return []
    facts = {"block": event, "on": block.ends_on.isoformat()}
    return [_News(block.patron_id, None, event, "suspended", facts)]


def _receipt(desk: Desk, event: str) -> list[_News]:
    """Return the receipt for what was done with a loan: `borrowed:<loan>`, `returned:…`, …."""
    did, _, public = event.partition(":")
    loan = Loan.objects.select_related("copy__title").filter(public_id=public).first()
    if loan is None or loan.patron_id is None or loan.ending == Loan.Ending.UNDONE:
        return []
    if (did == "returned") != (loan.returned_at is not None):
        return []
    news = _loan_news(desk, loan, f"{event}:{loan.renewals}", "receipt")
    return [news if did == "borrowed" else replace(news, facts=news.facts | {"because": did})]


def _application_answered(_desk: Desk, event: str) -> list[_News]:
    """Who was refused is no reader: they see it behind their application's link."""
    row = Application.objects.filter(public_id=event, state=Application.State.APPROVED).first()
    if row is None or row.patron_id is None:
        return []
    return [_News(row.patron_id, None, event, "application_answered", {"application": event})]


def _link_asked(_desk: Desk, event: str) -> list[_News]:
    """Tell the reader for whom somebody wants to act, while it waits for an answer."""
    row = PatronLink.objects.filter(public_id=event, confirmed_at=None, ended_at=None).first()
    if row is None or row.asked_by != PatronLink.Side.ACTOR:
        return []
    return [_News(row.reader_id, None, event, "link_asked", {"link": event})]


def _loan_news(desk: Desk, loan: Any, about: str, kind: str) -> _News:
    on: date = loan.due_at.astimezone(desk.zone).date()
    title = loan.copy.title
    facts = {"loan": loan.public_id, "title": title.public_id, "on": on.isoformat()}
    return _News(loan.patron_id, title.pk, about, kind, facts)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


_STILL_TRUE: Final[dict[Notice.Kind, Callable[[Desk, str], list[_News]]]] = {
    Notice.Kind.HOLD_READY: _hold_ready,
    Notice.Kind.HOLD_PASSED_ON: _hold_passed_on,
    Notice.Kind.PICKUP_MOVED: _pickup_moved,
    Notice.Kind.LOAN_RENEWED: _loan_renewed,
    Notice.Kind.LOAN_RECALLED: _loan_recalled,
    Notice.Kind.DATE_MOVED: _date_moved,
    Notice.Kind.LOAN_LOST: _loan_lost,
    Notice.Kind.SUSPENDED: _suspended,
    Notice.Kind.RECEIPT: _receipt,
    Notice.Kind.APPLICATION_ANSWERED: _application_answered,
    Notice.Kind.LINK_ASKED: _link_asked,
}
