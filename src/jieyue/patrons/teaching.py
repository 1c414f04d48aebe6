"""Which classes a colleague looks after (班主任)."""

from dataclasses import dataclass
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Staff
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import StaffGroup
from jieyue.patrons.rules.classes import MAX_NAME

MOST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGroupsSet:
    """The classes a colleague looks after now; none: they see every class."""

    type: Literal["staff_groups_set"] = "staff_groups_set"
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffGroupsRefused:
    """Nothing changed but the journal."""

    type: Literal["refused"] = "refused"
    reason: Literal["colleague_unknown", "too_many_classes"]


@action(needs=Permission.STAFF, whole_library=True)
def set_staff_groups(
    desk: Desk, *, login: str, groups: tuple[str, ...]
) -> StaffGroupsSet | StaffGroupsRefused:
    """Say which classes (by name) a colleague looks after, instead of those before."""
    staff = Staff.objects.filter(account__login=login).first()
    names = tuple(dict.fromkeys(name for group in groups if (name := group.strip()[:MAX_NAME])))
    if staff is None or len(names) > MOST:
        why: Literal["colleague_unknown", "too_many_classes"]
        why = "colleague_unknown" if staff is None else "too_many_classes"
        note(Note(outcome="refused", reasons=(why,)))
        return StaffGroupsRefused(reason=why)
    StaffGroup.objects.filter(staff=staff).exclude(group_name__in=names).delete()
    have = set(StaffGroup.objects.filter(staff=staff).values_list("group_name", flat=True))
    StaffGroup.objects.bulk_create(
        StaffGroup(library_id=desk.library_id, staff=staff, group_name=name)
        for name in names
        if name not in have
    )
    note(Note(data={"colleague": staff.pk, "classes": len(names)}))
    return StaffGroupsSet(groups=names)
