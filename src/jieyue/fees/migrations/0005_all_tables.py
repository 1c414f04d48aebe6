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
                name='LedgerLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('kind', models.CharField(choices=[('charge', 'Charge'), ('payment', 'Payment'), ('waiver', 'Waiver'), ('refund', 'Refund')], max_length=10)),
                    ('amount_cents', models.IntegerField()),
                    ('reason', models.CharField(max_length=200)),
                    ('settles', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.ledgerline')),
                    ('method', models.CharField(choices=[('cash', 'Cash'), ('wechat', 'Wechat'), ('alipay', 'Alipay'), ('bank', 'Bank'), ('other', 'Other')], db_default='', max_length=10)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('receipt_number', models.PositiveBigIntegerField(null=True)),
                    ('staff_id', models.BigIntegerField(null=True)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron'], name='ledger_patron'), models.Index(condition=models.Q(('settles__isnull', False)), fields=['library', 'settles'], name='ledger_settles'), models.Index(fields=['library', 'branch', 'at'], name='ledger_branch_at')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='ledger_line_in_library'), jieyue.kit.constraints.SameLibrary('patron', name='ledger_line_patron_same_library'), jieyue.kit.constraints.SameLibrary('settles', name='ledger_line_settles_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='ledger_line_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='ledger_public_id_once'), models.CheckConstraint(condition=models.Q(models.Q(('amount_cents__gt', 0), ('kind__in', ['charge', 'refund'])), models.Q(('amount_cents__lt', 0), ('kind__in', ['payment', 'waiver'])), _connector='OR'), name='ledger_line_sign'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'charge'), _negated=True), ('settles', None), _connector='OR'), name='ledger_charge_settles_nothing'), models.UniqueConstraint(condition=models.Q(('receipt_number__isnull', False)), fields=('library', 'receipt_number', 'settles'), name='ledger_receipt_once_per_charge')],
                },
            ),
            migrations.CreateModel(
                name='DepositLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('kind', models.CharField(choices=[('paid_in', 'Paid In'), ('paid_back', 'Paid Back'), ('kept', 'Kept')], max_length=10)),
                    ('amount_cents', models.IntegerField()),
                    ('reason', models.CharField(db_default='', max_length=200)),
                    ('method', models.CharField(choices=[('cash', 'Cash'), ('wechat', 'Wechat'), ('alipay', 'Alipay'), ('bank', 'Bank'), ('other', 'Other')], db_default='', max_length=10)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('receipt_number', models.PositiveBigIntegerField(null=True)),
                    ('staff_id', models.BigIntegerField(null=True)),
                    ('at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'patron'], name='deposit_patron'), models.Index(fields=['library', 'branch', 'at'], name='deposit_branch_at')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='deposit_line_in_library'), jieyue.kit.constraints.SameLibrary('patron', name='deposit_line_patron_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='deposit_line_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='deposit_public_id_once'), models.UniqueConstraint(condition=models.Q(('receipt_number__isnull', False)), fields=('library', 'receipt_number'), name='deposit_receipt_once'), models.CheckConstraint(condition=models.Q(models.Q(('amount_cents__gt', 0), ('kind', 'paid_in')), models.Q(('amount_cents__lt', 0), ('kind__in', ['paid_back', 'kept'])), _connector='OR'), name='deposit_line_sign')],
                },
            ),
            migrations.CreateModel(
                name='DepositRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('patron', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrons.patron')),
                    ('asked_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('outcome', models.CharField(db_default='', max_length=10)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='deposit_request_in_library'), jieyue.kit.constraints.SameLibrary('patron', name='deposit_request_patron_same_library'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('library', 'patron'), name='deposit_request_one_open')],
                },
            ),
            migrations.CreateModel(
                name='Abolition',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('method', models.CharField(choices=[('cash', 'Cash'), ('wechat', 'Wechat'), ('alipay', 'Alipay'), ('bank', 'Bank'), ('other', 'Other')], max_length=10)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('staff_id', models.BigIntegerField(null=True)),
                    ('started_at', models.DateTimeField()),
                    ('ended_at', models.DateTimeField(null=True)),
                    ('readers', models.PositiveIntegerField()),
                    ('steps', models.PositiveIntegerField(db_default=0)),
                    ('last_patron_id', models.BigIntegerField(db_default=0)),
                    ('paid_back', models.PositiveIntegerField(db_default=0)),
                    ('kept', models.PositiveIntegerField(db_default=0)),
                    ('amount_cents', models.BigIntegerField(db_default=0)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('branch', name='abolition_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='abolition_public_id_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('library',), name='abolition_one_at_a_time')],
                },
            ),
            migrations.CreateModel(
                name='DrawerClose',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('closed_at', models.DateTimeField()),
                    ('expected_cents', models.IntegerField()),
                    ('counted_cents', models.PositiveIntegerField()),
                    ('note', models.CharField(db_default='', max_length=300)),
                    ('staff_id', models.BigIntegerField(null=True)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='drawer_close_in_library'), jieyue.kit.constraints.SameLibrary('branch', name='drawer_close_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='drawer_close_public_id_once')],
                },
            ),
            migrations.CreateModel(
                name='DrawerLine',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('close', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.drawerclose')),
                    ('ledger_line', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.ledgerline')),
                    ('deposit_line', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fees.depositline')),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('close', name='drawer_line_close_same_library'), jieyue.kit.constraints.SameLibrary('ledger_line', name='drawer_line_ledger_same_library'), jieyue.kit.constraints.SameLibrary('deposit_line', name='drawer_line_deposit_same_library'), models.UniqueConstraint(condition=models.Q(('ledger_line__isnull', False)), fields=('library', 'ledger_line'), name='drawer_line_ledger_once'), models.UniqueConstraint(condition=models.Q(('deposit_line__isnull', False)), fields=('library', 'deposit_line'), name='drawer_line_deposit_once'), models.CheckConstraint(condition=models.Q(('ledger_line', None), ('deposit_line', None), _connector='XOR'), name='drawer_line_is_one')],
                },
            ),
        ]),
    ]
