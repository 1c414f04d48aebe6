"""Sheets for classes; a library says what its people carry themselves."""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.migrating
import jieyue.kit.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('libraries', '0008_everything'),
        ('notices', '0009_everything'),
    ]

    operations = [
        migrations.AddField(
            model_name='noticesettings',
            name='by_hand',
            field=models.JSONField(null=True),
        ),
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='ClassSheet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(max_length=12)),
                    ('group_name', models.CharField(max_length=60)),
                    ('state', models.CharField(choices=[('made', 'Made'), ('given', 'Given'), ('withdrawn', 'Withdrawn')], default='made', max_length=10)),
                    ('made_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('made_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'ended_at', 'made_at'], name='class_sheet_latest'), models.Index(fields=['library', 'group_name'], name='class_sheet_of_class')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='class_sheet_in_library'), jieyue.kit.constraints.Known('library', name='class_sheet_library_known'), jieyue.kit.constraints.SameLibrary('made_by', name='class_sheet_maker_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='class_sheet_public_id_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'made')), models.Q(models.Q(('state', 'made'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='class_sheet_state_is_whole'), models.CheckConstraint(condition=models.Q(('group_name', ''), _negated=True), name='class_sheet_has_a_class')],
                },
            ),
            migrations.CreateModel(
                name='ClassSheetLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('delivery', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.delivery')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('notice', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice')),
                    ('sheet', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.classsheet')),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'delivery'], name='class_sheet_line_delivery'), models.Index(fields=['library', 'notice'], name='class_sheet_line_notice')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('sheet', name='class_sheet_line_sheet_same_library'), jieyue.kit.constraints.SameLibrary('delivery', name='class_sheet_line_delivery_same_library'), jieyue.kit.constraints.SameLibrary('notice', name='class_sheet_line_notice_same_library'), models.UniqueConstraint(fields=('library', 'sheet', 'notice'), name='class_sheet_line_once')],
                },
            )],
        ),
    ]
