"""By which way a reader can be reached: a service in use, an address, and their consent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from jieyue.libraries.gateways import gateways
from jieyue.notices.channels.reach import Addresses, addresses_of
from jieyue.notices.house_rules import HouseRules, Wishes
from jieyue.notices.rules.kinds import CHANNELS

__all__ = ["Reach", "Way", "addresses_of", "reach_of", "services_in_use"]


@dataclass(frozen=True, slots=True)
class Way:
    """The channel taken; empty if there is none. `passed_over` says why not the ones before it."""

    channel: str
    passed_over: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which services are in use, and the addresses of some readers by channel."""

    services: Mapping[str, Any]  # channel → what its `send` takes as gateway
    addresses: Mapping[str, Addresses] = field(repr=False)

    def reached(self, patron_ids: Collection[int]) -> set[int]:
        """Return those (row ids) who have an address at which some service in use reaches them."""
        return {
            patron_id
            for patron_id in patron_ids
            if any(self.addresses[channel].get(patron_id) for channel in self.services)
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
        for channel in wishes.ways(offered):
            if channel in without:
                passed_over[channel] = "failed"
            elif channel not in self.services:
                passed_over[channel] = "no_service"
            elif not self.addresses.get(channel, {}).get(patron_id):
                passed_over[channel] = "no_address"
            else:
                return Way(channel, passed_over)
        return Way("", passed_over)


def reach_of(patron_ids: Collection[int]) -> Reach:
    """Return by which ways these readers (row ids) can be reached. A statement for each channel."""
    services = services_in_use()
    return Reach(services, {name: addresses_of(name, patron_ids) for name in services})


def services_in_use() -> dict[str, Any]:
    """Return what each channel that the library may use takes as gateway."""
    used = gateways()
    return {channel: used[channel] for channel in CHANNELS if channel in used}
