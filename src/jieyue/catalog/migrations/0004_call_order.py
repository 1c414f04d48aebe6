"""Copies in the order of their call numbers."""

from typing import Any

from django.db import migrations, models

import jieyue.catalog.call_key_field
from jieyue.catalog.rules.call_order import call_key

AT_ONCE = 500


def put_in_order(apps: Any, schema_editor: Any) -> None:
    """Give every copy its key."""
    copies = apps.get_model("catalog", "Copy")._base_manager
    rows = []
    for row in copies.exclude(call_number="").only("pk", "call_number").iterator(AT_ONCE):
        row.call_key = call_key(row.call_number)
        rows.append(row)
        if len(rows) == AT_ONCE:
            copies.bulk_update(rows, ["call_key"])
            rows = []
    copies.bulk_update(rows, ["call_key"])


class Migration(migrations.Migration):
    """A column that the release before leaves empty; such a copy stands first until edited."""

    dependencies = [
        ("catalog", "0003_title_index"),
        ("libraries", "0005_token_reach"),
    ]

    operations = [
        migrations.AddField(
            model_name="copy",
            name="call_key",
            field=jieyue.catalog.call_key_field.CallKeyField(
                blank=True, db_default="", default="", max_length=440
            ),
        ),
        migrations.AddIndex(
            model_name="copy",
            index=models.Index(fields=["library", "call_key"], name="copy_in_order"),
        ),
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
    ]
