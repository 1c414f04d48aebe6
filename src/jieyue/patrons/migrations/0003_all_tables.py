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
        ('libraries', '0006_all_tables'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='PatronCategory',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('code', models.CharField(max_length=20)),
                    ('name', models.CharField(max_length=50)),
                    ('valid_months', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('queue_class', models.PositiveSmallIntegerField(default=5)),
                    ('yearly_fee_cents', models.PositiveIntegerField(default=0)),
                    ('is_default', models.BooleanField(default=False)),
                    ('is_active', models.BooleanField(default=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='category_in_library'), jieyue.kit.constraints.Known('library', name='category_library_known'), models.UniqueConstraint(fields=('library', 'code'), name='category_code_once'), models.UniqueConstraint(fields=('library', 'name'), name='category_name_once'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('library',), name='category_one_default')],
                },
            ),
            migrations.CreateModel(
                name='Patron',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('name', models.CharField(max_length=100)),
                    ('name_key', models.CharField(blank=True, default='', max_length=400)),
                    ('sort_key', models.CharField(blank=True, db_default='', default='', max_length=400)),
                    ('category', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patroncategory')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('account', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('student_number', models.CharField(blank=True, default='', max_length=40)),
                    ('group_name', models.CharField(blank=True, default='', max_length=60)),
                    ('phone', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('phone_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('email', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('email_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('note', models.TextField(blank=True, default='')),
                    ('expires_on', models.DateField(blank=True, null=True)),
                    ('frozen_at', models.DateTimeField(blank=True, null=True)),
                    ('frozen_reason', models.CharField(blank=True, default='', max_length=200)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'name_key'], name='patron_name_key'), models.Index(fields=['library', 'sort_key', 'name'], name='patron_in_order'), models.Index(fields=['library', 'phone_hash'], name='patron_phone'), models.Index(fields=['library', 'group_name'], name='patron_group')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='patron_in_library'), jieyue.kit.constraints.SameLibrary('category', name='patron_category_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='patron_branch_same_library'), jieyue.kit.constraints.Known('account', name='patron_account_known'), models.UniqueConstraint(fields=('library', 'public_id'), name='patron_public_id_once'), models.UniqueConstraint(condition=models.Q(('student_number', ''), _negated=True), fields=('library', 'student_number'), name='patron_student_number_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='patron_has_a_name')],
                },
            ),
            migrations.CreateModel(
                name='Card',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('barcode', models.CharField(max_length=40)),
                    ('issued_at', models.DateTimeField()),
                    ('lost_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='card_patron_same_library'), models.UniqueConstraint(fields=('library', 'barcode'), name='card_barcode_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('library', 'patron'), name='card_one_current_per_patron'), models.CheckConstraint(condition=models.Q(('barcode', ''), _negated=True), name='card_has_a_barcode')],
                },
            ),
        ]),
    ]
