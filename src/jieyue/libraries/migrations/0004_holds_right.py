"""Whoever lends books also reserves them for readers."""

from typing import Any

from django.db import migrations

OURS = ("librarian", "owner")


def give(apps: Any, schema_editor: Any) -> None:
    """Add the new right to the roles that every library begins with."""
    role = apps.get_model("libraries", "Role")
    for row in role._base_manager.filter(code__in=OURS).iterator():
        if "checkout" in row.permissions and "holds" not in row.permissions:
            row.permissions = sorted([*row.permissions, "holds"])
            row.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    """Data only; the release before ignores a right it does not know."""

    dependencies = [("libraries", "0003_transit_right")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
