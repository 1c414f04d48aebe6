"""Name, contact, time zone and locking of the library."""

from typing import Final
from zoneinfo import available_timezones

from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Library
from jieyue.libraries.rules.changes import Trouble, name_trouble, text_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, changed, not_saved, saved
from jieyue.libraries.versions import rules_changed

LIMITS: Final = {"contact_name": 100, "contact_phone": 40, "address": 300}
MAX_LOCK_MINUTES: Final = 240


@action(needs=Permission.SETTINGS, whole_library=True)
def edit_library(
    desk: Desk,
    *,
    name: str,
    time_zone: str,
    lock_minutes: int,
    contact_name: str = "",
    contact_phone: str = "",
    address: str = "",
) -> Saved | NotSaved:
    """Change what the library says of itself. `lock_minutes` 0 means staff pages never lock.

    A new time zone moves no due date that was already given.
    """
    texts = {"contact_name": contact_name, "contact_phone": contact_phone, "address": address}
    trouble = name_trouble(name) or text_trouble(LIMITS, **texts)
    if trouble is None and time_zone not in available_timezones():
        trouble = Trouble.ZONE_UNKNOWN
    if trouble is None and not 0 <= lock_minutes <= MAX_LOCK_MINUTES:
        trouble = Trouble.NUMBER_BAD
    if trouble is not None:
        return not_saved(trouble)
    row = lock_one(Library.objects.filter(pk=desk.library_id))
    assert row is not None
    values = {key: text.strip() for key, text in texts.items()}
    differing = changed(
        row, values | {"name": name.strip(), "time_zone": time_zone, "lock_minutes": lock_minutes}
    )
    row.save(update_fields=differing)
    if "time_zone" in differing:
        rules_changed(desk.library_id)
    return saved(changed=differing)
