"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.models
from django.db import migrations, models
from jieyue.kit.migrating import CreateModels


class Migration(migrations.Migration):


    initial = True

    dependencies = [
        ('libraries', '0006_all_tables'),
        ('patrons', '0003_all_tables'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Notice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('kind', models.CharField(choices=[('hold_ready', 'Hold Ready'), ('hold_passed_on', 'Hold Passed On'), ('loan_renewed', 'Loan Renewed'), ('loan_recalled', 'Loan Recalled'), ('date_moved', 'Date Moved'), ('fetch_moved', 'Fetch Moved'), ('pickup_moved', 'Pickup Moved'), ('loan_lost', 'Loan Lost'), ('suspended', 'Suspended')], max_length=20)),
                    ('about', models.CharField(max_length=60)),
                    ('facts', models.JSONField(default=dict)),
                    ('created_at', models.DateTimeField()),
                    ('read_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron', 'created_at'], name='notice_of_patron')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('patron', name='notice_patron_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='notice_public_id_once'), models.UniqueConstraint(fields=('library', 'patron', 'kind', 'about'), name='notice_said_once')],
                },
            ),
        ]),
    ]
