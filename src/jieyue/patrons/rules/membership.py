"""What is checked of a reader's details, and how long a card is valid."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from jieyue.patrons.rules.names import normal_email, normal_phone

LIMITS: Final = {
    "name": 100,
    "student_number": 40,
    "group_name": 60,
    "phone": 40,
    "email": 254,
    "note": 2000,
    "card_barcode": 40,
    "reason": 200,
}
NAME_MARKS: Final = "._-+'&=~#*/?^`{|}$"  # in an e-mail address before the @
MIN_PASSWORD: Final = 8
MAX_PASSWORD: Final = 200


class PatronFault(StrEnum):
    """What stands against adding or changing a reader. Public API: never rename one."""

    PATRON_UNKNOWN = "patron_unknown"
    CATEGORY_UNKNOWN = "category_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    PHONE_BAD = "phone_bad"
    EMAIL_BAD = "email_bad"
    CARD_BAD = "card_bad"
    CARD_TAKEN = "card_taken"
    CARD_IS_COPY = "card_is_copy"
    STUDENT_NUMBER_TAKEN = "student_number_taken"
    MAYBE_SAME = "maybe_same"  # a reader of this name has this phone number already: confirm
    PASSWORD_SHORT = "password_short"
    DATE_PAST = "date_past"
    DATE_BAD = "date_bad"  # nobody can have been born that day
    REASON_MISSING = "reason_missing"
    NO_CARD = "no_card"
    BLOCK_UNKNOWN = "block_unknown"
    NOTHING_CHOSEN = "nothing_chosen"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: with which field, and the public id or limit that explains it."""

    field: str
    code: PatronFault
    value: str = ""


def text_faults(texts: Iterable[tuple[str, str]]) -> list[Fault]:
    """Return a fault for every text that is too long, and for a missing name."""
    faults = [
        Fault(name, PatronFault.TOO_LONG, str(LIMITS[name]))
        for name, text in texts
        if len(text) > LIMITS[name]
    ]
    faults += [
        Fault(name, PatronFault.NAME_MISSING)
        for name, text in texts
        if name == "name" and not text.strip()
    ]
    return faults


def contact_faults(phone: str, email: str) -> list[Fault]:
    """Return what is wrong with a phone number (5 to 20 digits) or an address."""
    faults = []
    digits = normal_phone(phone).lstrip("+")
    if phone.strip() and not 5 <= len(digits) <= 20:
        faults.append(Fault("phone", PatronFault.PHONE_BAD))
    address = normal_email(email)
    if address and not _is_email(address):
        faults.append(Fault("email", PatronFault.EMAIL_BAD))
    return faults


def _is_email(address: str) -> bool:
    """Say whether it is one plain address.

    Of `a@evil.example,b@school.example` mail goes to the first, while the second looks proved: so
    no list, no quotes, brackets or comments, and no way through another server.
    """
    name, _, host = address.partition("@")
    parts = host.split(".")
    return (
        bool(name)
        and all(char.isalnum() or char in NAME_MARKS for char in name)
        and len(parts) > 1
        and all(part and part.replace("-", "").isalnum() for part in parts)
    )


def is_card_barcode(text: str) -> bool:
    """Say whether a scanned card number can be used: 3 to 40 printable ASCII without spaces."""
    return 3 <= len(text) <= LIMITS["card_barcode"] and all("!" <= c <= "~" for c in text)


def valid_until(start: date, months: int | None) -> date | None:
    """Return the last valid day of a card issued on `start`: the day before, `months` later.

    None means no expiry. From 2026-01-31 one month runs until 2026-02-27.
    """
    if months is None:
        return None
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)


def extended_until(today: date, expires_on: date | None, months: int | None) -> date | None:
    """Return the last valid day after extending a card by `months`; None means no expiry.

    A card that still runs goes on from its end; one that has ended starts again today.
    """
    if expires_on is not None and expires_on >= today:
        return valid_until(expires_on + timedelta(days=1), months)
    return valid_until(today, months)
