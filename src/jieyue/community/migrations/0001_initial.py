import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.migrating
import jieyue.kit.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('libraries', '0008_everything'),
        ('patrons', '0010_everything'),
    ]

    operations = [
        jieyue.kit.migrating.CreateModels(
            tables=[migrations.CreateModel(
                name='Activity',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('name', models.CharField(max_length=100)),
                    ('text', models.TextField(blank=True, default='')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('place', models.CharField(blank=True, default='', max_length=100)),
                    ('starts_at', models.DateTimeField()),
                    ('ends_at', models.DateTimeField()),
                    ('needs_sign_up', models.BooleanField(default=True)),
                    ('places', models.PositiveIntegerField(blank=True, null=True)),
                    ('taken', models.PositiveIntegerField(default=0)),
                    ('has_waiting_list', models.BooleanField(default=True)),
                    ('min_age', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('max_age', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('categories', models.JSONField(default=list)),
                    ('sign_up_from', models.DateTimeField(blank=True, null=True)),
                    ('sign_up_until', models.DateTimeField(blank=True, null=True)),
                    ('published_at', models.DateTimeField(null=True)),
                    ('cancelled_at', models.DateTimeField(null=True)),
                    ('cancel_reason', models.CharField(blank=True, default='', max_length=200)),
                    ('reminded_at', models.DateTimeField(null=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'starts_at'], name='activity_when')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='activity_in_library'), jieyue.kit.constraints.Known('library', name='activity_library_known'), jieyue.kit.constraints.SameLibrary('branch', name='activity_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='activity_id_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='activity_has_a_name'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='activity_ends_after_start'), models.CheckConstraint(condition=models.Q(('places', None), ('taken__lte', models.F('places')), _connector='OR'), name='activity_never_overfull')],
                },
            ), migrations.CreateModel(
                name='SignUp',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('activity', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.activity')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('state', models.CharField(choices=[('comes', 'Comes'), ('waits', 'Waits'), ('cancelled', 'Cancelled')], max_length=10)),
                    ('asked_at', models.DateTimeField()),
                    ('moved_up_at', models.DateTimeField(null=True)),
                    ('cancelled_at', models.DateTimeField(null=True)),
                    ('came', models.BooleanField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'activity', 'state', 'id'], name='sign_up_of'), models.Index(fields=['library', 'patron'], name='sign_up_of_patron')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='sign_up_in_library'), jieyue.kit.constraints.SameLibrary('activity', name='sign_up_activity_same_library'), jieyue.kit.constraints.SameLibrary('patron', name='sign_up_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='sign_up_id_once'), models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('library', 'activity', 'patron'), name='sign_up_once')],
                },
            ), migrations.CreateModel(
                name='Announcement',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('name', models.CharField(max_length=100)),
                    ('text', models.TextField(blank=True, default='')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('starts_on', models.DateField()),
                    ('ends_on', models.DateField(blank=True, null=True)),
                    ('is_pinned', models.BooleanField(default=False)),
                    ('published_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'ended_at', 'starts_on'], name='announcement_shown')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='announcement_in_library'), jieyue.kit.constraints.Known('library', name='announcement_library_known'), jieyue.kit.constraints.SameLibrary('branch', name='announcement_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='announcement_id_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='announcement_has_a_name'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='announcement_ends_after_start')],
                },
            ), migrations.CreateModel(
                name='Feedback',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=20)),
                    ('kind', models.CharField(choices=[('praise', 'praise'), ('complaint', 'complaint'), ('problem', 'problem'), ('idea', 'idea')], max_length=10)),
                    ('about', models.CharField(blank=True, default='', max_length=120)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('contact', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('sender_hash', models.CharField(blank=True, default='', max_length=64)),
                    ('text', models.TextField()),
                    ('state', models.CharField(choices=[('new', 'new'), ('answered', 'answered'), ('closed', 'closed')], default='new', max_length=10)),
                    ('assigned_to', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('created_at', models.DateTimeField()),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'state', 'changed_at'], name='feedback_in_state'), models.Index(fields=['library', 'patron', 'created_at'], name='feedback_of_patron'), models.Index(fields=['library', 'sender_hash'], name='feedback_sender')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='feedback_in_library'), jieyue.kit.constraints.Known('library', name='feedback_library_known'), jieyue.kit.constraints.SameLibrary('branch', name='feedback_branch_same_library'), jieyue.kit.constraints.SameLibrary('patron', name='feedback_patron_same_library'), jieyue.kit.constraints.SameLibrary('assigned_to', name='feedback_assigned_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='feedback_id_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='feedback_says_something')],
                },
            ), migrations.CreateModel(
                name='FeedbackLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('feedback', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.feedback')),
                    ('kind', models.CharField(choices=[('answer', 'Answer'), ('follow_up', 'Follow Up'), ('note', 'Note')], max_length=10)),
                    ('text', models.TextField()),
                    ('staff', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'feedback'], name='feedback_line_of')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('feedback', name='feedback_line_same_library'), jieyue.kit.constraints.SameLibrary('staff', name='feedback_line_staff_same_library'), models.UniqueConstraint(condition=models.Q(('kind', 'follow_up')), fields=('library', 'feedback'), name='feedback_one_follow_up')],
                },
            ), migrations.CreateModel(
                name='FeedbackPicture',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('feedback', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.feedback')),
                    ('digest', models.CharField(max_length=16)),
                    ('large', models.BinaryField()),
                    ('small', models.BinaryField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('feedback', name='feedback_picture_same_library'), models.UniqueConstraint(fields=('library', 'feedback'), name='feedback_one_picture')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='GroupMessage',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('name', models.CharField(max_length=60)),
                    ('text', models.TextField()),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('filters', models.JSONField(default=dict)),
                    ('state', models.CharField(choices=[('draft', 'Draft'), ('scheduled', 'Scheduled'), ('sending', 'Sending'), ('sent', 'Sent'), ('stopped', 'Stopped')], default='draft', max_length=10)),
                    ('send_at', models.DateTimeField(null=True)),
                    ('last_patron', models.PositiveBigIntegerField(default=0)),
                    ('steps', models.PositiveIntegerField(default=0)),
                    ('matched', models.PositiveIntegerField(default=0)),
                    ('without_consent', models.PositiveIntegerField(default=0)),
                    ('over_limit', models.PositiveIntegerField(default=0)),
                    ('sent', models.PositiveIntegerField(default=0)),
                    ('created_by', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.staff')),
                    ('created_at', models.DateTimeField()),
                    ('finished_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'created_at'], name='group_message_made')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='group_message_in_library'), jieyue.kit.constraints.Known('library', name='group_message_library_known'), jieyue.kit.constraints.SameLibrary('branch', name='group_message_branch_same_library'), jieyue.kit.constraints.SameLibrary('created_by', name='group_message_staff_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='group_message_id_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='group_message_has_a_name')],
                },
            ), migrations.CreateModel(
                name='MessageRecipient',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('message', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.groupmessage')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('step', models.PositiveIntegerField()),
                    ('at', models.DateTimeField()),
                    ('opened_at', models.DateTimeField(null=True)),
                    ('unsubscribed_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'message', 'step'], name='recipient_of_step'), models.Index(fields=['library', 'patron', 'at'], name='recipient_of_patron')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('message', name='message_recipient_message_same_library'), jieyue.kit.constraints.SameLibrary('patron', name='message_recipient_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='recipient_id_once'), models.UniqueConstraint(fields=('library', 'message', 'patron'), name='message_received_once')],
                },
            ), migrations.CreateModel(
                name='CommunityRules',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('takes_feedback', models.BooleanField(default=True)),
                    ('takes_visitors', models.BooleanField(default=True)),
                    ('wishes_per_month', models.PositiveSmallIntegerField(default=5)),
                    ('messages_per_month', models.PositiveSmallIntegerField(default=2)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='community_rules_library_known'), models.UniqueConstraint(fields=('library',), name='community_rules_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='SurveyQuestion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('text', models.CharField(max_length=120)),
                    ('is_asked', models.BooleanField(default=True)),
                    ('created_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='survey_question_in_library'), jieyue.kit.constraints.Known('library', name='survey_question_library_known'), models.UniqueConstraint(fields=('library', 'public_id'), name='survey_question_once'), models.UniqueConstraint(condition=models.Q(('is_asked', True)), fields=('library',), name='survey_one_question')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='SurveyAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('question', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.surveyquestion')),
                    ('month', models.DateField()),
                    ('face', models.PositiveSmallIntegerField()),
                    ('remark', models.CharField(blank=True, default='', max_length=500)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'month'], name='survey_answer_month')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('question', name='survey_answer_question_same_library'), models.CheckConstraint(condition=models.Q(('face__gte', 1), ('face__lte', 3)), name='survey_answer_a_face')],
                },
            ), migrations.CreateModel(
                name='SurveyAsked',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('month', models.DateField()),
                    ('who_hash', models.CharField(max_length=64)),
                    ('asked_at', models.DateTimeField()),
                    ('is_answered', models.BooleanField(default=False)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='survey_asked_library_known'), models.UniqueConstraint(fields=('library', 'month', 'who_hash'), name='survey_asked_once')],
                    'indexes': [],
                },
            ), migrations.CreateModel(
                name='Wish',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('key', models.CharField(max_length=200)),
                    ('isbn13', models.CharField(blank=True, default='', max_length=13)),
                    ('name', models.CharField(max_length=300)),
                    ('authors', models.CharField(blank=True, default='', max_length=300)),
                    ('publisher', models.CharField(blank=True, default='', max_length=200)),
                    ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('name_key', models.CharField(blank=True, default='', max_length=200)),
                    ('supporters', models.PositiveIntegerField(default=0)),
                    ('state', models.CharField(choices=[('wished', 'wished'), ('considered', 'considered'), ('ordered', 'ordered'), ('arrived', 'arrived'), ('declined', 'declined')], default='wished', max_length=12)),
                    ('reason', models.CharField(blank=True, default='', max_length=500)),
                    ('title', models.CharField(blank=True, default='', max_length=12)),
                    ('created_at', models.DateTimeField()),
                    ('changed_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'state', '-supporters', 'id'], name='wish_wanted'), models.Index(fields=['library', 'name_key'], name='wish_named'), models.Index(fields=['library', 'isbn13'], name='wish_isbn')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='wish_in_library'), jieyue.kit.constraints.Known('library', name='wish_library_known'), models.UniqueConstraint(fields=('library', 'public_id'), name='wish_public_id_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['wished', 'considered', 'ordered'])), fields=('library', 'key'), name='wish_once_while_open'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='wish_has_a_name')],
                },
            ), migrations.CreateModel(
                name='WishSupporter',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('wish', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.wish')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('is_first', models.BooleanField(default=False)),
                    ('wants_hold', models.BooleanField(default=False)),
                    ('asked_at', models.DateTimeField()),
                    ('hold_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron', 'asked_at'], name='wish_supporter_of_patron')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('wish', name='wish_supporter_wish_same_library'), jieyue.kit.constraints.SameLibrary('patron', name='wish_supporter_patron_same_library'), models.UniqueConstraint(fields=('library', 'wish', 'patron'), name='wish_supported_once')],
                },
            )],
        ),
    ]
