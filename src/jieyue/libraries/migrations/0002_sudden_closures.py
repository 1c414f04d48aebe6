from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("libraries", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="specialdays",
            name="is_sudden",
            field=models.BooleanField(db_default=False),
        ),
    ]
