"""By which way a reader can be reached: a service in use, an address, and their consent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jieyue.libraries.gateways import gateways
from jieyue.notices.channels.by_hand import classes_of, numbers_of
from jieyue.notices.channels.reach import Addresses, addresses_of, guardians_numbers
from jieyue.notices.house_rules import HouseRules, Wishes
from jieyue.notices.rules.kinds import CHANNELS, FOR_GUARDIANS, HAND_WAYS

__all__ = ["Reach", "Way", "addresses_of", "reach_of", "services_in_use"]


@dataclass(frozen=True, slots=True)
class Way:
    """The channel taken; empty if there is none. `passed_over` says why not the ones before it."""

    channel: str
    passed_over: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which services are in use, and the addresses of some readers by channel.

    `classes` and `callable_ids` are looked up where the library uses paper or the telephone.
    `guarded_ids` are those without a number of their own, for whom a guardian's stands.
    """

    services: Mapping[str, Any]  # channel → what its `send` takes as gateway
    addresses: Mapping[str, Addresses] = field(repr=False)
    classes: Mapping[int, str] = field(default_factory=dict, repr=False)
    callable_ids: frozenset[int] = frozenset()
    guarded_ids: frozenset[int] = frozenset()

    def reached(self, patron_ids: Collection[int]) -> set[int]:
        """Return those (row ids) who have an address at which some service in use reaches them."""
        return {
            patron_id
            for patron_id in patron_ids
            if any(
                self.addresses[channel].get(patron_id)
                for channel in self.services
                if not (channel == "sms" and patron_id in self.guarded_ids)
            )
        }

    def way(
        self,
        patron_id: int,
        kinds: Collection[str],
        *,
        rules: HouseRules,
        wishes: Wishes,
        without: Collection[str] = (),
    ) -> Way:
        """Return the reader's first channel that carries any of these kinds and works."""
        offered = tuple(c for c in rules.order if any(c in rules.ways(kind) for kind in kinds))
        passed_over = {channel: "left" for channel in offered if channel in wishes.off_channels}
        for channel in wishes.ways(self._in_order(patron_id, offered, rules)):
            why = "failed" if channel in without else self._obstacle(patron_id, channel, kinds)
            if not why and channel in HAND_WAYS and not without:
                why = self._needless(patron_id, channel, rules=rules, wishes=wishes)
            if not why:
                return Way(channel, passed_over)
            passed_over[channel] = why
        return Way("", passed_over)

    def is_first(self, patron_id: int, way: Way, *, rules: HouseRules) -> bool:
        """Say whether the reader's class is told by this way before any other."""
        return rules.by_hand.class_ways.get(self.classes.get(patron_id, "")) == way.channel

    def _in_order(
        self, patron_id: int, offered: tuple[str, ...], rules: HouseRules
    ) -> tuple[str, ...]:
        """Return the channels as the library has them for the reader's class."""
        first = rules.by_hand.class_ways.get(self.classes.get(patron_id, ""), "")
        return tuple(sorted(offered, key=lambda channel: channel != first))

    def _needless(self, patron_id: int, channel: str, *, rules: HouseRules, wishes: Wishes) -> str:
        """Return why nobody need print or call: graver messages go out by themselves.

        Empty where this way comes first, or nothing else reaches the reader.
        """
        first = (rules.order[0], *wishes.order[:1])
        if channel in first or self.is_first(patron_id, Way(channel), rules=rules):
            return ""
        is_reached = any(
            self.addresses[other].get(patron_id)
            for other in self.services
            if other not in wishes.off_channels
        )
        return "reached_otherwise" if is_reached else ""

    def _obstacle(self, patron_id: int, channel: str, kinds: Collection[str]) -> str:
        """Return why a channel does not lead to the reader; empty if it does."""
        if channel == "sms" and patron_id in self.guarded_ids and not set(kinds) <= FOR_GUARDIANS:
            return "no_address"
        if channel == "paper":
            return "" if self.classes.get(patron_id) else "no_class"
        if channel == "phone":
            return "" if patron_id in self.callable_ids else "no_address"
        if channel not in self.services:
            return "no_service"
        return "" if self.addresses.get(channel, {}).get(patron_id) else "no_address"


def reach_of(
    patron_ids: Collection[int], rules: HouseRules | None = None, *, today: date | None = None
) -> Reach:
    """Return by which ways these readers (row ids) can be reached. A statement for each channel.

    With `rules` and the library's `today` also through guardians who are no readers, three more,
    and by hand, as the library uses that: five statements more.
    """
    services = services_in_use()
    addresses = {name: addresses_of(name, patron_ids) for name in services}
    if rules is None or today is None:
        return Reach(services, addresses)
    guarded: Addresses = {}
    if "sms" in services:
        without = [patron_id for patron_id in patron_ids if patron_id not in addresses["sms"]]
        guarded = guardians_numbers(without, today)
        addresses["sms"] = addresses["sms"] | guarded
    used, ids = rules.by_hand.ways, frozenset(guarded)
    if not used:
        return Reach(services, addresses, guarded_ids=ids)
    return Reach(
        services,
        addresses,
        guarded_ids=ids,
        classes=classes_of(patron_ids),
        callable_ids=frozenset(numbers_of(patron_ids, today) if "phone" in used else ()),
    )


def services_in_use() -> dict[str, Any]:
    """Return what each channel that the library may use takes as gateway."""
    used = gateways()
    return {channel: used[channel] for channel in CHANNELS if channel in used}
