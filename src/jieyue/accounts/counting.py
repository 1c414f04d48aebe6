"""How often something is done by whoever has not signed in, by the network they come from."""

from datetime import datetime, timedelta
from typing import Final

from jieyue.accounts.models import SignInAttempt
from jieyue.accounts.rules.devices import source_of
from jieyue.kit.encryption import keyed_hash

HOUR: Final = timedelta(hours=1)


def is_too_often(what: str, address: str, *, most: int, now: datetime) -> bool:
    """Count it once more, unless it was done `most` times within the hour. Two statements.

    `address` is the network address it comes from; a school goes out by one. Many at once may get
    a few past it: it keeps tables from filling, not secrets.
    """
    who = keyed_hash(f"{what} from:{source_of(address)}")
    if SignInAttempt.objects.filter(who_hash=who, at__gt=now - HOUR).count() >= most:
        return True
    SignInAttempt.objects.create(who_hash=who, at=now)
    return False
