"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import datetime
import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.migrating
import jieyue.kit.models
import jieyue.notices.models.settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notices', '0004_all_tables'), ('notices', '0005_deliveries'), ('notices', '0006_more_kinds'), ('notices', '0007_application_answered'), ('notices', '0008_channels')]

    initial = True

    dependencies = [
        ('libraries', '0008_everything'),
        ('patrons', '0010_everything'),
    ]

    operations = [
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('kind', models.CharField(choices=[('hold_ready', 'Hold Ready'), ('hold_passed_on', 'Hold Passed On'), ('loan_renewed', 'Loan Renewed'), ('loan_recalled', 'Loan Recalled'), ('date_moved', 'Date Moved'), ('fetch_moved', 'Fetch Moved'), ('pickup_moved', 'Pickup Moved'), ('loan_lost', 'Loan Lost'), ('suspended', 'Suspended'), ('due_soon', 'Due Soon'), ('due_today', 'Due Today'), ('overdue', 'Overdue'), ('hold_expiring', 'Hold Expiring'), ('card_expiring', 'Card Expiring'), ('receipt', 'Receipt'), ('application_answered', 'Application Answered'), ('wish_answered', 'Wish Answered'), ('feedback_answered', 'Feedback Answered'), ('activity', 'Activity'), ('message', 'Message')], max_length=20)),
                    ('about', models.CharField(max_length=60)),
                    ('facts', models.JSONField(default=dict)),
                    ('created_at', models.DateTimeField()),
                    ('read_at', models.DateTimeField(null=True)),
                    ('planned_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron', 'created_at'], name='notice_of_patron'), models.Index(condition=models.Q(('planned_at', None)), fields=['library', 'created_at'], name='notice_unplanned')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='notice_in_library'), jieyue.kit.constraints.SameLibrary('patron', name='notice_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='notice_public_id_once'), models.UniqueConstraint(fields=('library', 'patron', 'kind', 'about'), name='notice_said_once')],
                },
            ), migrations.CreateModel(
                name='Delivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('channel', models.CharField(max_length=10)),
                    ('state', models.CharField(choices=[('waiting', 'Waiting'), ('handed', 'Handed'), ('dropped', 'Dropped'), ('failed', 'Failed'), ('given_up', 'Given Up'), ('unreached', 'Unreached')], default='waiting', max_length=10)),
                    ('is_digest', models.BooleanField(default=False)),
                    ('planned_for', models.DateTimeField()),
                    ('due_at', models.DateTimeField(null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('leased_until', models.DateTimeField(null=True)),
                    ('tried', models.JSONField(default=list)),
                    ('passed_over', models.JSONField(default=dict)),
                    ('reference', models.CharField(blank=True, default='', max_length=200)),
                    ('code', models.CharField(blank=True, default='', max_length=40)),
                    ('detail', models.CharField(blank=True, default='', max_length=300)),
                    ('cost_cents', models.PositiveIntegerField(default=0)),
                    ('created_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['library', 'due_at'], name='delivery_open'), models.Index(condition=models.Q(('ended_at', None)), fields=['library', 'patron'], name='delivery_open_of_patron'), models.Index(fields=['library', 'patron', 'created_at'], name='delivery_of_patron'), models.Index(fields=['library', 'state', 'created_at'], name='delivery_by_state'), models.Index(fields=['library', 'created_at'], name='delivery_latest'), models.Index(fields=['library', 'channel', 'ended_at'], name='delivery_by_channel')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='delivery_in_library'), jieyue.kit.constraints.SameLibrary('patron', name='delivery_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='delivery_public_id_once'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'unreached']), ('ended_at__isnull', False), _connector='OR'), name='delivery_state_is_whole')],
                },
            ), migrations.CreateModel(
                name='DeliveryNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('delivery', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.delivery')),
                    ('notice', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.notice')),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'notice'], name='delivery_of_notice')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('delivery', name='delivery_notice_delivery_same_library'), jieyue.kit.constraints.SameLibrary('notice', name='delivery_notice_notice_same_library'), models.UniqueConstraint(fields=('library', 'delivery', 'notice'), name='delivery_notice_once')],
                },
            ), migrations.CreateModel(
                name='PushSubscription',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('endpoint', jieyue.kit.encryption.EncryptedField()),
                    ('endpoint_hash', models.CharField(max_length=64)),
                    ('keys', jieyue.kit.encryption.EncryptedField()),
                    ('device', models.CharField(blank=True, default='', max_length=60)),
                    ('created_at', models.DateTimeField()),
                    ('last_ok_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron'], name='push_of_patron')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='push_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='push_public_id_once'), models.UniqueConstraint(fields=('library', 'endpoint_hash'), name='push_device_once')],
                },
            ), migrations.CreateModel(
                name='WechatConsent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('template_id', models.CharField(max_length=64)),
                    ('count', models.PositiveIntegerField(default=0)),
                    ('is_lasting', models.BooleanField(default=False)),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='wechat_consent_patron_same_library'), models.UniqueConstraint(fields=('library', 'patron', 'template_id'), name='wechat_consent_once'), models.CheckConstraint(condition=models.Q(('count__gte', 0)), name='wechat_consent_not_negative')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='WechatToken',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('app_id', models.CharField(max_length=40)),
                    ('token', jieyue.kit.encryption.EncryptedField(default='')),
                    ('expires_at', models.DateTimeField(null=True)),
                    ('asking_until', models.DateTimeField(null=True)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='wechat_token_library_known'), models.UniqueConstraint(fields=('library', 'app_id'), name='wechat_token_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='DeadAddress',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('channel', models.CharField(max_length=10)),
                    ('address_hash', models.CharField(max_length=64)),
                    ('since', models.DateTimeField()),
                    ('code', models.CharField(blank=True, default='', max_length=40)),
                    ('detail', models.CharField(blank=True, default='', max_length=300)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='dead_address_library_known'), models.UniqueConstraint(fields=('library', 'channel', 'address_hash'), name='dead_address_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='NoticeSettings',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('days_before', models.JSONField(default=jieyue.notices.models.settings.three_days)),
                    ('says_due_today', models.BooleanField(default=True)),
                    ('overdue_days', models.JSONField(default=jieyue.notices.models.settings.overdue_steps)),
                    ('hold_days_before', models.PositiveSmallIntegerField(default=1)),
                    ('card_days_before', models.PositiveSmallIntegerField(default=30)),
                    ('skips_closed_days', models.BooleanField(default=True)),
                    ('reminds_at_time', models.TimeField(default=datetime.time(9, 0))),
                    ('sends_from_time', models.TimeField(default=datetime.time(8, 0))),
                    ('sends_until_time', models.TimeField(default=datetime.time(21, 0))),
                    ('channels', models.JSONField(default=dict)),
                    ('order', models.JSONField(default=list)),
                    ('most_a_day', models.PositiveSmallIntegerField(default=5)),
                    ('language', models.CharField(default='zh-hans', max_length=10)),
                    ('site_url', models.CharField(blank=True, default='', max_length=200)),
                    ('reminded_on', models.DateField(null=True)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='notice_settings_library_known'), models.UniqueConstraint(fields=('library',), name='notice_settings_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='NoticeTemplate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('kind', models.CharField(max_length=20)),
                    ('channel', models.CharField(max_length=10)),
                    ('language', models.CharField(max_length=10)),
                    ('subject', models.CharField(blank=True, default='', max_length=200)),
                    ('text', models.TextField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='notice_template_library_known'), models.UniqueConstraint(fields=('library', 'kind', 'channel', 'language'), name='notice_template_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='NoticePreference',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('order', models.JSONField(default=list)),
                    ('off_channels', models.JSONField(default=list)),
                    ('off_kinds', models.JSONField(default=list)),
                    ('quiet_from_time', models.TimeField(null=True)),
                    ('quiet_until_time', models.TimeField(null=True)),
                    ('language', models.CharField(blank=True, default='', max_length=10)),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='notice_preference_patron_same_library'), models.UniqueConstraint(fields=('library', 'patron'), name='notice_preference_once')],
                    'indexes': [],
                },
            )],
        ),
    ]
