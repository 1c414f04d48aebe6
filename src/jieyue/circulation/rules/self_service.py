"""May a reader borrow or return here without staff? And the codes that prove they are here."""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.desk import Presence

STEP_SECONDS: Final = 30  # how long a code at the door stands
STEPS_KEPT: Final = 1  # and for how many steps more it is taken: a page needs a moment to open
MAX_MINUTES: Final = 240
MAX_NETWORKS: Final = 20
DOOR: Final = "d"
SIGN: Final = "s"
DISPLAY: Final = "x"
POINT: Final = "p"
_MAC_LENGTH: Final = 24  # hexadecimal digits: 96 bits


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfRules:
    """What a branch allows. `windows` are weekday (0 is Monday), from, to: local times."""

    public_id: str
    branch_id: int
    may_borrow: bool = False
    may_return: bool = False
    by_door: bool = True
    by_network: bool = False
    by_sign: bool = False
    networks: tuple[str, ...] = ()
    minutes: int = 30
    when: str = "open"
    windows: tuple[tuple[int, str, str], ...] = ()
    most: int | None = None
    not_for: frozenset[str] = frozenset()
    secret: str = field(default="", repr=False)
    sign_number: int = 1
    display_number: int = 1

    def is_time(self, now: datetime, *, is_open: bool) -> bool:
        """Say whether one may borrow at the local moment `now`."""
        if self.when == "windows":
            return any(is_within(window, now) for window in self.windows)
        return self.when == "always" or is_open

    @property
    def generation(self) -> str:
        """What new signs, or a new screen, change: what an old code let in is over with it."""
        return f"{self.sign_number}.{self.display_number}"

    def proves(self, how: str) -> bool:
        """Say whether the branch still takes this way of being here."""
        ways = {"door": self.by_door, "sign": self.by_sign, "network": self.by_network}
        return ways.get(how, how == "point")


def is_within(window: tuple[int, str, str], now: datetime) -> bool:
    """Say whether a local moment lies in a window; one that ends before it begins runs overnight.

    The second of two hours that the clock shows twice is inside like the first.
    """
    weekday, starts, ends = window[0], time.fromisoformat(window[1]), time.fromisoformat(window[2])
    at = now.time().replace(tzinfo=None)
    if starts < ends:
        return now.weekday() == weekday and starts <= at < ends
    is_evening = now.weekday() == weekday and at >= starts
    return is_evening or (now.weekday() == (weekday + 1) % 7 and at < ends)


def here_refusals(rules: SelfRules | None, presence: Presence | None, now: datetime) -> list[Why]:
    """Return what is against a reader's being here: nothing proved, too long ago, elsewhere."""
    is_here = (
        rules is not None
        and presence is not None
        and presence.branch_id == rules.branch_id
        and now <= presence.until
        and rules.proves(presence.how)
    )
    return [] if is_here else [Why(Reason.NOT_HERE)]


def borrowing_refusals(
    rules: SelfRules | None,
    presence: Presence | None,
    *,
    now: datetime,
    local: datetime,
    is_open: bool,
    category: str,
    so_far: int,
) -> list[Why]:
    """Return every reason against borrowing without staff; `so_far` counts this visit's copies."""
    if rules is None or not rules.may_borrow:
        return [Why(Reason.SELF_SERVICE_OFF)]
    # A return point may stand outside, so it proves nothing for borrowing.
    away = presence is None or presence.how == "point"
    reasons = [Why(Reason.NOT_HERE)] if away else here_refusals(rules, presence, now)
    if not rules.is_time(local, is_open=is_open):
        reasons.append(Why(Reason.SELF_SERVICE_CLOSED))
    if category in rules.not_for:
        reasons.append(Why(Reason.SELF_SERVICE_NOT_FOR_CARD))
    if rules.most is not None and so_far >= rules.most:
        reasons.append(Why(Reason.SELF_SERVICE_LIMIT, {"limit": rules.most, "open": so_far}))
    return reasons


