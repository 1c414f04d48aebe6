"""What staff decide of messages: the library's way of telling, its words, and what went wrong."""

from dataclasses import dataclass
from datetime import time
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from jieyue.audit.journal import Note, note
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.notices.composing import LANGUAGES
from jieyue.notices.house_rules import Wishes, hours_of, house_rules, wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice, NoticeSettings, NoticeTemplate
from jieyue.notices.planning import carry, due_by
from jieyue.notices.rules.kinds import ALL_WAYS, CHANNELS
from jieyue.notices.rules.texts import MAX_SUBJECT, MAX_TEXT, Flaw, blanks_of, flaws
from jieyue.notices.rules.timing import allowed_at
from jieyue.notices.ways import reach_of
from jieyue.notices.words import FRAME, KINDS
from jieyue.patrons.models import Patron

MAX_DAYS: Final = 365
MAX_STEPS: Final = 6
TEMPLATE_KINDS: Final = (*KINDS, FRAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWritten:
    """The words cannot be used; nothing changed. Each part with what is wrong with it."""

    type: Literal["not_written"] = "not_written"
    subject: tuple[Flaw, ...] = ()
    text: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """It is tried again, by this channel."""

    type: Literal["again"] = "again"
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldInPerson:
    """Somebody has told the reader; nothing is left to do."""

    type: Literal["told_in_person"] = "told_in_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAgain:
    """`unknown`: no such message; `over`: it is settled; `no_way`: still no way to the reader."""

    type: Literal["refused"] = "refused"
    why: Literal["unknown", "over", "no_way"]


@action(needs=Permission.SETTINGS, whole_library=True)
def set_notice_rules(
    desk: Desk,
    *,
    days_before: tuple[int, ...],
    says_due_today: bool,
    overdue_days: tuple[int, ...],
    hold_days_before: int,
    card_days_before: int,
    skips_closed_days: bool,
    reminds_at: time,
    sends_from: time,
    sends_until: time,
    channels: dict[str, tuple[str, ...]],
    order: tuple[str, ...],
    most_a_day: int,
    language: str,
    site_url: str,
) -> Saved | NotSaved:
    """Say when and how this library tells its readers. What waits already goes by it, too."""
    steps = [*days_before, *overdue_days, hold_days_before, card_days_before, most_a_day]
    is_sound = (
        all(0 <= step <= MAX_DAYS for step in steps)
        and all(step > 0 for step in (*days_before, *overdue_days))
        and max(len(days_before), len(overdue_days)) <= MAX_STEPS
        and language in LANGUAGES
        and _is_site(site_url)
    )
    if not is_sound:
        return not_saved(Trouble.UNKNOWN)
    values: dict[str, Any] = {
        "days_before": sorted(set(days_before)),
        "says_due_today": says_due_today,
        "overdue_days": sorted(set(overdue_days)),
        "hold_days_before": hold_days_before,
        "card_days_before": card_days_before,
        "skips_closed_days": skips_closed_days,
        "reminds_at_time": reminds_at,
        "sends_from_time": sends_from,
        "sends_until_time": sends_until,
        "channels": {k: [c for c in ALL_WAYS if c in used] for k, used in channels.items()},
        "order": [c for c in dict.fromkeys(order) if c in ALL_WAYS],
        "most_a_day": most_a_day,
        "language": language,
        "site_url": site_url.rstrip("/"),
    }
    NoticeSettings.objects.update_or_create(library_id=desk.library_id, defaults=values)
    return saved(days_before=values["days_before"], overdue_days=values["overdue_days"])


def _is_site(address: str) -> bool:
    """Say whether links can begin with it: scheme and host, at most a port."""
    if not address:
        return True
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.path in {"", "/"}
            and not parts.query + parts.fragment
            and parts.username is None
            and address.isascii()
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        return False


@action(needs=Permission.SETTINGS, whole_library=True)
def write_words(
    desk: Desk, *, kind: str, channel: str, language: str, subject: str, text: str
) -> Saved | NotSaved | NotWritten:
    """Replace the built-in words of a kind for a channel and a language."""
    if not _is_template(kind, channel, language):
        return not_saved(Trouble.UNKNOWN)
    wrong = word_flaws(kind, subject, text)
    if wrong is not None:
        note(Note(outcome="refused", data={"kind": kind, "channel": channel}))
        return wrong
    NoticeTemplate.objects.update_or_create(
        library_id=desk.library_id, kind=kind, channel=channel, language=language,
        defaults={"subject": subject.strip(), "text": text.strip()},
    )  # fmt: skip
    return saved(kind, kind=kind, channel=channel, language=language)


@action(needs=Permission.SETTINGS, whole_library=True)
def built_in_words(desk: Desk, *, kind: str, channel: str, language: str) -> Saved | NotSaved:
    """Go back to the built-in words; where they are in use already nothing changes."""
    if not _is_template(kind, channel, language):
        return not_saved(Trouble.UNKNOWN)
    rows = NoticeTemplate.objects.filter(kind=kind, channel=channel, language=language)
    rows.filter(library_id=desk.library_id).delete()
    return saved(kind, kind=kind, channel=channel, language=language)


def word_flaws(kind: str, subject: str, text: str) -> NotWritten | None:
    """Return what is wrong with words; None if they can be used."""
    known = blanks_of(kind)
    needs = "messages" if kind == FRAME else ""
    wrong = NotWritten(
        subject=tuple(flaws(subject, known=known, most=MAX_SUBJECT)) if subject.strip() else (),
        text=tuple(flaws(text, known=known, most=MAX_TEXT, needs=needs)),
    )
    return wrong if wrong.subject or wrong.text else None


def _is_template(kind: str, channel: str, language: str) -> bool:
    return kind in TEMPLATE_KINDS and channel in CHANNELS and language in LANGUAGES


@action(needs=Permission.MESSAGES)
def try_again(desk: Desk, *, delivery: str) -> Again | NotAgain:
    """Send a message that did not arrive again, by the reader's first way that works now."""
    row, patron = _settled(desk, delivery)
    if row is None or patron is None:
        return _not_again("unknown")
    if row.state not in {Delivery.State.GIVEN_UP, Delivery.State.UNREACHED}:
        return _not_again("over")
    rules, wishes = house_rules(), wishes_of({row.patron_id}).get(row.patron_id, Wishes())
    notices = DeliveryNotice.objects.filter(delivery=row).select_related("notice")
    kinds = {one.notice.kind for one in notices}
    reach = reach_of([row.patron_id], rules, today=desk.today)
    way = reach.way(row.patron_id, kinds, rules=rules, wishes=wishes)
    if not way.channel:
        return _not_again("no_way")
    row.state, row.ended_at, row.due_at = Delivery.State.FAILED, desk.now, None
    row.save(update_fields=["state", "ended_at", "due_at"])
    fresh = Delivery.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron_id=row.patron_id,
        channel=way.channel,
        is_digest=row.is_digest,
        planned_for=desk.now,
        due_at=due_by(way.channel, allowed_at(hours_of(rules, wishes, desk.zone), desk.now)),
        passed_over=way.passed_over,
        created_at=desk.now,
    )
    carry(desk.library_id, [(fresh, [one.notice_id for one in notices])])
    note(Note(patron_id=row.patron_id, data={"channel": way.channel}))
    return Again(channel=way.channel)


@action(needs=Permission.MESSAGES)
def told_in_person(desk: Desk, *, delivery: str) -> ToldInPerson | NotAgain:
    """Note that somebody told the reader themselves what no channel could."""
    row, patron = _settled(desk, delivery)
    if row is None or patron is None:
        return _not_again("unknown")
    if row.state not in {Delivery.State.GIVEN_UP, Delivery.State.UNREACHED}:
        return _not_again("over")
    row.state, row.channel = Delivery.State.HANDED, "person"
    row.ended_at, row.due_at = desk.now, None
    row.save(update_fields=["state", "channel", "ended_at", "due_at"])
    note(Note(patron_id=row.patron_id))
    return ToldInPerson()


def _settled(desk: Desk, delivery: str) -> tuple[Delivery | None, Patron | None]:
    """Lock a message and return it with its reader, if whoever is here may see that one."""
    row = lock_one(Delivery.objects.filter(public_id=delivery))
    patron = Patron.objects.filter(pk=row.patron_id).first() if row else None
    if patron is not None:
        need_branch(desk, patron.branch_id)
    return row, patron


def _not_again(why: Literal["unknown", "over", "no_way"]) -> NotAgain:
    note(Note(outcome="refused"))
    return NotAgain(why=why)
