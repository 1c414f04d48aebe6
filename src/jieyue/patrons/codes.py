"""One-time codes by SMS and e-mail: asking for one, and checking what was typed.

A code belongs to the browser that asked: it keeps the public id in its session, so nobody uses up
another's tries. Whether an address is on record is looked up when the code is sent, so asking
takes as long and says the same for any address. The promise `notices.code` sends it.

Used like this, outside any transaction and in the library's scope:

    asked = new_code(purpose="apply", way="sms", address="138…", asker=client_address(request),
                     language="zh-hans", now=now)
    match asked:
        case CodeAsked(code=public_id): ...  # keep in the session, ask for the digits
        case CodeRefused(why=why, seconds=seconds): ...

    found = check_code(code=public_id, purpose="apply", typed="123456", now=now)
    match found:
        case CodeRight(address=address): ...  # proved; the code is used up
        case CodeWrong(left=left): ...  # 0: over
        case CodeOver(): ...  # used, too old, tried too often, or not there
"""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import F

from jieyue.accounts.rules.devices import source_of
from jieyue.kit.batches import delete_in_batches
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.ids import public_id
from jieyue.kit.scope import current_library_id
from jieyue.kit.transactions import in_transaction
from jieyue.libraries.gateways import gateways
from jieyue.outbox.promises import promise
from jieyue.patrons.models import OneTimeCode, Patron
from jieyue.patrons.rules.membership import contact_faults
from jieyue.patrons.rules.names import (
    country_codes,
    is_of_country,
    masked_email,
    masked_phone,
    normal_email,
    normal_phone,
)

State = OneTimeCode.State

DIGITS: Final = 6
VALID: Final = timedelta(minutes=10)
MAX_TRIES: Final = 5
PAUSE: Final = timedelta(minutes=1)  # between two codes for one address
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
MOST_FOR_AN_ADDRESS: Final = 8  # an hour
MOST_FOR_AN_ADDRESS_A_DAY: Final = 20
MOST_FOR_ONE_WHO_ASKS: Final = 5  # an hour, of those: one stranger leaves some to whose it is
MOST_FOR_ONE_A_DAY: Final = 10
MOST_FROM_AN_ASKER: Final = 60  # an hour: a school goes out by one network address
MOST_OF_A_LIBRARY: Final = 2000  # a day, to addresses on record
MOST_TO_STRANGERS: Final = 500  # a day, to addresses that anybody may type
KEPT: Final = timedelta(days=2)
# Sent to addresses on record only; the others go wherever somebody who applies wants them.
ON_RECORD: Final = frozenset({OneTimeCode.Purpose.SIGN_IN, OneTimeCode.Purpose.RESET})
# Words that nobody types: no limit counts them.
ONLY_WORDS: Final = frozenset({OneTimeCode.Purpose.CHANGED, OneTimeCode.Purpose.PASSKEY})


