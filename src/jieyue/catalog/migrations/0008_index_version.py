"""Which way of keeping a title's index entry was made; no update of SQLite's words in vain."""

from django.db import migrations, models

_TRIGGER = """
    CREATE TRIGGER catalog_titleindex_anew AFTER UPDATE OF tokens ON catalog_titleindex
    <when> BEGIN
        INSERT INTO catalog_titlefts (catalog_titlefts, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
        INSERT INTO catalog_titlefts (rowid, tokens) VALUES (new.id, new.tokens);
    END
"""


def _remake(when):
    def run(_apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute("DROP TRIGGER catalog_titleindex_anew")
            schema_editor.execute(_TRIGGER.replace("<when>", when))

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_shelving_schemes'),
    ]

    operations = [
        # May be null, or Django remakes SQLite's table and the triggers go.
        migrations.AddField(
            model_name='titleindex',
            name='version',
            field=models.SmallIntegerField(null=True),
        ),
        migrations.RunPython(_remake("WHEN old.tokens <> new.tokens"), _remake("")),
    ]
