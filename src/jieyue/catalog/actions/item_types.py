"""Kinds of things that are lent under their own terms (图书, 期刊, 工具书 …)."""

from typing import Final

from jieyue.catalog.models import ItemType
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble, name_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import (
    NotSaved,
    Saved,
    changed,
    free_code,
    not_saved,
    saved,
)
from jieyue.libraries.versions import rules_changed

MAX_TYPE_NAME: Final = 50


@action(needs=Permission.SETTINGS, whole_library=True)
def add_item_type(
    desk: Desk, *, name: str, is_default: bool = False, floats: bool = False
) -> Saved | NotSaved:
    """Add a kind of thing; the default one is offered first when copies are added.

    `floats`: its copies stay at the branch where they come back, and belong there.
    """
    name = name.strip()
    if trouble := name_trouble(name, limit=MAX_TYPE_NAME):
        return not_saved(trouble)
    if ItemType.objects.filter(name=name).exists():
        return not_saved(Trouble.NAME_TAKEN)
    code = free_code("t", ItemType.objects.values_list("code", flat=True))
    if is_default:
        ItemType.objects.filter(is_default=True).update(is_default=False)
    ItemType.objects.create(
        library_id=desk.library_id, code=code, name=name, is_default=is_default, floats=floats
    )
    rules_changed(desk.library_id)
    return saved(code, item_type=code)


@action(needs=Permission.SETTINGS, whole_library=True)
def edit_item_type(
    desk: Desk, *, item_type: str, name: str, is_default: bool = False, floats: bool = False
) -> Saved | NotSaved:
    """Rename a kind of thing, let it float or make it the default; there is always one default.

    A copy that is elsewhere when its kind begins to float stays there at its next return.
    """
    name = name.strip()
    row = lock_one(ItemType.objects.filter(code=item_type))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    if trouble := name_trouble(name, limit=MAX_TYPE_NAME):
        return not_saved(trouble)
    if ItemType.objects.filter(name=name).exclude(pk=row.pk).exists():
        return not_saved(Trouble.NAME_TAKEN)
    if (row.is_default and not is_default) or (is_default and not row.is_active):
        return not_saved(Trouble.DEFAULT_STAYS)
    if is_default:
        ItemType.objects.filter(is_default=True).exclude(pk=row.pk).update(is_default=False)
    differing = changed(row, {"name": name, "is_default": is_default, "floats": floats})
    row.save(update_fields=differing)
    rules_changed(desk.library_id)
    return saved(item_type, item_type=item_type, changed=differing)


@action(needs=Permission.SETTINGS, whole_library=True)
def deactivate_item_type(desk: Desk, *, item_type: str) -> Saved | NotSaved:
    """Offer a kind no longer for new copies; those that have it keep it. Not the default."""
    row = lock_one(ItemType.objects.filter(code=item_type))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    if row.is_default:
        return not_saved(Trouble.DEFAULT_STAYS)
    ItemType.objects.filter(pk=row.pk).update(is_active=False)
    rules_changed(desk.library_id)
    return saved(item_type, item_type=item_type)


@action(needs=Permission.SETTINGS, whole_library=True)
def reactivate_item_type(desk: Desk, *, item_type: str) -> Saved | NotSaved:
    """Offer a kind again."""
    if not ItemType.objects.filter(code=item_type).update(is_active=True):
        return not_saved(Trouble.UNKNOWN)
    rules_changed(desk.library_id)
    return saved(item_type, item_type=item_type)
