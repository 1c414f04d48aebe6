"""The morning's reminders: what is due soon, due today, overdue; holds and cards that run out.

Computed from the data and written page by page, each page one transaction: a run that was stopped
goes on, one that was missed is made up for as far as it is still of use, and none says a thing
twice, because every notice is named after what it speaks of (loan, day, step).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from jieyue.circulation.models import Hold
from jieyue.kit import sql
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import Calendar, days_between
from jieyue.libraries.worker_desk import at_every_library
from jieyue.notices.house_rules import HouseRules, house_rules
from jieyue.notices.models import Notice, NoticeSettings
from jieyue.notices.rules.reminding import MADE_UP, of_day, of_loan, reach
from jieyue.notices.rules.timing import at_local
from jieyue.patrons.models import Patron

PAGE: Final = 1000  # loans looked at in one transaction
AHEAD: Final = timedelta(minutes=15)  # so that what happened by itself goes along with it

_LOANS: Final = """
SELECT n.id AS loan_id, n.public_id AS loan, n.patron_id, n.branch_id, n.due_at, n.lent_at,
       n.renewed_at, t.public_id AS title
  FROM circulation_loan n
  JOIN catalog_copy c ON c.library_id = <library:bigint> AND c.id = n.copy_id
  JOIN catalog_title t ON t.library_id = <library:bigint> AND t.id = c.title_id
 WHERE n.library_id = <library:bigint> AND n.returned_at IS NULL
   AND n.lost_at IS NULL AND n.claimed_at IS NULL AND NOT n.is_on_site
   AND (n.due_at > <after:timestamptz> OR n.due_at = <after:timestamptz> AND n.id > <last:bigint>)
   AND n.due_at < <until:timestamptz>
 ORDER BY n.due_at, n.id LIMIT <most:int>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How many loans were reminded of; `next_at` and `next_id` say where to go on, if anywhere."""

    notices: int
    next_at: datetime | None = None
    next_id: int = 0


@dataclass(frozen=True, slots=True)
class _Due:
    """A reminder that is due, if it was not given before."""

    patron_id: int
    kind: str
    about: str
    facts: dict[str, Any]


def remind(now: datetime) -> dict[str, Any]:
    """Write the reminders of every library whose morning has come; return how many by library."""
    return {slug: count for slug, count in at_every_library(now, remind_library).items() if count}


def remind_library(desk: Desk) -> int:
    """Write today's reminders of the library in scope, once a day; return how many."""
    rules = house_rules()
    morning = at_local(desk.today, rules.reminds_at, desk.zone)
    if desk.now < morning - AHEAD or rules.reminded_on == desk.today:
        return 0
    page = Page(notices=0)
    count = 0
    while True:
        page = in_transaction(partial(_remind_loans, desk, page))
        count += page.notices
        if page.next_at is None:
            break
    return count + in_transaction(partial(_remind_of_last_days, desk))


def _remind_loans(desk: Desk, before: Page) -> Page:
    """Remind of up to a thousand loans, those first that are due first."""
    rules, calendars = house_rules(), _calendars()
    steps, today = rules.steps, desk.today
    most = max((*steps.before, 0))
    since = today - timedelta(days=max((*steps.overdue, 0)) + MADE_UP)
    first, until = days_between(since, _last_day(most, rules, calendars, desk), desk.zone)
    found = sql.rows(
        _LOANS, after=before.next_at or first - timedelta(seconds=1), last=before.next_id,
        until=until, most=PAGE,
    )  # fmt: skip
    written = _write(desk, _loans_due(found, rules, calendars, desk))
    end = found[-1] if len(found) == PAGE else None
    return Page(
        notices=written,
        next_at=end["due_at"] if end else None,
        next_id=end["loan_id"] if end else 0,
    )


