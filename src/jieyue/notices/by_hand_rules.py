"""What a library has its own people carry to readers: on paper, by telephone, to which class."""

from collections.abc import Mapping
from typing import Final

from django.db.models import Q

from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.notices.house_rules import read_by_hand
from jieyue.notices.models import Delivery, DeliveryNotice, Notice, NoticeSettings
from jieyue.notices.rules.kinds import BY_HAND, HAND_WAYS
from jieyue.patrons.rules.classes import MAX_NAME

MOST_CALLS: Final = 9
MOST_CLASSES: Final = 500


@action(needs=Permission.SETTINGS, whole_library=True)
def set_by_hand(
    desk: Desk,
    *,
    ways: tuple[str, ...],
    class_ways: Mapping[str, str],
    calls: int,
    shows_titles: bool,
) -> Saved | NotSaved:
    """Say which ways by hand are used, and which classes are told by one of them first.

    A way that comes into use takes the usual kinds and whom nothing reached so far; what waits for
    one that is given up looks for another way. Sheets that are made stay.
    """
    is_sound = (
        set(ways) <= set(HAND_WAYS)
        and 1 <= calls <= MOST_CALLS
        and len(class_ways) <= MOST_CLASSES
        and all(0 < len(name) <= MAX_NAME for name in class_ways)
    )
    if not is_sound:
        return not_saved(Trouble.UNKNOWN)
    row, _ = NoticeSettings.objects.get_or_create(library_id=desk.library_id)
    before = set(read_by_hand(row.by_hand).ways)
    begun, ended = set(ways) - before, before - set(ways)
    row.by_hand = {
        "ways": [way for way in HAND_WAYS if way in ways],
        "class_ways": {name: way for name, way in class_ways.items() if way in ways},
        "calls": calls,
        "shows_titles": shows_titles,
    }
    row.channels = {
        kind: [*used, *(way for way in HAND_WAYS if way in begun - set(used) and kind in BY_HAND)]
        for kind, used in row.channels.items()
    }
    row.save(update_fields=["by_hand", "channels"])
    _plan_again(desk, is_begun=bool(begun), ended=ended)
    return saved(ways=sorted(ways), classes=len(class_ways))


def _plan_again(desk: Desk, *, is_begun: bool, ended: set[str]) -> None:
    """Have the worker plan anew what waits for a way that is gone, and what reached nobody."""
    stranded = Q(channel__in=ended, reference="")
    if is_begun:
        stranded |= Q(state=Delivery.State.UNREACHED)
    rows = Delivery.objects.filter(stranded, ended_at=None)
    within = DeliveryNotice.objects.filter(delivery__in=rows)
    Notice.objects.filter(pk__in=within.values("notice_id")).update(planned_at=None)
    rows.update(state=Delivery.State.FAILED, ended_at=desk.now, due_at=None)