class WhyNot(StrEnum):
    """Why no code is sent."""

    ADDRESS_BAD = "address_bad"  # no such phone number or e-mail address can be
    NO_GATEWAY = "no_gateway"  # this library does not send that way
    TOO_SOON = "too_soon"  # one was sent just now
    TOO_MANY = "too_many"  # for this address or from this network
    LIBRARY_LIMIT = "library_limit"  # the library has sent as many as it may today
    COUNTRY = "country"  # a number of a country whose the library does not pay for


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAsked:
    """A code is on its way, if the address is one to send it to."""

    code: str  # public id: keep it in the session
    again_after: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRefused:
    """No code is sent. `seconds` until one may be asked for; 0 where waiting does not help.

    `countries`: the codes of those that numbers may be of, besides mainland China.
    """

    why: WhyNot
    seconds: int = 0
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRight:
    """Whoever typed it reads what is sent to this address. The code is used up."""

    way: str
    address: str = field(repr=False)
    address_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWrong:
    """Not the code; that many tries are left."""

    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOver:
    """It was used, is too old, was tried too often, or never was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """A code under way, for the page that asks for its digits."""

    way: str
    masked: str  # 138****1234
    purpose: str
    again_after: datetime
    expires_at: datetime
    address: str = field(repr=False)


def ways_offered() -> list[str]:
    """Return how this library can send codes: "sms", "email", both or none. One statement."""
    have = gateways()
    return [way.value for way in OneTimeCode.Way if way.value in have]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeToSend:
    """What the worker sends. `is_wanted`: somebody here has this address, or need not yet."""

    public_id: str
    way: str
    purpose: str
    address: str = field(repr=False)
    code: str = field(repr=False)
    link: str = field(repr=False)  # with the code; empty where there is none
    language: str
    is_wanted: bool


def new_code(
    *,
    purpose: str,
    way: str,
    address: str,
    asker: str,
    language: str,
    now: datetime,
    link: str = "",
    device: str = "",
) -> CodeAsked | CodeRefused:
    """Have a code sent to an address, within the limits. Call it outside any transaction.

    `asker` is the network address that asks. `device` names a browser that has proved this very
    address before: what strangers ask for it does not keep it waiting. `link`, only for e-mail, is
    the whole address of a page that takes a code, which is added: `?code=<public id>.<digits>`.
    """
    number = plain_address(way, address)
    if not number:
        return CodeRefused(why=WhyNot.ADDRESS_BAD)
    service = gateways().get(way)
    if service is None:
        return CodeRefused(why=WhyNot.NO_GATEWAY)
    # Anybody may type a number that costs a fortune; one on record somebody has let in.
    countries = country_codes(str(service.settings.get("countries", "")))
    is_anybodys = way == "sms" and purpose not in ON_RECORD
    if is_anybodys and not is_of_country(number, countries):
        return CodeRefused(why=WhyNot.COUNTRY, countries=countries)
    name, digits = public_id(20), f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    # Written first and counted with the others, so that many at once do not get past a limit.
    row = OneTimeCode.objects.create(
        library_id=current_library_id(),
        public_id=name,
        purpose=OneTimeCode.Purpose(purpose),
        way=way,
        state=State.ASKED,
        address=number,
        address_hash=keyed_hash(number),
        code=digits,
        code_hash=_code_hash(name, digits),
        asker_hash=keyed_hash(f"device:{device}" if device else f"address:{source_of(asker)}"),
        link=f"{link}?code={name}." if link and way == OneTimeCode.Way.EMAIL else "",
        language=language,
        created_at=now,
        expires_at=now + VALID,
    )
    refusal = _over_limit(row, now, is_known=bool(device))
    if refusal is not None:
        OneTimeCode.objects.filter(pk=row.pk).delete()  # asking does not make the wait longer
        return refusal
    in_transaction(lambda: _promise(row, now))
    return CodeAsked(code=name, again_after=now + PAUSE, expires_at=row.expires_at)


def send_word(*, purpose: str, way: str, address: str, language: str, now: datetime) -> None:
    """Have word sent to an address of a reader: one of `ONLY_WORDS`. Inside the transaction."""
    name = public_id(20)
    row = OneTimeCode(
        library_id=current_library_id(),
        public_id=name,
        purpose=OneTimeCode.Purpose(purpose),
        way=way,
        address=address,
        address_hash=keyed_hash(address),
        code_hash=_code_hash(name, secrets.token_hex(16)),  # nothing can be typed
        asker_hash="",
        language=language,
        created_at=now,
        expires_at=now + DAY,
        state=State.ASKED,
    )
    row.save(force_insert=True)
    _promise(row, now)


def _promise(row: OneTimeCode, now: datetime) -> None:
    OneTimeCode.objects.filter(pk=row.pk).update(state=State.WAITING)
    promise("notices.code", {"code": row.public_id}, at=now)


def plain_address(way: str, text: str) -> str:
    """Return a phone number or e-mail address as it is stored; empty if it cannot be one."""
    if way == OneTimeCode.Way.SMS:
        number = normal_phone(text)
        return "" if len(number) > 20 or not _is_phone(number) else number
    if way == OneTimeCode.Way.EMAIL:
        email = normal_email(text)
        return "" if not email or "\n" in email or contact_faults("", email) else email
    return ""


def _is_phone(number: str) -> bool:
    """An SMS goes to a mobile number: eleven digits here, or another country's with its plus."""
    if number.startswith("+"):
        return 8 <= len(number) - 1 <= 15
    return len(number) == 11 and number.startswith("1")


def _over_limit(row: OneTimeCode, now: datetime, *, is_known: bool) -> CodeRefused | None:
    others = OneTimeCode.objects.exclude(pk=row.pk).exclude(purpose__in=ONLY_WORDS)
    same = others.filter(address_hash=row.address_hash)
    by_me = others.filter(asker_hash=row.asker_hash)
    same_by_me = same.filter(asker_hash=row.asker_hash)
    anybodys = [] if is_known else [
        (same, 1, PAUSE, WhyNot.TOO_SOON),
        (same, MOST_FOR_AN_ADDRESS, HOUR, WhyNot.TOO_MANY),
        (same, MOST_FOR_AN_ADDRESS_A_DAY, DAY, WhyNot.TOO_MANY),
        (by_me, MOST_FROM_AN_ASKER, HOUR, WhyNot.TOO_MANY),
    ]  # fmt: skip
    billed, most_of_all = _billed(others, row.purpose)
    for rows, most, window, why in (
        *anybodys,
        (same_by_me, 1, PAUSE, WhyNot.TOO_SOON),
        (same_by_me, MOST_FOR_ONE_WHO_ASKS, HOUR, WhyNot.TOO_MANY),
        (same_by_me, MOST_FOR_ONE_A_DAY, DAY, WhyNot.TOO_MANY),
        (billed, most_of_all, DAY, WhyNot.LIBRARY_LIMIT),
    ):
        wait = _wait(rows, most, window, now)
        if wait > timedelta(0):
            return CodeRefused(why=why, seconds=int(wait.total_seconds()) + 1)
    today = billed.filter(created_at__gt=now - DAY)
    # Nobody takes more than is left to all others, or one network would close a library.
    if today.filter(asker_hash=row.asker_hash).count() >= most_of_all - today.count():
        return CodeRefused(why=WhyNot.TOO_MANY, seconds=int(HOUR.total_seconds()))
    return None


