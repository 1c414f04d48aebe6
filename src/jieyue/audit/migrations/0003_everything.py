"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import jieyue.kit.migrating
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('audit', '0001_initial'), ('audit', '0002_on_behalf')]

    initial = True

    dependencies = [
        ('libraries', '0008_everything'),
    ]

    operations = [
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='Entry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('at', models.DateTimeField()),
                    ('action', models.CharField(max_length=40)),
                    ('outcome', models.CharField(max_length=40)),
                    ('door', models.CharField(max_length=16)),
                    ('branch_id', models.BigIntegerField(null=True)),
                    ('staff_id', models.BigIntegerField(null=True)),
                    ('patron_id', models.BigIntegerField(null=True)),
                    ('acting_patron_id', models.BigIntegerField(null=True)),
                    ('on_behalf', models.CharField(max_length=120, null=True)),
                    ('title_id', models.BigIntegerField(null=True)),
                    ('copy_id', models.BigIntegerField(null=True)),
                    ('reasons', models.JSONField(default=list)),
                    ('overridden', models.JSONField(default=list)),
                    ('data', models.JSONField(default=dict)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'at'], name='entry_at'), models.Index(fields=['library', 'copy_id', 'at'], name='entry_copy_at'), models.Index(fields=['library', 'patron_id', 'at'], name='entry_patron_at'), models.Index(condition=models.Q(('on_behalf__isnull', False)), fields=['library', 'at'], name='entry_on_behalf')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('action', ''), _negated=True), name='entry_names_its_action')],
                },
            )],
        ),
    ]
