"""Changing a library's settings: what stands against a change, and how inputs are read."""

import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final

from jieyue.libraries.rules.permissions import OWNER, Permission

MAX_NAME: Final = 100
MAX_SPAN_DAYS: Final = 366  # a closure longer than the calendar's search would never end
FIRST_DAY: Final = date(1970, 1, 1)
LAST_DAY: Final = date(2999, 12, 31)
MIN_PASSWORD: Final = 8
PIN_DIGITS: Final = range(4, 9)
# Rights without which nobody could open the settings again.
KEPT_BY_OWNERS: Final = frozenset({Permission.SETTINGS, Permission.STAFF})


class Trouble(StrEnum):
    """Why a change was not made. Stored in the journal; a door has the words."""

    UNKNOWN = "unknown"  # what should be changed is not there (404 at a door)
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    NAME_TAKEN = "name_taken"
    NUMBER_BAD = "number_bad"
    ZONE_UNKNOWN = "zone_unknown"
    ONLY_OPEN_BRANCH = "only_open_branch"
    SOMEBODY_WORKS_ONLY_HERE = "somebody_works_only_here"
    STILL_AWAITED_HERE = "still_awaited_here"  # readers fetch books there, or boxes head there
    HOURS_OVERLAP = "hours_overlap"
    HOURS_BAD = "hours_bad"
    NETWORK_BAD = "network_bad"
    NO_WAY_CHOSEN = "no_way_chosen"  # to prove that a reader stands in the library
    CLOSES_BEFORE_OPENING = "closes_before_opening"
    ENDS_BEFORE_START = "ends_before_start"
    SPAN_TOO_LONG = "span_too_long"
    DAY_TOO_FAR = "day_too_far"
    DAYS_THERE_ALREADY = "days_there_already"
    UNDONE_ALREADY = "undone_already"
    RETURNS_BEFORE_END = "returns_before_end"  # a vacation whose loans are due in it
    WHEN_MISSING = "when_missing"  # a vacation that moves loans, but not to when
    DEFAULT_STAYS = "default_stays"
    RULE_EXISTS = "rule_exists"
    RULE_EMPTY = "rule_empty"
    DEFAULT_RULE_STAYS = "default_rule_stays"
    DEFAULT_RULE_COMPLETE = "default_rule_complete"
    LOGIN_BAD = "login_bad"
    LOGIN_TAKEN = "login_taken"
    RIGHTS_EXCEED_YOURS = "rights_exceed_yours"
    NOT_YOURSELF = "not_yourself"
    LAST_OWNER = "last_owner"
    OWNER_KEEPS_RIGHTS = "owner_keeps_rights"
    BRANCHES_MISSING = "branches_missing"
    WORKS_ELSEWHERE = "works_elsewhere"
    ONLY_PRACTICE = "only_practice"
    KIND_UNKNOWN = "kind_unknown"
    KEY_MISSING = "key_missing"
    URL_MISSING = "url_missing"
    URL_BAD = "url_bad"
    TIMEOUT_BAD = "timeout_bad"
    PARAMS_BAD = "params_bad"
    CODE_WRONG = "code_wrong"  # it is not the one that was sent to the address


def name_trouble(name: str, *, limit: int = MAX_NAME) -> Trouble | None:
    """Say what is wrong with a required text of at most `limit` characters."""
    if not name.strip():
        return Trouble.NAME_MISSING
    return Trouble.TOO_LONG if len(name) > limit else None


def text_trouble(limits: dict[str, int], **texts: str) -> Trouble | None:
    """Say whether one of the optional texts is too long."""
    return next((Trouble.TOO_LONG for n, text in texts.items() if len(text) > limits[n]), None)


def span_trouble(starts_on: date, ends_on: date) -> Trouble | None:
    """Say what is wrong with the first and last of some days.

    Dates are counted from them, so none may be near the first or the last that there is.
    """
    if ends_on < starts_on:
        return Trouble.ENDS_BEFORE_START
    if starts_on < FIRST_DAY or ends_on > LAST_DAY:
        return Trouble.DAY_TOO_FAR
    return Trouble.SPAN_TOO_LONG if (ends_on - starts_on).days >= MAX_SPAN_DAYS else None


def sign_in_name(text: str) -> str | None:
    """Return a sign-in name as it is stored; None unless 2 to 60 letters, digits or `.-_@+`.

    Full-width characters become plain ones and capitals small, as when somebody signs in.
    """
    name = unicodedata.normalize("NFKC", text).strip().casefold()
    is_good = 2 <= len(name) <= 60 and all(char.isalnum() or char in ".-_@+" for char in name)
    return name if is_good else None


def read_pin(text: str) -> str | None:
    """Return a PIN of 4 to 8 digits as plain ones; None for anything else."""
    pin = unicodedata.normalize("NFKC", text).strip()
    return pin if pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS else None


def role_trouble(
    *,
    code: str,
    before: frozenset[Permission],
    after: frozenset[Permission],
    own: frozenset[Permission],
) -> Trouble | None:
    """Say why somebody with the rights `own` may not change a role from `before` to `after`.

    Nobody grants a right they lack, nor touches a role above their own.
    """
    if not after <= OWNER or not (before | after) <= own:
        return Trouble.RIGHTS_EXCEED_YOURS
    if code == "owner" and not after >= KEPT_BY_OWNERS:
        return Trouble.OWNER_KEEPS_RIGHTS
    return None