def _billed(others: Any, purpose: str) -> tuple[Any, int]:
    """Return the codes a library pays for with this one, and how many of them there may be a day.

    Those still being judged count: many at once do not get past it.
    """
    sent = others.filter(state__in=[State.ASKED, State.WAITING, State.SENT])
    if purpose in ON_RECORD:
        return sent.filter(purpose__in=ON_RECORD), MOST_OF_A_LIBRARY
    return sent.exclude(purpose__in=ON_RECORD), MOST_TO_STRANGERS


def _wait(rows: Any, most: int, window: timedelta, now: datetime) -> timedelta:
    """Return how long until one more keeps within the limit."""
    recent = rows.filter(created_at__gt=now - window).order_by("-created_at", "-id")
    times = list(recent.values_list("created_at", flat=True)[most - 1 : most])
    return times[0] + window - now if times else timedelta(0)


def check_code(
    *, code: str, purpose: str, typed: str, now: datetime
) -> CodeRight | CodeWrong | CodeOver:
    """Say whether these are the digits of a code. Call it outside any transaction.

    A try counts before it is judged; the right digits work once.
    """
    asked = OneTimeCode.objects.filter(public_id=code, purpose=purpose)
    open_ = asked.filter(used_at=None, expires_at__gt=now, attempts__lt=MAX_TRIES)
    if not open_.update(attempts=F("attempts") + 1):
        return CodeOver()
    row = asked.get()
    digits = "".join(unicodedata.normalize("NFKC", typed[:100]).split()).replace("-", "")
    if not hmac.compare_digest(row.code_hash, _code_hash(code, digits)):
        left = max(0, MAX_TRIES - row.attempts)
        if not left:
            asked.update(address="", code="")
        return CodeWrong(left=left)
    if not asked.filter(used_at=None).update(used_at=now, address="", code=""):
        return CodeOver()  # another request was first with the same digits
    return CodeRight(way=row.way, address=row.address, address_hash=row.address_hash)


def code_view(*, code: str, now: datetime) -> CodeView | None:
    """Return a code under way; None once it is over. One statement."""
    row = OneTimeCode.objects.filter(
        public_id=code, used_at=None, expires_at__gt=now, attempts__lt=MAX_TRIES
    ).first()
    if row is None:
        return None
    return CodeView(
        way=row.way,
        masked=masked(row.way, row.address),
        purpose=row.purpose,
        again_after=row.created_at + PAUSE,
        expires_at=row.expires_at,
        address=row.address,
    )


def code_to_send(*, code: str, now: datetime) -> CodeToSend | None:
    """Return a code that still waits to be sent; None if it is sent or over. Two statements."""
    row = OneTimeCode.objects.filter(
        public_id=code, state=State.WAITING, used_at=None, expires_at__gt=now
    ).first()
    if row is None:
        return None
    by = "phone_hash" if row.way == OneTimeCode.Way.SMS else "email_hash"
    is_wanted = (
        row.purpose not in ON_RECORD or Patron.objects.filter(**{by: row.address_hash}).exists()
    )
    return CodeToSend(
        public_id=row.public_id,
        way=row.way,
        purpose=row.purpose,
        address=row.address,
        code=row.code,
        link=f"{row.link}{row.code}" if row.link else "",
        language=row.language,
        is_wanted=is_wanted,
    )


def code_sent(found: CodeToSend, *, state: str, failure: str = "") -> None:
    """Note what became of the message, and forget the digits. One statement."""
    OneTimeCode.objects.filter(public_id=found.public_id).update(
        state=State(state), failure=failure[:60], code=""
    )


def masked(way: str, address: str) -> str:
    """Return enough of an address to know one's own."""
    return masked_phone(address) if way == OneTimeCode.Way.SMS else masked_email(address)


def _code_hash(name: str, digits: str) -> str:
    return keyed_hash(f"code:{name}:{digits}")


def empty_old_codes(now: datetime) -> int:
    """Empty codes that are over, and delete old ones, in every library. Returns how many went."""
    rows = OneTimeCode.across_libraries
    over = rows.filter(expires_at__lt=now).exclude(address="", code="")
    over.update(address="", code="")
    return delete_in_batches(rows.filter(created_at__lt=now - KEPT))
