import datetime
import django.db.models.deletion
import jieyue.kit.constraints
import jieyue.kit.models
import jieyue.notices.models.settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("libraries", "0007_gateways"),
        ("notices", "0004_all_tables"),
        ("patrons", "0004_card_of_patron"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="planned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("hold_ready", "Hold Ready"),
                    ("hold_passed_on", "Hold Passed On"),
                    ("loan_renewed", "Loan Renewed"),
                    ("loan_recalled", "Loan Recalled"),
                    ("date_moved", "Date Moved"),
                    ("fetch_moved", "Fetch Moved"),
                    ("pickup_moved", "Pickup Moved"),
                    ("loan_lost", "Loan Lost"),
                    ("suspended", "Suspended"),
                    ("due_soon", "Due Soon"),
                    ("due_today", "Due Today"),
                    ("overdue", "Overdue"),
                    ("hold_expiring", "Hold Expiring"),
                    ("card_expiring", "Card Expiring"),
                    ("receipt", "Receipt"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("planned_at", None)),
                fields=["library", "created_at"],
                name="notice_unplanned",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("library", "id"), name="notice_in_library"),
        ),
        migrations.RunSQL(
            sql="UPDATE notices_notice SET planned_at = created_at",
            reverse_sql="",
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("handed", "Handed"),
                            ("dropped", "Dropped"),
                            ("failed", "Failed"),
                            ("given_up", "Given Up"),
                            ("unreached", "Unreached"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("is_digest", models.BooleanField(default=False)),
                ("planned_for", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("leased_until", models.DateTimeField(null=True)),
                ("tried", models.JSONField(default=list)),
                ("passed_over", models.JSONField(default=dict)),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("detail", models.CharField(blank=True, default="", max_length=300)),
                ("cost_cents", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "patron",
                    jieyue.kit.models.InnerKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patrons.patron",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["library", "due_at"],
                        name="delivery_open",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["library", "patron"],
                        name="delivery_open_of_patron",
                    ),
                    models.Index(
                        fields=["library", "patron", "created_at"], name="delivery_of_patron"
                    ),
                    models.Index(
                        fields=["library", "state", "created_at"], name="delivery_by_state"
                    ),
                    models.Index(fields=["library", "created_at"], name="delivery_latest"),
                    models.Index(
                        fields=["library", "channel", "ended_at"], name="delivery_by_channel"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("library", "id"), name="delivery_in_library"),
                    jieyue.kit.constraints.SameLibrary(
                        "patron", name="delivery_patron_same_library"
                    ),
                    models.UniqueConstraint(
                        fields=("library", "public_id"), name="delivery_public_id_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "unreached"]),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="delivery_state_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "delivery",
                    jieyue.kit.models.InnerKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.delivery",
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
                    "notice",
                    jieyue.kit.models.InnerKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.notice",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["library", "notice"], name="delivery_of_notice")],
                "constraints": [
                    jieyue.kit.constraints.SameLibrary(
                        "delivery", name="delivery_notice_delivery_same_library"
                    ),
                    jieyue.kit.constraints.SameLibrary(
                        "notice", name="delivery_notice_notice_same_library"
                    ),
                    models.UniqueConstraint(
                        fields=("library", "delivery", "notice"), name="delivery_notice_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.JSONField(default=list)),
                ("off_channels", models.JSONField(default=list)),
                ("off_kinds", models.JSONField(default=list)),
                ("quiet_from_time", models.TimeField(null=True)),
                ("quiet_until_time", models.TimeField(null=True)),
                ("language", models.CharField(blank=True, default="", max_length=10)),
                ("changed_at", models.DateTimeField()),
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
                    "patron",
                    jieyue.kit.models.InnerKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patrons.patron",
                    ),
                ),
            ],
            options={
                "indexes": [],
                "constraints": [
                    jieyue.kit.constraints.SameLibrary(
                        "patron", name="notice_preference_patron_same_library"
                    ),
                    models.UniqueConstraint(
                        fields=("library", "patron"), name="notice_preference_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "days_before",
                    models.JSONField(default=jieyue.notices.models.settings.three_days),
                ),
                ("says_due_today", models.BooleanField(default=True)),
                (
                    "overdue_days",
                    models.JSONField(default=jieyue.notices.models.settings.overdue_steps),
                ),
                ("hold_days_before", models.PositiveSmallIntegerField(default=1)),
                ("card_days_before", models.PositiveSmallIntegerField(default=30)),
                ("skips_closed_days", models.BooleanField(default=True)),
                ("reminds_at_time", models.TimeField(default=datetime.time(9, 0))),
                ("sends_from_time", models.TimeField(default=datetime.time(8, 0))),
                ("sends_until_time", models.TimeField(default=datetime.time(21, 0))),
                ("channels", models.JSONField(default=dict)),
                ("order", models.JSONField(default=list)),
                ("most_a_day", models.PositiveSmallIntegerField(default=5)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("site_url", models.CharField(blank=True, default="", max_length=200)),
                ("reminded_on", models.DateField(null=True)),
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
            ],
            options={
                "indexes": [],
                "constraints": [
                    jieyue.kit.constraints.Known("library", name="notice_settings_library_known"),
                    models.UniqueConstraint(fields=("library",), name="notice_settings_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("channel", models.CharField(max_length=10)),
                ("language", models.CharField(max_length=10)),
                ("subject", models.CharField(blank=True, default="", max_length=200)),
                ("text", models.TextField()),
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
            ],
            options={
                "indexes": [],
                "constraints": [
                    jieyue.kit.constraints.Known("library", name="notice_template_library_known"),
                    models.UniqueConstraint(
                        fields=("library", "kind", "channel", "language"),
                        name="notice_template_once",
                    ),
                ],
            },
        ),
    ]
