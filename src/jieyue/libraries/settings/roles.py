"""Roles: named sets of rights that staff are given."""

from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Role
from jieyue.libraries.rules.changes import Trouble, name_trouble, role_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import (
    NotSaved,
    Saved,
    changed,
    free_code,
    not_saved,
    saved,
)

MAX_ROLE_NAME = 50


@action(needs=Permission.STAFF)
def add_role(desk: Desk, *, name: str, permissions: frozenset[Permission]) -> Saved | NotSaved:
    """Add a role with rights the desk has itself."""
    name = name.strip()
    trouble = name_trouble(name, limit=MAX_ROLE_NAME) or role_trouble(
        code="", before=frozenset(), after=permissions, own=desk.permissions
    )
    if trouble is not None:
        return not_saved(trouble)
    if Role.objects.filter(name=name).exists():
        return not_saved(Trouble.NAME_TAKEN)
    code = free_code("r", Role.objects.values_list("code", flat=True))
    rights = in_order(permissions)
    Role.objects.create(library_id=desk.library_id, code=code, name=name, permissions=rights)
    return saved(code, role=code, permissions=rights)


@action(needs=Permission.STAFF)
def edit_role(
    desk: Desk, *, role: str, name: str, permissions: frozenset[Permission]
) -> Saved | NotSaved:
    """Change a role's name and rights, at once for everybody who has it.

    Refused for a role with rights the desk lacks, before or after. The owner's role keeps the
    rights without which nobody could change anything again.
    """
    name = name.strip()
    row = lock_one(Role.objects.filter(code=role))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    trouble = name_trouble(name, limit=MAX_ROLE_NAME) or role_trouble(
        code=role, before=row.granted(), after=permissions, own=desk.permissions
    )
    if trouble is not None:
        return not_saved(trouble)
    if Role.objects.filter(name=name).exclude(pk=row.pk).exists():
        return not_saved(Trouble.NAME_TAKEN)
    was = set(row.permissions)
    rights = in_order(permissions)
    differing = changed(row, {"name": name, "permissions": rights})
    row.save(update_fields=differing)
    return saved(
        role,
        role=role,
        changed=differing,
        given=sorted(set(rights) - was),
        taken=sorted(was - set(rights)),
    )


def in_order(permissions: frozenset[Permission]) -> list[str]:
    """Return the rights as they are stored: in the order they are declared."""
    return [permission.value for permission in Permission if permission in permissions]
