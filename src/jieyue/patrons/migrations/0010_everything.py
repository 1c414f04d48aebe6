"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.migrating
import jieyue.kit.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('patrons', '0003_all_tables'), ('patrons', '0004_card_of_patron'), ('patrons', '0005_joining'), ('patrons', '0006_codes'), ('patrons', '0007_behalf'), ('patrons', '0008_calendar_feeds'), ('patrons', '0009_born_on_and_expiry')]

    initial = True

    dependencies = [
        ('accounts', '0003_everything'),
        ('libraries', '0008_everything'),
    ]

    operations = [
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='OneTimeCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=20)),
                    ('purpose', models.CharField(choices=[('sign_in', 'Sign In'), ('apply', 'Apply'), ('guardian', 'Guardian'), ('change_address', 'Change Address'), ('reset', 'Reset'), ('changed', 'Changed')], max_length=20)),
                    ('way', models.CharField(choices=[('sms', 'Sms'), ('email', 'Email')], max_length=10)),
                    ('state', models.CharField(choices=[('asked', 'Asked'), ('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Failed'), ('unknown', 'Unknown')], max_length=10)),
                    ('address', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('address_hash', models.CharField(max_length=64)),
                    ('code', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('code_hash', models.CharField(max_length=64)),
                    ('asker_hash', models.CharField(max_length=64)),
                    ('link', models.CharField(blank=True, default='', max_length=300)),
                    ('language', models.CharField(blank=True, default='', max_length=10)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('failure', models.CharField(blank=True, default='', max_length=60)),
                    ('created_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                    ('used_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'address_hash', 'created_at'], name='code_of_address'), models.Index(fields=['library', 'asker_hash', 'created_at'], name='code_of_asker'), models.Index(fields=['library', 'created_at'], name='code_of_day')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='one_time_code_in_library'), jieyue.kit.constraints.Known('library', name='one_time_code_library_known'), models.UniqueConstraint(fields=('library', 'public_id'), name='one_time_code_public_id_once')],
                },
            ), migrations.CreateModel(
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
                    'indexes': [],
                },
            ), migrations.CreateModel(
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
                    ('born_on', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('expires_on', models.DateField(blank=True, null=True)),
                    ('frozen_at', models.DateTimeField(blank=True, null=True)),
                    ('frozen_reason', models.CharField(blank=True, default='', max_length=200)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'name_key'], name='patron_name_key'), models.Index(fields=['library', 'sort_key', 'name'], name='patron_in_order'), models.Index(fields=['library', 'phone_hash'], name='patron_phone'), models.Index(fields=['library', 'email_hash'], name='patron_email'), models.Index(fields=['library', 'group_name'], name='patron_group'), models.Index(fields=['library', 'expires_on'], name='patron_expires')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='patron_in_library'), jieyue.kit.constraints.SameLibrary('category', name='patron_category_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='patron_branch_same_library'), jieyue.kit.constraints.Known('account', name='patron_account_known'), models.UniqueConstraint(fields=('library', 'public_id'), name='patron_public_id_once'), models.UniqueConstraint(condition=models.Q(('student_number', ''), _negated=True), fields=('library', 'student_number'), name='patron_student_number_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='patron_has_a_name')],
                },
            ), migrations.CreateModel(
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
                    'indexes': [models.Index(fields=['library', 'patron'], name='card_of_patron')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='card_patron_same_library'), models.UniqueConstraint(fields=('library', 'barcode'), name='card_barcode_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('library', 'patron'), name='card_one_current_per_patron'), models.CheckConstraint(condition=models.Q(('barcode', ''), _negated=True), name='card_has_a_barcode')],
                },
            ), migrations.CreateModel(
                name='JoiningForm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('is_open', models.BooleanField(default=False)),
                    ('welcome', models.TextField(blank=True, default='')),
                    ('fields', models.JSONField(default=dict)),
                    ('questions', models.JSONField(default=list)),
                    ('category', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patroncategory')),
                    ('offered', models.JSONField(default=list)),
                    ('approves', models.JSONField(default=list)),
                    ('domains', models.JSONField(default=list)),
                    ('roster_phone', models.BooleanField(default=True)),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='joining_form_library_known'), jieyue.kit.constraints.SameLibrary('category', name='joining_form_category_same_library'), models.UniqueConstraint(fields=('library',), name='joining_form_one')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('prefix', models.CharField(max_length=5)),
                    ('name', models.CharField(max_length=100)),
                    ('places', models.PositiveIntegerField()),
                    ('is_slips', models.BooleanField(default=False)),
                    ('ends_on', models.DateField(blank=True, null=True)),
                    ('category', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patroncategory')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('group_name', models.CharField(blank=True, default='', max_length=60)),
                    ('created_at', models.DateTimeField()),
                    ('created_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('ended_at', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='invitation_in_library'), jieyue.kit.constraints.Known('library', name='invitation_library_known'), jieyue.kit.constraints.SameLibrary('category', name='invitation_category_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='invitation_branch_same_library'), jieyue.kit.constraints.SameLibrary('created_by', name='invitation_created_by_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='invitation_public_id_once'), models.UniqueConstraint(fields=('library', 'prefix'), name='invitation_prefix_once'), models.CheckConstraint(condition=models.Q(('places__gte', 1), ('places__lte', 1000)), name='invitation_places')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='Application',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('state', models.CharField(choices=[('sent', 'Sent'), ('asked', 'Asked'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='sent', max_length=10)),
                    ('answers', jieyue.kit.encryption.EncryptedField(default='{}')),
                    ('who_hash', models.CharField(max_length=64)),
                    ('phone_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('from_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('is_phone_verified', models.BooleanField(default=False)),
                    ('is_email_verified', models.BooleanField(default=False)),
                    ('is_child', models.BooleanField(default=False)),
                    ('account', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('category', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patroncategory')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('invitation', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.invitation')),
                    ('slip', models.PositiveIntegerField(null=True)),
                    ('sent_at', models.DateTimeField()),
                    ('changed_at', models.DateTimeField()),
                    ('question', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('reason', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('decided_at', models.DateTimeField(null=True)),
                    ('decided_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('decided_how', models.CharField(blank=True, default='', max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('password_set_at', models.DateTimeField(null=True)),
                    ('erased_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'state', 'sent_at'], name='application_waiting'), models.Index(fields=['library', 'who_hash'], name='application_of_person'), models.Index(fields=['library', 'phone_hash', 'sent_at'], name='application_phone'), models.Index(fields=['library', 'from_hash', 'sent_at'], name='application_from'), models.Index(fields=['library', 'invitation'], name='application_invited'), models.Index(fields=['library', 'patron'], name='application_became')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='application_in_library'), jieyue.kit.constraints.Known('library', name='application_library_known'), jieyue.kit.constraints.Known('account', name='application_account_known'), jieyue.kit.constraints.SameLibrary('category', name='application_category_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='application_branch_same_library'), jieyue.kit.constraints.SameLibrary('invitation', name='application_invitation_same_library'), jieyue.kit.constraints.SameLibrary('decided_by', name='application_decided_by_same_library'), jieyue.kit.constraints.SameLibrary('patron', name='application_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='application_public_id_once'), models.UniqueConstraint(condition=models.Q(('state__in', ('sent', 'asked'))), fields=('library', 'who_hash'), name='application_one_open_each'), models.UniqueConstraint(condition=models.Q(('slip__isnull', False), models.Q(('state__in', ('refused', 'withdrawn')), _negated=True)), fields=('library', 'invitation', 'slip'), name='application_slip_once'), models.CheckConstraint(condition=models.Q(models.Q(('patron__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('patron', None)), _connector='OR'), name='application_approved_is_a_reader')],
                },
            ), migrations.CreateModel(
                name='ConsentText',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('kind', models.CharField(choices=[('privacy', 'Privacy'), ('guardian', 'Guardian'), ('messages', 'Messages'), ('history', 'History')], max_length=12)),
                    ('version', models.PositiveIntegerField()),
                    ('words_zh', models.TextField()),
                    ('words_en', models.TextField()),
                    ('is_built_in', models.BooleanField(default=False)),
                    ('created_at', models.DateTimeField()),
                    ('created_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='consent_text_in_library'), jieyue.kit.constraints.Known('library', name='consent_text_library_known'), jieyue.kit.constraints.SameLibrary('created_by', name='consent_text_created_by_same_library'), models.UniqueConstraint(fields=('library', 'kind', 'version'), name='consent_text_version_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='Consent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('application', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.application')),
                    ('kind', models.CharField(choices=[('privacy', 'Privacy'), ('guardian', 'Guardian'), ('messages', 'Messages'), ('history', 'History')], max_length=12)),
                    ('text', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.consenttext')),
                    ('language', models.CharField(max_length=10)),
                    ('giver', models.CharField(choices=[('self', 'Self'), ('guardian', 'Guardian')], default='self', max_length=10)),
                    ('guardian_name', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('guardian_phone', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('given_at', models.DateTimeField()),
                    ('door', models.CharField(max_length=10)),
                    ('staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('withdrawn_at', models.DateTimeField(null=True)),
                    ('withdrawn_door', models.CharField(blank=True, default='', max_length=10)),
                    ('withdrawn_staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron', 'kind'], name='consent_of_patron'), models.Index(fields=['library', 'application'], name='consent_of_application')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='consent_patron_same_library'), jieyue.kit.constraints.SameLibrary('application', name='consent_application_same_library'), jieyue.kit.constraints.SameLibrary('text', name='consent_text_same_library'), jieyue.kit.constraints.SameLibrary('staff', name='consent_staff_same_library'), jieyue.kit.constraints.SameLibrary('withdrawn_staff', name='consent_withdrawn_staff_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='consent_public_id_once'), models.UniqueConstraint(condition=models.Q(('patron__isnull', False), ('withdrawn_at', None)), fields=('library', 'patron', 'kind'), name='consent_one_at_a_time'), models.CheckConstraint(condition=models.Q(('patron__isnull', False), ('application__isnull', False), _connector='OR'), name='consent_is_somebodys')],
                },
            ), migrations.CreateModel(
                name='CalendarFeed',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('token', jieyue.kit.encryption.EncryptedField()),
                    ('token_hash', models.CharField(max_length=64)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='calendar_feed_patron_same_library'), models.UniqueConstraint(fields=('library', 'patron'), name='calendar_feed_once'), models.UniqueConstraint(fields=('library', 'token_hash'), name='calendar_feed_token_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='PatronLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('actor', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('reader', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('kind', models.CharField(choices=[('guardian', 'Guardian'), ('teacher', 'Teacher'), ('helper', 'Helper')], max_length=10)),
                    ('may_renew', models.BooleanField(default=True)),
                    ('may_reserve', models.BooleanField(default=True)),
                    ('may_borrow', models.BooleanField(default=False)),
                    ('may_settle', models.BooleanField(default=False)),
                    ('shares_titles', models.BooleanField(null=True)),
                    ('guardian_name', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('guardian_phone', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('guardian_phone_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('asked_by', models.CharField(choices=[('actor', 'Actor'), ('reader', 'Reader'), ('staff', 'Staff')], max_length=8)),
                    ('asked_at', models.DateTimeField()),
                    ('confirmed_by', models.CharField(blank=True, choices=[('actor', 'Actor'), ('reader', 'Reader'), ('staff', 'Staff')], default='', max_length=8)),
                    ('confirmed_at', models.DateTimeField(null=True)),
                    ('until', models.DateField(blank=True, null=True)),
                    ('ended_by', models.CharField(blank=True, choices=[('actor', 'Actor'), ('reader', 'Reader'), ('staff', 'Staff')], default='', max_length=8)),
                    ('ended_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'reader'], name='patron_link_of_reader'), models.Index(fields=['library', 'actor'], name='patron_link_of_actor'), models.Index(fields=['library', 'guardian_phone_hash'], name='patron_link_phone')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('actor', name='patron_link_actor_same_library'), jieyue.kit.constraints.SameLibrary('reader', name='patron_link_reader_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='patron_link_public_id_once'), models.UniqueConstraint(condition=models.Q(('actor__isnull', False), ('ended_at', None)), fields=('library', 'actor', 'reader'), name='patron_link_once_open'), models.UniqueConstraint(condition=models.Q(('actor', None), ('ended_at', None)), fields=('library', 'reader', 'guardian_phone_hash'), name='patron_link_phone_once_open'), models.CheckConstraint(condition=models.Q(('actor', None), models.Q(('actor', models.F('reader')), _negated=True), _connector='OR'), name='patron_link_of_two'), models.CheckConstraint(condition=models.Q(('actor__isnull', False), models.Q(('guardian_phone_hash', ''), _negated=True), _connector='OR'), name='patron_link_has_somebody')],
                },
            ), migrations.CreateModel(
                name='FamilyRules',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('titles_until_age', models.PositiveSmallIntegerField()),
                    ('guardians_until_age', models.PositiveSmallIntegerField()),
                    ('reminds', models.CharField(max_length=10)),
                    ('readers_may_ask', models.BooleanField()),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='family_rules_library_known'), models.UniqueConstraint(fields=('library',), name='family_rules_one')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='StaffGroup',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('group_name', models.CharField(max_length=60)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('staff', name='staff_group_staff_same_library'), models.UniqueConstraint(fields=('library', 'staff', 'group_name'), name='staff_group_once'), models.CheckConstraint(condition=models.Q(('group_name', ''), _negated=True), name='staff_group_has_a_name')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='Promotion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('undoing', 'Undoing'), ('undone', 'Undone')], max_length=10)),
                    ('plan', models.JSONField(default=list)),
                    ('leave_on', models.DateField()),
                    ('total', models.PositiveIntegerField()),
                    ('made_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'started_at'], name='promotion_newest')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='promotion_in_library'), jieyue.kit.constraints.SameLibrary('made_by', name='promotion_made_by_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='promotion_public_id_once'), models.UniqueConstraint(condition=models.Q(('state__in', ('running', 'undoing'))), fields=('library',), name='promotion_one_at_a_time')],
                },
            ), migrations.CreateModel(
                name='PromotedReader',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('promotion', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.promotion')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('was_group', models.CharField(max_length=60)),
                    ('now_group', models.CharField(max_length=60)),
                    ('leaves', models.BooleanField(default=False)),
                    ('was_expires_on', models.DateField(null=True)),
                    ('now_expires_on', models.DateField(null=True)),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('left', 'Left'), ('undone', 'Undone'), ('kept', 'Kept')], default='waiting', max_length=8)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'promotion', 'state', 'id'], name='promoted_reader_next'), models.Index(fields=['library', 'patron'], name='promoted_reader_of')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('promotion', name='promoted_reader_promotion_same_library'), jieyue.kit.constraints.SameLibrary('patron', name='promoted_reader_patron_same_library'), models.UniqueConstraint(fields=('library', 'promotion', 'patron'), name='promoted_reader_once')],
                },
            )],
        ),
    ]
