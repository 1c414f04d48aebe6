"""Where readers are reached by people: the class that gets a sheet, the number that is called."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from jieyue.kit.encryption import keyed_hash
from jieyue.kit.scope import current_library_id
from jieyue.notices.models import DeadAddress
from jieyue.patrons.links import recipients_of
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.names import normal_phone

WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number at which a reader may be called. `of`: the guardian it belongs to; empty: theirs.

    `mark` stands for it in forms, so that a call is never noted for a number that came later.
    """

    phone: str = field(repr=False)
    of: str = field(default="", repr=False)

    @property
    def mark(self) -> str:
        """A part of its keyed hash: enough to tell two numbers of a reader apart."""
        return _hashed(self.phone)[:16]


def classes_of(patron_ids: Collection[int]) -> dict[int, str]:
    """Return the class of each of the readers (row ids) who are in one. One statement."""
    rows = Patron.objects.filter(pk__in=patron_ids).exclude(group_name="")
    return dict(rows.values_list("pk", "group_name"))


def numbers_of(patron_ids: Collection[int], today: date) -> dict[int, Number]:
    """Return the number to call for each of the readers (row ids) who have one that is right.

    A reader's own, else that of a guardian who is no reader here, where the library lets guardians
    hear of the reader. Four statements.
    """
    found = _all_numbers(patron_ids, today)
    hashes = {_hashed(number.phone) for numbers in found.values() for number in numbers}
    dead = DeadAddress.objects.filter(channel="phone", address_hash__in=hashes)
    wrong = set(dead.values_list("address_hash", flat=True))
    return {
        patron_id: right[0]
        for patron_id, numbers in found.items()
        if (right := [one for one in numbers if _hashed(one.phone) not in wrong])
    }


def remember_wrong(number: Number, now: datetime) -> None:
    """Remember that a number is somebody else's: nobody calls it again, or writes to it."""
    DeadAddress.objects.bulk_create(
        (
            DeadAddress(
                library_id=current_library_id(),
                channel=channel,
                address_hash=_hashed(number.phone),
                since=now,
                code=WRONG_NUMBER,
            )
            for channel in ("phone", "sms")
        ),
        ignore_conflicts=True,
    )


def forget_wrong(patron_id: int, today: date, *, since: datetime) -> None:
    """Take back that a number of the reader (row id) is wrong, as was noted at that moment."""
    numbers = _all_numbers([patron_id], today).get(patron_id, ())
    DeadAddress.objects.filter(
        code=WRONG_NUMBER, since=since, address_hash__in=[_hashed(one.phone) for one in numbers]
    ).delete()


def _all_numbers(patron_ids: Collection[int], today: date) -> dict[int, list[Number]]:
    """Return the numbers of readers, right or wrong, the one to call first. Three statements."""
    own = Patron.objects.filter(pk__in=patron_ids).only("id", "phone")
    found = {row.pk: [Number(phone=row.phone)] for row in own if row.phone}
    for patron_id, people in recipients_of(patron_ids, today, reached=()).items():
        numbers = [Number(phone=one.phone, of=one.name) for one in people if one.phone]
        found.setdefault(patron_id, []).extend(numbers)
    return found


def _hashed(phone: str) -> str:
    return keyed_hash(normal_phone(phone))
