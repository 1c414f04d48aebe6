import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0006_supplier'),
        ('libraries', '0005_token_reach'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShelvingScheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
            ],
            options={
                'constraints': [jieyue.kit.constraints.Known('library', name='shelving_scheme_library_known'), jieyue.kit.constraints.SameLibrary('branch', name='shelving_scheme_branch_same_library'), models.UniqueConstraint(condition=models.Q(('branch__isnull', False)), fields=('library', 'branch'), name='shelving_scheme_once'), models.UniqueConstraint(condition=models.Q(('branch', None)), fields=('library',), name='shelving_scheme_one_default')],
            },
        ),
    ]
