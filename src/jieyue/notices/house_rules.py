"""A library's own way of telling its readers, as plain values."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from django.conf import settings

from jieyue.notices.models import NoticePreference, NoticeSettings
from jieyue.notices.rules.kinds import ALWAYS, CHANNELS, built_in_ways
from jieyue.notices.rules.reminding import Steps
from jieyue.notices.rules.timing import Hours


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
    order = [channel for channel in row.order if channel in CHANNELS]
    order += [channel for channel in CHANNELS if channel not in order]
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