def returning_refusals(
    rules: SelfRules | None, presence: Presence | None, now: datetime
) -> list[Why]:
    """Return what is against returning without staff: only at a return point, when allowed."""
    if rules is None or not rules.may_return:
        return [Why(Reason.SELF_SERVICE_OFF)]
    if presence is not None and presence.how != "point":
        return [Why(Reason.NOT_HERE)]
    return here_refusals(rules, presence, now)


def door_code(rules: SelfRules, now: datetime) -> str:
    """Return what the screen at the door shows now."""
    return _code(rules, DOOR, _step(now))


def seconds_left(now: datetime) -> int:
    """Return for how long the code of now is shown."""
    return STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS


def sign_code(rules: SelfRules) -> str:
    """Return what a printed sign says, until the next signs are made."""
    return _code(rules, SIGN, rules.sign_number)


def display_code(rules: SelfRules) -> str:
    """Return what opens the screen for the door, until it is given a new address."""
    return _code(rules, DISPLAY, rules.display_number)


def point_code(rules: SelfRules, point: str) -> str:
    """Return what a return point's sign says."""
    mac = _mac(rules.secret, f"{POINT}.{point}.{rules.sign_number}")
    return f"{POINT}.{point}.{mac}"


def split(code: str) -> tuple[str, str, str] | None:
    """Return kind, public id (of the rules, or of a point) and the rest of a code."""
    parts = code.split(".", 2)
    if len(parts) != 3 or parts[0] not in (DOOR, SIGN, DISPLAY, POINT):
        return None
    return parts[0], parts[1][:12], parts[2]


def is_door_code(rules: SelfRules, code: str, now: datetime) -> bool:
    """Say whether a screen showed the code just now. Two clocks may differ by a step."""
    step = _step(now)
    steps = range(step - STEPS_KEPT, step + 2)
    return rules.by_door and any(_same(code, _code(rules, DOOR, each)) for each in steps)


def is_sign_code(rules: SelfRules, code: str) -> bool:
    """Say whether one of the signs that hang now says so."""
    return rules.by_sign and _same(code, sign_code(rules))


def is_display_code(rules: SelfRules, code: str) -> bool:
    """Say whether this address may show the codes of the door."""
    return _same(code, display_code(rules))


def is_point_code(rules: SelfRules, point: str, code: str) -> bool:
    """Say whether the sign of a return point says so."""
    return _same(code, point_code(rules, point))


def is_in_networks(address: str, networks: Iterable[str]) -> bool:
    """Say whether a network address belongs to the library's. Nonsense does not."""
    try:
        asked = ipaddress.ip_address(address.strip())
    except ValueError:
        return False
    mapped = getattr(asked, "ipv4_mapped", None)
    return any((mapped or asked) in ipaddress.ip_network(network) for network in networks)


def read_networks(text: str) -> tuple[tuple[str, ...], str]:
    """Read what somebody typed, one network a line or comma: networks, and the first that is none.

    A single address is a network of one. Everybody's (`0.0.0.0/0`) is refused: it proves nothing.
    """
    found: list[str] = []
    for part in text.replace(",", " ").replace("，", " ").replace("；", " ").split():
        try:
            network = ipaddress.ip_network(part, strict=False)
        except ValueError:
            return (), part
        if network.prefixlen == 0:
            return (), part
        found.append(str(network))
    return tuple(dict.fromkeys(found)), ""


def faults(*, minutes: int, windows: Sequence[tuple[int, str, str]]) -> list[str]:
    """Return what is wrong with the figures of a branch's rules."""
    wrong = []
    if not 1 <= minutes <= MAX_MINUTES:
        wrong.append("minutes")
    for weekday, starts, ends in windows:
        try:
            same = time.fromisoformat(starts) == time.fromisoformat(ends)
        except ValueError:
            same = True
        if same or not 0 <= weekday <= 6:
            wrong.append("windows")
            break
    return wrong


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def _code(rules: SelfRules, kind: str, number: int) -> str:
    return f"{kind}.{rules.public_id}.{_mac(rules.secret, f'{kind}.{number}')}"


def _mac(secret: str, text: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return digest[:_MAC_LENGTH]


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
