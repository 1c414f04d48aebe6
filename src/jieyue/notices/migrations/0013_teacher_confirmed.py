"""The address of a class teacher that was shown to be theirs."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0012_teachers'),
    ]

    operations = [
        migrations.AddField(
            model_name='teacherwish',
            name='confirmed_hash',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
    ]
