"""The readers of a demo library, their cards, and a few whose lot it is to show something."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from jieyue.accounts.passwords import new_secret
from jieyue.interfaces.cli.demo.history import Borrower
from jieyue.interfaces.cli.demo.house import House
from jieyue.interfaces.cli.demo.people import ADULT_GIVEN, CHILD_GIVEN, names
from jieyue.interfaces.cli.demo.shelves import public_id
from jieyue.interfaces.cli.demo.sign_ins import PASSWORD, READERS
from jieyue.kit.encryption import keyed_hash
from jieyue.kit.loading import insert
from jieyue.libraries.numbers import barcode
from jieyue.patrons.rules.membership import valid_until
from jieyue.patrons.rules.names import name_key, sort_key

LAPSED_SHARE: Final = 0.04
PHONES_FROM: Final = 10_000_000
FROZEN: Final = 2  # the number of the reader who shows what a refusal looks like
LOST_CARD: Final = 3
EXPIRED: Final = 4


@dataclass(slots=True, kw_only=True)
class _Reader:
    name: str
    category: str
    branch: str
    group: str
    number: int
    joined_on: date
    expires_on: date | None


def insert_readers(random: Random, house: House, began: datetime, now: datetime) -> list[Borrower]:
    """Insert readers, cards and the sign-in of the first; return who may appear in the history."""
    today = now.astimezone(house.zone).date()
    readers = list(_make(random, house, began.astimezone(house.zone).date(), today))
    account_id = _account(house, readers[0].name, began)
    ids = insert("patrons.Patron", [_row(random, house, r, account_id, now) for r in readers])
    insert(
        "patrons.Card",
        [
            {
                "patron_id": key,
                "barcode": barcode("card", reader.number),
                "issued_at": _morning(house, reader.joined_on),
                "lost_at": now - timedelta(days=3) if reader.number == LOST_CARD else None,
            }
            for key, reader in zip(ids, readers, strict=True)
        ],
    )
    return [
        Borrower(
            id=key,
            category_id=house.category_ids[reader.category],
            branch_id=house.branch_ids[reader.branch],
            is_child=reader.category in house.plan.children,
            keenness=_keenness(random, reader.number),
            joined_on=reader.joined_on,
            expires_on=reader.expires_on,
        )
        for key, reader in zip(ids, readers, strict=True)
    ]


def _make(random: Random, house: House, began: date, today: date) -> list[_Reader]:
    plan = house.plan
    taken = {name for name, _ in READERS.values()}
    first, category = READERS[plan.slug]
    wanted = [category] + [
        code
        for code, number in plan.readers.items()
        for _ in range(number - (1 if code == category else 0))
    ]
    months = {row["code"]: row.get("valid_months") for row in plan.categories}
    made = []
    for number, code in enumerate(wanted, start=1):
        is_child = code in plan.children
        given = CHILD_GIVEN if is_child else ADULT_GIVEN
        # Most were readers when the history begins, some joined on the way.
        days = random.choices((-random.randrange(1, 500), random.randrange(200)), (75, 25))[0]
        joined_on = began + timedelta(days=days if number > 1 else -200)
        made.append(
            _Reader(
                name=first if number == 1 else names(random, given, 1, taken)[0],
                category=code,
                branch=_home(random, house, is_child=is_child),
                group=random.choice(plan.classes) if is_child else "",
                number=number,
                joined_on=joined_on,
                expires_on=today - timedelta(days=12)
                if number == EXPIRED
                else _expiry(random, joined_on, months[code], today, may_lapse=number > 1),
            )
        )
    return made


def _home(random: Random, house: House, *, is_child: bool) -> str:
    """Return the branch that somebody mostly goes to."""
    wanted = "child" if is_child else "adult"
    fitting = [b for b in house.plan.branches if wanted in b.audiences] or house.plan.branches
    return random.choices([b.code for b in fitting], [b.loans_a_day for b in fitting])[0]


def _expiry(
    random: Random, joined_on: date, months: int | None, today: date, *, may_lapse: bool
) -> date | None:
    """Return the last valid day: cards are renewed in time, but for a few."""
    expires_on = valid_until(joined_on, months)
    while expires_on is not None and expires_on < today:
        if may_lapse and random.random() < LAPSED_SHARE:
            break
        expires_on = valid_until(expires_on, months)
    return expires_on


def _row(
    random: Random, house: House, reader: _Reader, account_id: int, now: datetime
) -> dict[str, Any]:
    phone = f"199{PHONES_FROM + house.library_id * 100_000 + reader.number:08d}"
    is_pupil = house.plan.kind == "primary" and bool(reader.group)
    return {
        "public_id": public_id(random),
        "name": reader.name,
        "name_key": name_key(reader.name),
        "sort_key": sort_key(reader.name),
        "category_id": house.category_ids[reader.category],
        "branch_id": house.branch_ids[reader.branch],
        "account_id": account_id if reader.number == 1 else None,
        "student_number": f"{reader.joined_on.year}{reader.number:04d}" if is_pupil else "",
        "group_name": reader.group,
        "phone": phone,
        "phone_hash": keyed_hash(phone),
        "expires_on": reader.expires_on,
        "frozen_at": now - timedelta(days=6) if reader.number == FROZEN else None,
        "frozen_reason": "地址待核实" if reader.number == FROZEN else "",
        "created_at": _morning(house, reader.joined_on),
    }


def _keenness(random: Random, number: int) -> float:
    """Return how often somebody comes: most seldom, a few every week."""
    drawn = min(random.paretovariate(1.6), 8.0)
    return 0.0 if number in {FROZEN, LOST_CARD, EXPIRED} else drawn


def _account(house: House, name: str, at: datetime) -> int:
    [key] = insert(
        "accounts.Account",
        [{"name": name, "password": new_secret(PASSWORD).stored, "created_at": at}],
    )
    return key


def _morning(house: House, day: date) -> datetime:
    return datetime.combine(day, time(10), house.zone)
