"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.models
from django.db import migrations, models
from jieyue.kit.migrating import CreateModels


class Migration(migrations.Migration):


    initial = True

    dependencies = [
        ('libraries', '0006_all_tables'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Import',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('kind', models.CharField(choices=[('books', 'books'), ('marc', 'marc'), ('readers', 'readers'), ('loans', 'loans'), ('holds', 'holds'), ('dues', 'dues')], max_length=10)),
                    ('state', models.CharField(choices=[('uploaded', 'uploaded'), ('checking', 'checking'), ('checked', 'checked'), ('importing', 'importing'), ('stopped', 'stopped'), ('done', 'done'), ('undoing', 'undoing'), ('undone', 'undone'), ('failed', 'failed')], default='uploaded', max_length=10)),
                    ('problem', models.CharField(blank=True, default='', max_length=40)),
                    ('file_name', models.CharField(max_length=200)),
                    ('file_bytes', models.BigIntegerField()),
                    ('shape', models.JSONField(default=dict)),
                    ('columns', models.JSONField(default=list)),
                    ('samples', jieyue.kit.encryption.EncryptedField(default='')),
                    ('options', models.JSONField(default=dict)),
                    ('again_of', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='imports.import')),
                    ('rows_guessed', models.PositiveIntegerField(default=0)),
                    ('rows_read', models.PositiveIntegerField(default=0)),
                    ('last_row', models.PositiveIntegerField(default=0)),
                    ('rows_done', models.PositiveIntegerField(default=0)),
                    ('counts', models.JSONField(default=dict)),
                    ('steps', models.PositiveIntegerField(default=0)),
                    ('staff_id', models.BigIntegerField(null=True)),
                    ('branch_id', models.BigIntegerField()),
                    ('created_at', models.DateTimeField()),
                    ('checked_at', models.DateTimeField(null=True)),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('undone_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'created_at'], name='import_latest')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='import_in_library'), jieyue.kit.constraints.Known('library', name='import_library_known'), jieyue.kit.constraints.SameLibrary('again_of', name='import_again_of_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='import_public_id_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['checking', 'importing', 'undoing'])), fields=('library',), name='import_one_at_work')],
                },
            ),
            migrations.CreateModel(
                name='ImportPart',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('run', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='imports.import')),
                    ('number', models.PositiveIntegerField()),
                    ('content', models.BinaryField(default=b'')),
                    ('sealed', jieyue.kit.encryption.EncryptedField(default='')),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('run', name='import_part_same_library'), models.UniqueConstraint(fields=('library', 'run', 'number'), name='import_part_number_once')],
                },
            ),
            migrations.CreateModel(
                name='ImportRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('run', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='imports.import')),
                    ('number', models.PositiveIntegerField()),
                    ('cells', models.JSONField(default=list)),
                    ('original', models.BinaryField(null=True)),
                    ('reading', models.JSONField(default=dict)),
                    ('first_row', models.PositiveIntegerField(default=0)),
                    ('verdict', models.CharField(max_length=10)),
                    ('faults', models.JSONField(default=list)),
                    ('doubts', models.JSONField(default=list)),
                    ('is_doubtful', models.BooleanField(default=False)),
                    ('changed', models.JSONField(default=list)),
                    ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('left_out', 'left_out'), ('undone', 'undone'), ('kept', 'kept')], default='waiting', max_length=10)),
                    ('made', models.JSONField(default=dict)),
                    ('sealed', jieyue.kit.encryption.EncryptedField(default='')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['library', 'run', 'number'], name='import_row_waiting'), models.Index(fields=['library', 'run', 'verdict', 'number'], name='import_row_verdict'), models.Index(condition=models.Q(('is_doubtful', True)), fields=['library', 'run', 'number'], name='import_row_doubtful')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('run', name='import_row_same_library'), models.UniqueConstraint(fields=('library', 'run', 'number'), name='import_row_number_once')],
                },
            ),
        ]),
    ]
