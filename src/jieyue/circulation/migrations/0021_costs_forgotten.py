"""Forget what led from a reader who paid or waited to the loan that has forgotten them."""

from django.db import migrations, models


def forget(apps, schema_editor):
    """Do for loans that are nobody's any more what is done from now on when they are forgotten."""
    assessment = apps.get_model("circulation", "Assessment")
    block = apps.get_model("circulation", "Block")
    rows = assessment._base_manager.exclude(charge_id=None, block_id=None)
    ids = list(rows.filter(loan__patron_id=None).values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        for row in assessment._base_manager.filter(pk__in=ids[start : start + 500]):
            if row.block_id is not None:
                block._base_manager.filter(pk=row.block_id).update(loan=None)
            row.inputs.pop("moved", None)
            row.charge_id = row.block_id = None
            row.save(update_fields=["charge", "block", "inputs"])


def keep(apps, schema_editor):
    """Let suspensions of unknown loans pass for those that staff set: their time stays."""
    block = apps.get_model("circulation", "Block")
    block._base_manager.filter(kind="suspension", loan_id=None).update(kind="manual")


class Migration(migrations.Migration):

    dependencies = [
        ("circulation", "0020_everything"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="block",
            name="block_suspension_ends",
        ),
        migrations.AddConstraint(
            model_name="block",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "manual"), ("ends_on__isnull", False), _connector="OR"),
                name="block_suspension_ends",
            ),
        ),
        migrations.RunPython(forget, keep),
    ]
