"""PINs: quick switching between colleagues on a shared computer."""

from typing import Final

from django.contrib.auth.hashers import check_password
from django.db.models import F

from jieyue.libraries.models import Staff
from jieyue.libraries.queries import Colleague

MOST_FAILURES: Final = 5  # then only the password helps, which clears the count


def pin_is_right(colleague: Colleague, pin: str) -> bool:
    """Check a PIN and count a failure; a blocked PIN is never right. One statement."""
    if not colleague.has_pin or colleague.pin_failures >= MOST_FAILURES:
        return False
    if check_password(pin, colleague.pin):
        clear_failures(colleague.id)
        return True
    Staff.objects.filter(pk=colleague.id).update(pin_failures=F("pin_failures") + 1)
    return False


def is_blocked(colleague: Colleague) -> bool:
    """Say whether only the password still helps."""
    return colleague.pin_failures >= MOST_FAILURES


def clear_failures(staff_id: int) -> None:
    """Forget wrong PINs: whoever it is has just proved themselves. One statement."""
    Staff.objects.filter(pk=staff_id, pin_failures__gt=0).update(pin_failures=0)
