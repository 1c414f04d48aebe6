"""Joining: the form, invitations, applications, and what readers agreed to."""

import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.encryption
import jieyue.kit.models
from django.conf import settings
from django.db import migrations, models
from jieyue.kit.migrating import CreateModels


class Migration(migrations.Migration):
    dependencies = [
        ("libraries", "0007_gateways"),
        ("patrons", "0004_card_of_patron"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="patron",
            name="born_on",
            field=jieyue.kit.encryption.EncryptedField(blank=True, null=True),
        ),
        CreateModels(
            [
                migrations.CreateModel(
                    name="JoiningForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        ("is_open", models.BooleanField(default=False)),
                        ("welcome", models.TextField(blank=True, default="")),
                        ("fields", models.JSONField(default=dict)),
                        ("questions", models.JSONField(default=list)),
                        (
                            "category",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.patroncategory",
                            ),
                        ),
                        ("offered", models.JSONField(default=list)),
                        ("approves", models.JSONField(default=list)),
                        ("domains", models.JSONField(default=list)),
                        ("roster_phone", models.BooleanField(default=True)),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            jieyue.kit.constraints.Known(
                                "library", name="joining_form_library_known"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "category", name="joining_form_category_same_library"
                            ),
                            models.UniqueConstraint(fields=("library",), name="joining_form_one"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        ("public_id", models.CharField(max_length=12)),
                        ("prefix", models.CharField(max_length=5)),
                        ("name", models.CharField(max_length=100)),
                        ("places", models.PositiveIntegerField()),
                        ("is_slips", models.BooleanField(default=False)),
                        ("ends_on", models.DateField(blank=True, null=True)),
                        (
                            "category",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.patroncategory",
                            ),
                        ),
                        (
                            "branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        ("group_name", models.CharField(blank=True, default="", max_length=60)),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.staff",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="invitation_in_library"
                            ),
                            jieyue.kit.constraints.Known(
                                "library", name="invitation_library_known"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "category", name="invitation_category_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="invitation_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "created_by", name="invitation_created_by_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="invitation_public_id_once"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "prefix"), name="invitation_prefix_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("places__gte", 1), ("places__lte", 1000)),
                                name="invitation_places",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        ("public_id", models.CharField(max_length=12)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("sent", "Sent"),
                                    ("asked", "Asked"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="sent",
                                max_length=10,
                            ),
                        ),
                        ("answers", jieyue.kit.encryption.EncryptedField(default="{}")),
                        ("who_hash", models.CharField(max_length=64)),
                        ("phone_hash", models.CharField(blank=True, default="", max_length=64)),
                        ("from_hash", models.CharField(blank=True, default="", max_length=64)),
                        ("is_phone_verified", models.BooleanField(default=False)),
                        ("is_email_verified", models.BooleanField(default=False)),
                        ("is_child", models.BooleanField(default=False)),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "category",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.patroncategory",
                            ),
                        ),
                        (
                            "branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        (
                            "invitation",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.invitation",
                            ),
                        ),
                        ("slip", models.PositiveIntegerField(null=True)),
                        ("sent_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
                        ("question", jieyue.kit.encryption.EncryptedField(blank=True, default="")),
                        ("reason", jieyue.kit.encryption.EncryptedField(blank=True, default="")),
                        ("decided_at", models.DateTimeField(null=True)),
                        (
                            "decided_by",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.staff",
                            ),
                        ),
                        ("decided_how", models.CharField(blank=True, default="", max_length=12)),
                        (
                            "patron",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.patron",
                            ),
                        ),
                        ("password_set_at", models.DateTimeField(null=True)),
                        ("erased_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["library", "state", "sent_at"], name="application_waiting"
                            ),
                            models.Index(
                                fields=["library", "who_hash"], name="application_of_person"
                            ),
                            models.Index(
                                fields=["library", "phone_hash", "sent_at"],
                                name="application_phone",
                            ),
                            models.Index(
                                fields=["library", "from_hash", "sent_at"], name="application_from"
                            ),
                            models.Index(
                                fields=["library", "invitation"], name="application_invited"
                            ),
                            models.Index(fields=["library", "patron"], name="application_became"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="application_in_library"
                            ),
                            jieyue.kit.constraints.Known(
                                "library", name="application_library_known"
                            ),
                            jieyue.kit.constraints.Known(
                                "account", name="application_account_known"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "category", name="application_category_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="application_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "invitation", name="application_invitation_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "decided_by", name="application_decided_by_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "patron", name="application_patron_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="application_public_id_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("sent", "asked"))),
                                fields=("library", "who_hash"),
                                name="application_one_open_each",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("slip__isnull", False),
                                    models.Q(
                                        ("state__in", ("refused", "withdrawn")), _negated=True
                                    ),
                                ),
                                fields=("library", "invitation", "slip"),
                                name="application_slip_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("patron__isnull", False), ("state", "approved")),
                                    models.Q(
                                        models.Q(("state", "approved"), _negated=True),
                                        ("patron", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="application_approved_is_a_reader",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConsentText",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("privacy", "Privacy"),
                                    ("guardian", "Guardian"),
                                    ("messages", "Messages"),
                                    ("history", "History"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("words_zh", models.TextField()),
                        ("words_en", models.TextField()),
                        ("is_built_in", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField()),
                        (
                            "created_by",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.staff",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="consent_text_in_library"
                            ),
                            jieyue.kit.constraints.Known(
                                "library", name="consent_text_library_known"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "created_by", name="consent_text_created_by_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "kind", "version"),
                                name="consent_text_version_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
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
                        ("public_id", models.CharField(max_length=12)),
                        (
                            "patron",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.patron",
                            ),
                        ),
                        (
                            "application",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.application",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("privacy", "Privacy"),
                                    ("guardian", "Guardian"),
                                    ("messages", "Messages"),
                                    ("history", "History"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "text",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.consenttext",
                            ),
                        ),
                        ("language", models.CharField(max_length=10)),
                        (
                            "giver",
                            models.CharField(
                                choices=[("self", "Self"), ("guardian", "Guardian")],
                                default="self",
                                max_length=10,
                            ),
                        ),
                        (
                            "guardian_name",
                            jieyue.kit.encryption.EncryptedField(blank=True, default=""),
                        ),
                        (
                            "guardian_phone",
                            jieyue.kit.encryption.EncryptedField(blank=True, default=""),
                        ),
                        ("given_at", models.DateTimeField()),
                        ("door", models.CharField(max_length=10)),
                        (
                            "staff",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.staff",
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("withdrawn_door", models.CharField(blank=True, default="", max_length=10)),
                        (
                            "withdrawn_staff",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.staff",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["library", "patron", "kind"], name="consent_of_patron"
                            ),
                            models.Index(
                                fields=["library", "application"], name="consent_of_application"
                            ),
                        ],
                        "constraints": [
                            jieyue.kit.constraints.SameLibrary(
                                "patron", name="consent_patron_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "application", name="consent_application_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "text", name="consent_text_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "staff", name="consent_staff_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "withdrawn_staff", name="consent_withdrawn_staff_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="consent_public_id_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("patron__isnull", False), ("withdrawn_at", None)
                                ),
                                fields=("library", "patron", "kind"),
                                name="consent_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("patron__isnull", False),
                                    ("application__isnull", False),
                                    _connector="OR",
                                ),
                                name="consent_is_somebodys",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
