"""One-time codes, and readers found by their e-mail address."""

import django.db.models.deletion
from django.db import migrations, models

import jieyue.kit.constraints
import jieyue.kit.encryption


class Migration(migrations.Migration):
    dependencies = [("libraries", "0006_all_tables"), ("patrons", "0005_joining")]

    operations = [
        migrations.AddIndex(
            model_name="patron",
            index=models.Index(fields=["library", "email_hash"], name="patron_email"),
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "library",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="libraries.library",
                    ),
                ),
                ("public_id", models.CharField(max_length=20)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("sign_in", "Sign In"),
                            ("apply", "Apply"),
                            ("guardian", "Guardian"),
                            ("change_address", "Change Address"),
                            ("reset", "Reset"),
                            ("changed", "Changed"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "way",
                    models.CharField(choices=[("sms", "Sms"), ("email", "Email")], max_length=10),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", jieyue.kit.encryption.EncryptedField(blank=True, default="")),
                ("address_hash", models.CharField(max_length=64)),
                ("code", jieyue.kit.encryption.EncryptedField(blank=True, default="")),
                ("code_hash", models.CharField(max_length=64)),
                ("asker_hash", models.CharField(max_length=64)),
                ("link", models.CharField(blank=True, default="", max_length=300)),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.CharField(blank=True, default="", max_length=60)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["library", "address_hash", "created_at"], name="code_of_address"
                    ),
                    models.Index(
                        fields=["library", "asker_hash", "created_at"], name="code_of_asker"
                    ),
                    models.Index(fields=["library", "created_at"], name="code_of_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("library", "id"), name="one_time_code_in_library"
                    ),
                    jieyue.kit.constraints.Known("library", name="one_time_code_library_known"),
                    models.UniqueConstraint(
                        fields=("library", "public_id"), name="one_time_code_public_id_once"
                    ),
                ],
            },
        ),
    ]
