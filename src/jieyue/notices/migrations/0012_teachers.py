"""The weekly message to class teachers."""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.migrating
import jieyue.kit.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('libraries', '0008_everything'),
        ('notices', '0011_link_asked'),
    ]

    operations = [
        migrations.AddField(
            model_name='noticesettings',
            name='weekly',
            field=models.JSONField(null=True),
        ),
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='TeacherDigest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.CharField(max_length=12)),
                    ('week_on', models.DateField()),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('handed', 'Handed'), ('dropped', 'Dropped'), ('given_up', 'Given Up')], default='waiting', max_length=10)),
                    ('due_at', models.DateTimeField()),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('leased_until', models.DateTimeField(null=True)),
                    ('code', models.CharField(blank=True, default='', max_length=40)),
                    ('detail', models.CharField(blank=True, default='', max_length=300)),
                    ('created_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['library', 'due_at'], name='teacher_digest_open'), models.Index(fields=['library', 'created_at'], name='teacher_digest_latest')],
                    'constraints': [jieyue.kit.constraints.Known('library', name='teacher_digest_library_known'), jieyue.kit.constraints.SameLibrary('staff', name='teacher_digest_staff_same_library'), models.UniqueConstraint(fields=('library', 'staff', 'week_on'), name='teacher_digest_once_a_week'), models.UniqueConstraint(fields=('library', 'public_id'), name='teacher_digest_public_id_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='teacher_digest_state_is_whole')],
                },
            ),
            migrations.CreateModel(
                name='TeacherWish',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('is_off', models.BooleanField(default=False)),
                    ('changed_at', models.DateTimeField()),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='teacher_wish_library_known'), jieyue.kit.constraints.SameLibrary('staff', name='teacher_wish_staff_same_library'), models.UniqueConstraint(fields=('library', 'staff'), name='teacher_wish_once')],
                },
            )],
        ),
    ]
