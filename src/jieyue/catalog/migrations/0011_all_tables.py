"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
import jieyue.catalog.call_key_field
import jieyue.catalog.token_field
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.models
from django.db import migrations, models
from jieyue.kit.migrating import CreateModels


# Contentless: what it would keep, catalog_titleindex keeps. A row is taken out by saying again what
# was put in, which the triggers know. Whoever remakes catalog_titleindex makes the triggers anew.
FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE catalog_titlefts USING fts5(
        tokens, content='', detail=none, columnsize=0, tokenize='ascii')
    """,
    """
    CREATE TRIGGER catalog_titleindex_in AFTER INSERT ON catalog_titleindex BEGIN
        INSERT INTO catalog_titlefts (rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
    """
    CREATE TRIGGER catalog_titleindex_out AFTER DELETE ON catalog_titleindex BEGIN
        INSERT INTO catalog_titlefts (catalog_titlefts, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
    END
    """,
    """
    CREATE TRIGGER catalog_titleindex_anew AFTER UPDATE OF tokens ON catalog_titleindex
    WHEN old.tokens <> new.tokens BEGIN
        INSERT INTO catalog_titlefts (catalog_titlefts, rowid, tokens)
        VALUES ('delete', old.id, old.tokens);
        INSERT INTO catalog_titlefts (rowid, tokens) VALUES (new.id, new.tokens);
    END
    """,
)
# Without a list of what is pending, which every search would read through.
BY_TOKENS = (
    """
    CREATE INDEX title_index_tokens ON catalog_titleindex USING gin (tokens)
    WITH (fastupdate = off)
    """,
    # The planner knows nothing of what is in an array it is given, thinks that a few hundred rows
    # are soon found anywhere, and reads the whole table. Here it may not. `alternatives` are arrays
    # with ; between them; rows that have all of one, `most` together, some of them twice.
    """
    CREATE FUNCTION catalog_title_candidates(alternatives text, most integer)
    RETURNS TABLE (
        library_id bigint, title_id bigint, main text, whole text, more text, people text,
        reading text, people_readings text
    ) LANGUAGE plpgsql STABLE ROWS 100 SET enable_seqscan = off AS $$
    DECLARE
        alternative text;
        missing integer := most;
        found_now integer;
    BEGIN
        FOREACH alternative IN ARRAY string_to_array(alternatives, ';') LOOP
            RETURN QUERY
                SELECT i.library_id, i.title_id, i.main, i.whole, i.more, i.people, i.reading,
                       i.people_readings
                  FROM catalog_titleindex i
                 WHERE i.tokens @> alternative::integer[] LIMIT missing;
            GET DIAGNOSTICS found_now = ROW_COUNT;
            missing := missing - found_now;
            EXIT WHEN missing <= 0;
        END LOOP;
    END
    $$
    """,
)