def _loans_due(
    found: Iterable[sql.Row], rules: HouseRules, calendars: Mapping[int, Calendar], desk: Desk
) -> Iterator[_Due]:
    for row in found:
        due_on = _day(row["due_at"], desk.zone)
        said = of_loan(
            rules.steps,
            calendars[row["branch_id"]],
            due_on=due_on,
            since=_day(max(row["lent_at"], row["renewed_at"] or row["lent_at"]), desk.zone),
            today=desk.today,
        )
        if said is not None:
            facts = {"loan": row["loan"], "title": row["title"], "on": due_on.isoformat()}
            about = f"{row['loan']}:{due_on}:{said.step}"
            yield _Due(row["patron_id"], said.kind, about, facts)


def _remind_of_last_days(desk: Desk) -> int:
    """Remind of books to be fetched and of cards, and note that today is done."""
    rules, calendars = house_rules(), _calendars()
    due = [*_holds_due(rules, calendars, desk), *_cards_due(rules, calendars, desk)]
    NoticeSettings.objects.get_or_create(library_id=desk.library_id)
    NoticeSettings.objects.update(reminded_on=desk.today)
    return _write(desk, due)


def _holds_due(rules: HouseRules, calendars: Mapping[int, Calendar], desk: Desk) -> Iterator[_Due]:
    """Yield books on the hold shelf whose last day comes near."""
    before, last = rules.hold_days_before, _last_day(rules.hold_days_before, rules, calendars, desk)
    ready = Hold.objects.select_related("title", "pickup_branch").filter(
        state=Hold.State.READY, pickup_branch__in=list(calendars),
        fetch_by__range=(desk.today, last),
    )  # fmt: skip
    for hold in ready.order_by("id"):
        said = of_day(
            rules.steps, calendars[hold.pickup_branch_id], last_on=hold.fetch_by, before=before,
            since=_day(hold.ready_at, desk.zone), today=desk.today,
        )  # fmt: skip
        if said is not None:
            facts = {
                "hold": hold.public_id,
                "title": hold.title.public_id,
                "branch": hold.pickup_branch.code,
                "on": hold.fetch_by.isoformat(),
            }
            about = f"{hold.public_id}:{hold.fetch_by}:{said.step}"
            yield _Due(hold.patron_id, "hold_expiring", about, facts)


def _cards_due(rules: HouseRules, calendars: Mapping[int, Calendar], desk: Desk) -> Iterator[_Due]:
    """Yield cards that run out; those who are barred hear nothing of it."""
    before, last = rules.card_days_before, _last_day(rules.card_days_before, rules, calendars, desk)
    ending = Patron.objects.filter(expires_on__range=(desk.today, last), frozen_at=None)
    for patron in ending.order_by("id"):
        said = of_day(
            rules.steps, calendars[patron.branch_id], last_on=patron.expires_on, before=before,
            since=_day(patron.created_at, desk.zone), today=desk.today,
        )  # fmt: skip
        if said is not None:
            facts = {"on": patron.expires_on.isoformat()}
            about = f"{patron.public_id}:{patron.expires_on}"
            yield _Due(patron.pk, "card_expiring", about, facts)


def _last_day(
    before: int, rules: HouseRules, calendars: Mapping[int, Calendar], desk: Desk
) -> date:
    """Return the last day of which anything may be said today, at any branch."""
    ends = [reach(rules.steps, one, most=before, today=desk.today) for one in calendars.values()]
    return max(ends, default=desk.today)


def _write(desk: Desk, due: Iterable[_Due]) -> int:
    """Write those that were not given before; return how many. Two statements for a thousand."""
    found = {(one.patron_id, one.kind, one.about): one for one in due}
    said = Notice.objects.filter(
        patron_id__in={one.patron_id for one in found.values()},
        kind__in={one.kind for one in found.values()},
        about__in={one.about for one in found.values()},
    )
    before = set(said.values_list("patron_id", "kind", "about")) if found else set()
    fresh = [one for key, one in found.items() if key not in before]
    Notice.objects.bulk_create(
        Notice(
            library_id=desk.library_id,
            public_id=public_id(),
            patron_id=one.patron_id,
            kind=one.kind,
            about=one.about,
            facts=one.facts,
            created_at=desk.now,
        )
        for one in fresh
    )
    return len(fresh)


def _calendars() -> dict[int, Calendar]:
    return calendars_of(list(Branch.objects.order_by("id").values_list("id", flat=True)))


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
