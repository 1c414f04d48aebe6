import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.models
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0011_all_tables'),
        ('libraries', '0006_all_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=60)),
                ('directions', models.CharField(blank=True, max_length=200)),
                ('map_url', models.CharField(blank=True, max_length=500)),
                ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
            ],
            options={
                'constraints': [jieyue.kit.constraints.SameLibrary('branch', name='location_branch_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='location_public_id_once'), models.UniqueConstraint(fields=('library', 'branch', 'name'), name='location_name_once')],
            },
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(fields=['library', 'shelf', 'branch', 'standing'], name='copy_shelves'),
        ),
    ]