def make_index(_apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in BY_TOKENS if vendor == "postgresql" else FULL_TEXT:
        schema_editor.execute(statement)


def drop_index(_apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE catalog_titlefts")
    else:
        schema_editor.execute("DROP FUNCTION catalog_title_candidates")


class Migration(migrations.Migration):


    initial = True

    dependencies = [
        ('libraries', '0006_all_tables'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='ItemType',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('code', models.CharField(max_length=20)),
                    ('name', models.CharField(max_length=50)),
                    ('is_default', models.BooleanField(default=False)),
                    ('is_active', models.BooleanField(default=True)),
                    ('floats', models.BooleanField(db_default=False)),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='item_type_in_library'), jieyue.kit.constraints.Known('library', name='item_type_library_known'), models.UniqueConstraint(fields=('library', 'code'), name='item_type_code_once'), models.UniqueConstraint(fields=('library', 'name'), name='item_type_name_once'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('library',), name='item_type_one_default')],
                },
            ),
            migrations.CreateModel(
                name='Title',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('isbn13', models.CharField(blank=True, default='', max_length=13)),
                    ('unified_number', models.CharField(blank=True, default='', max_length=40)),
                    ('name', models.CharField(max_length=300)),
                    ('subtitle', models.CharField(blank=True, default='', max_length=300)),
                    ('authors', models.CharField(blank=True, default='', max_length=300)),
                    ('translators', models.CharField(blank=True, default='', max_length=200)),
                    ('publisher', models.CharField(blank=True, default='', max_length=200)),
                    ('year', models.PositiveSmallIntegerField(blank=True, null=True)),
                    ('price_cents', models.PositiveIntegerField(blank=True, null=True)),
                    ('pages', models.PositiveIntegerField(blank=True, null=True)),
                    ('place', models.CharField(blank=True, db_default='', max_length=100)),
                    ('edition', models.CharField(blank=True, db_default='', max_length=60)),
                    ('volume', models.CharField(blank=True, db_default='', max_length=60)),
                    ('series', models.CharField(blank=True, default='', max_length=200)),
                    ('subjects', models.CharField(blank=True, db_default='', max_length=400)),
                    ('clc', models.CharField(blank=True, default='', max_length=40)),
                    ('language', models.CharField(blank=True, default='', max_length=10)),
                    ('audience', models.CharField(blank=True, default='', max_length=10)),
                    ('summary', models.TextField(blank=True, default='')),
                    ('state', models.CharField(choices=[('confirmed', 'Confirmed'), ('doubtful', 'Doubtful'), ('draft', 'Draft')], default='confirmed', max_length=10)),
                    ('doubts', models.JSONField(default=list)),
                    ('source', models.CharField(blank=True, default='', max_length=40)),
                    ('provenance', models.JSONField(db_default={})),
                    ('match_key', models.CharField(blank=True, db_default='', max_length=16)),
                    ('created_at', models.DateTimeField()),
                    ('updated_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('state', 'confirmed'), _negated=True), fields=['library', 'state'], name='title_unsure'), models.Index(fields=['library', 'isbn13'], name='title_isbn'), models.Index(fields=['library', 'clc'], name='title_class'), models.Index(models.F('library'), models.Func('clc', 1, 1, function='substr'), models.F('id'), name='title_newest_of_class'), models.Index(fields=['library', 'language', 'id'], name='title_newest_in_language'), models.Index(fields=['library', 'audience', 'id'], name='title_newest_for_age'), models.Index(models.F('library'), django.db.models.functions.comparison.Coalesce('year', 0), models.F('id'), name='title_newest_year'), models.Index(fields=['library', 'match_key'], name='title_match_key'), models.Index(fields=['library', 'unified_number'], name='title_unified_number')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='title_in_library'), jieyue.kit.constraints.Known('library', name='title_library_known'), models.UniqueConstraint(fields=('library', 'public_id'), name='title_public_id_once'), models.UniqueConstraint(condition=models.Q(('isbn13', ''), _negated=True), fields=('library', 'isbn13'), name='title_isbn_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='title_has_a_name')],
                },
            ),
            migrations.CreateModel(
                name='TitleRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('title', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.title')),
                    ('format', models.CharField(max_length=10)),
                    ('content', models.BinaryField()),
                    ('source', models.CharField(blank=True, default='', max_length=40)),
                    ('kept_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('title', name='title_record_same_library'), models.UniqueConstraint(fields=('library', 'title'), name='title_record_once')],
                },
            ),
            migrations.CreateModel(
                name='Cover',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('title', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.title')),
                    ('digest', models.CharField(max_length=16)),
                    ('large', models.BinaryField()),
                    ('small', models.BinaryField()),
                    ('source', models.CharField(blank=True, default='', max_length=40)),
                    ('kept_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('title', name='cover_same_library'), models.UniqueConstraint(fields=('library', 'title'), name='cover_once')],
                },
            ),
            migrations.CreateModel(
                name='TitleIndex',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('title', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.title')),
                    ('main', models.TextField()),
                    ('whole', models.TextField()),
                    ('more', models.TextField(blank=True)),
                    ('people', models.TextField(blank=True)),
                    ('reading', models.TextField(blank=True)),
                    ('people_readings', models.TextField(blank=True)),
                    ('tokens', jieyue.catalog.token_field.TokensField()),
                    ('version', models.SmallIntegerField(null=True)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.SameLibrary('title', name='title_index_same_library'), models.UniqueConstraint(fields=('library', 'title'), name='title_index_once')],
                },
            ),
            migrations.CreateModel(
                name='Copy',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('title', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.title')),
                    ('barcode', models.CharField(max_length=40)),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('item_type', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.itemtype')),
                    ('shelf', models.CharField(blank=True, default='', max_length=60)),
                    ('call_number', models.CharField(blank=True, default='', max_length=60)),
                    ('call_key', jieyue.catalog.call_key_field.CallKeyField(blank=True, db_default='', default='', max_length=440)),
                    ('accession_number', models.CharField(blank=True, default='', max_length=40)),
                    ('price_cents', models.PositiveIntegerField(blank=True, null=True)),
                    ('source', models.CharField(blank=True, default='', max_length=60)),
                    ('supplier', models.CharField(blank=True, db_default='', max_length=60)),
                    ('parts', models.CharField(blank=True, default='', max_length=200)),
                    ('note', models.CharField(blank=True, default='', max_length=300)),
                    ('standing', models.CharField(choices=[('in_use', 'In Use'), ('reference', 'Reference'), ('repair', 'Repair'), ('missing', 'Missing'), ('lost', 'Lost'), ('withdrawn', 'Withdrawn')], default='in_use', max_length=10)),
                    ('added_at', models.DateTimeField()),
                    ('withdrawn_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'title'], name='copy_title'), models.Index(fields=['library', 'accession_number'], name='copy_accession'), models.Index(fields=['library', 'branch', 'title'], name='copy_titles_of_branch'), models.Index(fields=['library', 'call_number'], name='copy_call_number'), models.Index(fields=['library', 'call_key'], name='copy_in_order')],
                    'constraints': [models.UniqueConstraint(fields=('library', 'id'), name='copy_in_library'), jieyue.kit.constraints.SameLibrary('title', name='copy_title_same_library'), jieyue.kit.constraints.SameLibrary('branch', name='copy_branch_same_library'), jieyue.kit.constraints.SameLibrary('item_type', name='copy_item_type_same_library'), models.UniqueConstraint(fields=('library', 'barcode'), name='copy_barcode_once'), models.UniqueConstraint(fields=('library', 'public_id'), name='copy_public_id_once'), models.UniqueConstraint(condition=models.Q(('accession_number', ''), _negated=True), fields=('library', 'accession_number'), name='copy_accession_once'), models.CheckConstraint(condition=models.Q(('barcode', ''), _negated=True), name='copy_has_a_barcode'), models.CheckConstraint(condition=models.Q(('standing', 'withdrawn'), ('withdrawn_at', None), _connector='XOR'), name='copy_withdrawn_says_when')],
                },
            ),
            migrations.CreateModel(
                name='MergedTitle',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('public_id', models.CharField(max_length=12)),
                    ('into', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.title')),
                    ('name', models.CharField(max_length=300)),
                    ('left', models.JSONField(default=dict)),
                    ('record', models.BinaryField(null=True)),
                    ('cover_large', models.BinaryField(null=True)),
                    ('cover_small', models.BinaryField(null=True)),
                    ('staff_id', models.BigIntegerField(null=True)),
                    ('merged_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [models.Index(fields=['library', 'into'], name='merged_title_into'), models.Index(fields=['library', 'merged_at'], name='merged_title_latest')],
                    'constraints': [jieyue.kit.constraints.SameLibrary('into', name='merged_title_same_library'), models.UniqueConstraint(fields=('library', 'public_id'), name='merged_title_public_id_once')],
                },
            ),
            migrations.CreateModel(
                name='ShelvingScheme',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('branch', jieyue.kit.models.InnerKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.branch')),
                    ('kind', models.CharField(max_length=10)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='shelving_scheme_library_known'), jieyue.kit.constraints.SameLibrary('branch', name='shelving_scheme_branch_same_library'), models.UniqueConstraint(condition=models.Q(('branch__isnull', False)), fields=('library', 'branch'), name='shelving_scheme_once'), models.UniqueConstraint(condition=models.Q(('branch', None)), fields=('library',), name='shelving_scheme_one_default')],
                },
            ),
            migrations.CreateModel(
                name='SourceConfig',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('library', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='libraries.library')),
                    ('kind', models.CharField(max_length=20)),
                    ('name', models.CharField(max_length=60)),
                    ('base_url', models.CharField(blank=True, default='', max_length=300)),
                    ('secret', jieyue.kit.encryption.EncryptedField(blank=True, default='')),
                    ('params', models.JSONField(default=dict)),
                    ('timeout_seconds', models.PositiveSmallIntegerField(default=4)),
                    ('position', models.PositiveSmallIntegerField(default=1)),
                    ('is_enabled', models.BooleanField(default=True)),
                ],
                options={
                    'constraints': [jieyue.kit.constraints.Known('library', name='source_config_library_known'), models.UniqueConstraint(fields=('library', 'name'), name='source_config_name_once')],
                },
            ),
            migrations.CreateModel(
                name='SourceAnswer',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('source', models.CharField(max_length=60)),
                    ('isbn13', models.CharField(max_length=13)),
                    ('record', models.JSONField(null=True)),
                    ('asked_at', models.DateTimeField()),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('isbn13', 'source'), name='source_answer_once')],
                },
            ),
        ]),
        migrations.RunPython(make_index, drop_index),
    ]
