"""A library's own way of telling its readers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from jieyue.notices.models import NoticePreference, NoticeSettings
from jieyue.notices.rules.kinds import (
    ALL_WAYS,
    ALWAYS,
    CHANNELS,
    HAND_WAYS,
    built_in_ways,
)
from jieyue.notices.rules.reminding import Steps
from jieyue.notices.rules.timing import Hours
from jieyue.notices.rules.weekly import Weekly

CALLS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What the library's own people carry to readers.

    `ways` are those of `HAND_WAYS` that are used, for whom nothing else reaches; a class in
    `class_ways` is told by that way first. `calls`: after so many that nobody answered the next
    way is taken. `shows_titles`: also on the list for the teacher, not on the slips alone.
    """

    ways: tuple[str, ...] = ()
    class_ways: Mapping[str, str] = field(default_factory=dict)
    calls: int = CALLS
    shows_titles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRules:
    """What `NoticeSettings` says, or what holds where a library has said nothing."""

    days_before: tuple[int, ...]
    says_due_today: bool
    overdue_days: tuple[int, ...]
    hold_days_before: int
    card_days_before: int
    skips_closed_days: bool
    reminds_at: time
    sends_from: time
    sends_until: time
    channels: dict[str, tuple[str, ...]]
    order: tuple[str, ...]
    most_a_day: int
    language: str
    site_url: str
    reminded_on: date | None
    by_hand: ByHand = ByHand()
    weekly: Weekly | None = None  # to class teachers; None: none goes

    @property
    def steps(self) -> Steps:
        """What is reminded of, and when."""
        return Steps(
            before=(*((0,) if self.says_due_today else ()), *self.days_before),
            overdue=self.overdue_days,
            hold_before=self.hold_days_before,
            card_before=self.card_days_before,
            skips_closed_days=self.skips_closed_days,
        )

    def ways(self, kind: str) -> tuple[str, ...]:
        """Return by which channels a kind may go, the library's first one first."""
        used = self.channels.get(kind, built_in_ways(kind))
        return tuple(channel for channel in self.order if channel in used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a reader wants; empty values mean: as the library has it."""

    order: tuple[str, ...] = ()
    off_channels: tuple[str, ...] = ()
    off_kinds: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None
    language: str = ""

    def wants(self, kind: str) -> bool:
        """Say whether the reader is told of this by more than their own page."""
        return kind in ALWAYS or kind not in self.off_kinds

    def ways(self, offered: tuple[str, ...]) -> tuple[str, ...]:
        """Return the channels offered in this reader's order, without those they left."""
        own = [channel for channel in self.order if channel in offered]
        own += [channel for channel in offered if channel not in own]
        return tuple(channel for channel in own if channel not in self.off_channels)


def house_rules() -> HouseRules:
    """Return those of the library in scope. One statement."""
    row = NoticeSettings.objects.first() or NoticeSettings()
    by_hand = read_by_hand(row.by_hand)
    used = CHANNELS + by_hand.ways
    order = [channel for channel in row.order if channel in used]
    order += [channel for channel in ALL_WAYS if channel in used and channel not in order]
    origins = settings.CSRF_TRUSTED_ORIGINS
    return HouseRules(
        days_before=tuple(row.days_before),
        says_due_today=row.says_due_today,
        overdue_days=tuple(row.overdue_days),
        hold_days_before=row.hold_days_before,
        card_days_before=row.card_days_before,
        skips_closed_days=row.skips_closed_days,
        reminds_at=row.reminds_at_time,
        sends_from=row.sends_from_time,
        sends_until=row.sends_until_time,
        channels={kind: tuple(used) for kind, used in row.channels.items()},
        order=tuple(order),
        most_a_day=row.most_a_day,
        language=row.language,
        site_url=(row.site_url or (origins[0] if origins else "")).rstrip("/"),
        reminded_on=row.reminded_on,
        by_hand=by_hand,
        weekly=_read_weekly(row.weekly),
    )


def _read_weekly(kept: Mapping[str, Any] | None) -> Weekly | None:
    """Return what `NoticeSettings.weekly` says; None: no weekly message."""
    if not kept:
        return None
    return Weekly(
        weekday=kept["weekday"],
        at=time.fromisoformat(kept["at"]),
        from_on=date.fromisoformat(kept["from_on"]),
        shows_titles=kept["shows_titles"],
    )


def read_by_hand(kept: Mapping[str, Any] | None) -> ByHand:
    """Return what `NoticeSettings.by_hand` says; None: nothing goes by hand."""
    kept = kept or {}
    ways = tuple(way for way in HAND_WAYS if way in kept.get("ways", ()))
    class_ways = kept.get("class_ways", {}).items()
    return ByHand(
        ways=ways,
        class_ways={name: way for name, way in class_ways if way in ways},
        calls=kept.get("calls", CALLS),
        shows_titles=kept.get("shows_titles", False),
    )


def wishes_of(patron_ids: set[int]) -> dict[int, Wishes]:
    """Return what these readers want, where they have said so. One statement."""
    return {
        row.patron_id: Wishes(
            order=tuple(row.order),
            off_channels=tuple(row.off_channels),
            off_kinds=tuple(row.off_kinds),
            quiet_from=row.quiet_from_time,
            quiet_until=row.quiet_until_time,
            language=row.language,
        )
        for row in NoticePreference.objects.filter(patron_id__in=patron_ids)
    }


def hours_of(rules: HouseRules, wishes: Wishes, zone: ZoneInfo) -> Hours:
    """Return when messages may go to a reader."""
    return Hours(
        zone=zone,
        sends_from=rules.sends_from,
        sends_until=rules.sends_until,
        reminds_at=rules.reminds_at,
        quiet_from=wishes.quiet_from,
        quiet_until=wishes.quiet_until,
    )
