"""PINs: quick switching between colleagues on a shared computer."""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.hashers import check_password
from django.db.models import F

from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.models import Staff

MOST_FAILURES: Final = 5  # then only the password helps, which clears the count


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who can take over a locked screen. `token` names them in a form."""

    token: str
    staff_id: int
    account_id: int
    name: str
    role_name: str
    has_pin: bool
    is_blocked: bool  # the PIN was wrong too often


def colleagues_here() -> list[Colleague]:
    """Return the active staff of the library in scope, by name. One statement."""
    rows = Staff.objects.select_related("role").filter(is_active=True, account__is_active=True)
    return [
        Colleague(
            token=keyed_hash(f"colleague:{row.pk}")[:16],
            staff_id=row.pk,
            account_id=row.account_id,
            name=row.name,
            role_name=row.role.name,
            has_pin=bool(row.pin),
            is_blocked=row.pin_failures >= MOST_FAILURES,
        )
        for row in rows.order_by("name", "id")
    ]


def pin_is_right(staff_id: int, pin: str) -> bool:
    """Check a PIN; five wrong ones in a row and it is never right again. At most three statements.

    The failure is counted before the PIN is looked at: many guesses at once are counted, too.
    """
    rows = Staff.objects.filter(pk=staff_id, is_active=True).exclude(pin="")
    if not rows.filter(pin_failures__lt=MOST_FAILURES).update(pin_failures=F("pin_failures") + 1):
        return False
    stored = rows.values_list("pin", flat=True).first()
    if stored is None or not check_password(pin, stored):
        return False
    clear_failures(staff_id)
    return True


def clear_failures(staff_id: int) -> None:
    """Forget wrong PINs: whoever it is has just proved themselves. One statement."""
    Staff.objects.filter(pk=staff_id, pin_failures__gt=0).update(pin_failures=0)
