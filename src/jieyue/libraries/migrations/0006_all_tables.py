"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.models
from django.conf import settings
from django.db import migrations, models
from jieyue.kit.migrating import CreateModels


class Migration(migrations.Migration):


    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Library',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('slug', models.SlugField(max_length=40, unique=True)),
                    ('name', models.CharField(max_length=100)),
                    ('kind', models.CharField(choices=[('primary', 'Primary'), ('secondary', 'Secondary'), ('company', 'Company'), ('community', 'Community'), ('public', 'Public'), ('family', 'Family')], max_length=16)),
                    ('time_zone', models.CharField(default='Asia/Shanghai', max_length=64)),
                    ('contact_name', models.CharField(blank=True, default='', max_length=100)),
                    ('contact_phone', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('address', models.CharField(blank=True, default='', max_length=300)),
                    ('rules_version', models.PositiveBigIntegerField(default=1)),
                    ('practice_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='practices', to='libraries.library')),
                    ('lock_minutes', models.PositiveSmallIntegerField(default=10)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='library_has_a_name')],
                },
            ),
            migrations.CreateModel(
                name='Branch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('code', models.CharField(max_length=20)),
                    ('name', models.CharField(max_length=100)),
                    ('address', models.CharField(blank=True, default='', max_length=300)),
                    ('phone', models.CharField(blank=True, default='', max_length=40)),
                    ('is_open', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='branch_in_library'), jieyue.kit.constraints.Known('library', name='branch_library_known'), models.UniqueConstraint(fields=('library', 'code'), name='branch_code_once'), models.UniqueConstraint(fields=('library', 'name'), name='branch_name_once')],
                },
            ),
            migrations.CreateModel(
                name='OpeningHours',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('weekday', models.PositiveSmallIntegerField()),
                    ('opens_at_time', models.TimeField()),
                    ('closes_at_time', models.TimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('branch', name='hours_branch_same_library'), models.UniqueConstraint(fields=('library', 'branch', 'weekday', 'opens_at_time'), name='hours_once'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='hours_weekday'), models.CheckConstraint(condition=models.Q(('closes_at_time__gt', models.F('opens_at_time'))), name='hours_close_after_open')],
                },
            ),
            migrations.CreateModel(
                name='SpecialDays',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('name', models.CharField(max_length=100)),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField()),
                    ('is_closed', models.BooleanField(default=True)),
                    ('is_sudden', models.BooleanField(db_default=False)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'ends_on'], name='special_days_ends')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('branch', name='special_days_branch_same_library'), jieyue.kit.constraints.Known('library', name='special_days_library_known'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='special_days_end_after_start')],
                },
            ),
            migrations.CreateModel(
                name='Role',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('code', models.CharField(max_length=20)),
                    ('name', models.CharField(max_length=50)),
                    ('permissions', models.JSONField(default=list)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='role_in_library'), jieyue.kit.constraints.Known('library', name='role_library_known'), models.UniqueConstraint(fields=('library', 'code'), name='role_code_once')],
                },
            ),
            migrations.CreateModel(
                name='Staff',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('account', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('role', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.role')),
                    ('name', models.CharField(max_length=100)),
                    ('pin', models.CharField(blank=True, default='', max_length=128)),
                    ('pin_failures', models.PositiveSmallIntegerField(default=0)),
                    ('all_branches', models.BooleanField(default=True)),
                    ('is_active', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='staff_in_library'), jieyue.kit.constraints.Known('library', name='staff_library_known'), jieyue.kit.constraints.Known('account', name='staff_account_known'), jieyue.kit.constraints.SameLibrary('role', name='staff_role_same_library'), models.UniqueConstraint(fields=('library', 'account'), name='staff_once')],
                },
            ),
            migrations.CreateModel(
                name='StaffBranch',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('staff', name='staff_branch_staff_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='staff_branch_branch_same_library'), models.UniqueConstraint(fields=('library', 'staff', 'branch'), name='staff_branch_once')],
                },
            ),
            migrations.CreateModel(
                name='ApiToken',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('name', models.CharField(max_length=100)),
                    ('secret_hash', models.CharField(max_length=64)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('permissions', models.JSONField(default=list)),
                    ('all_branches', models.BooleanField(db_default=False)),
                    ('created_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('created_at', models.DateTimeField()),
                    ('revoked_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['secret_hash'], name='api_token_secret')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('branch', name='api_token_branch_same_library'), jieyue.kit.constraints.SameLibrary('created_by', name='api_token_created_by_same_library')],
                },
            ),
            migrations.CreateModel(
                name='Counter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('name', models.CharField(max_length=20)),
                    ('next_value', models.PositiveBigIntegerField(default=1)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='counter_library_known'), models.UniqueConstraint(fields=('library', 'name'), name='counter_once')],
                },
            ),
            migrations.CreateModel(
                name='IdempotencyKey',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('caller', models.CharField(max_length=40)),
                    ('key', models.CharField(max_length=100)),
                    ('fingerprint', models.CharField(max_length=64)),
                    ('outcome', models.TextField(null=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'caller', 'key'), name='idempotency_key_once')],
                },
            ),
        ]),
    ]
