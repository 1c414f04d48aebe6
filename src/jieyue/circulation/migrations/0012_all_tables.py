"""What the migrations before it come to, in one step: a new database runs only this.

They go a release later.
"""

import django.db.models.deletion
import django.db.models.functions.comparison
import jieyue.kit.constraints
import jieyue.kit.models
from django.db import migrations, models
from jieyue.kit.migrating import CreateModels


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0011_all_tables"),
        ("fees", "0005_all_tables"),
        ("libraries", "0006_all_tables"),
        ("patrons", "0003_all_tables"),
    ]

    operations = [
        CreateModels(
            [
                migrations.CreateModel(
                    name="Loan",
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
                            "copy",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.copy",
                            ),
                        ),
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
                            "branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        ("lent_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("returned_at", models.DateTimeField(null=True)),
                        (
                            "returned_branch",
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
                            "ending",
                            models.CharField(
                                choices=[
                                    ("returned", "Returned"),
                                    ("undone", "Undone"),
                                    ("continued", "Continued"),
                                    ("lost", "Lost"),
                                    ("never_lent", "Never Lent"),
                                ],
                                max_length=10,
                                null=True,
                            ),
                        ),
                        ("renewals", models.PositiveSmallIntegerField(default=0)),
                        ("renewed_at", models.DateTimeField(null=True)),
                        ("unseen_renewals", models.PositiveSmallIntegerField(db_default=0)),
                        ("not_renewed", models.JSONField(null=True)),
                        ("is_hourly", models.BooleanField(db_default=False)),
                        ("is_on_site", models.BooleanField(db_default=False)),
                        ("recalled_at", models.DateTimeField(null=True)),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("lost_at", models.DateTimeField(null=True)),
                        (
                            "lost_how",
                            models.CharField(
                                choices=[
                                    ("staff", "Staff"),
                                    ("reader", "Reader"),
                                    ("overdue", "Overdue"),
                                ],
                                max_length=10,
                                null=True,
                            ),
                        ),
                        ("terms", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["library", "patron", "lent_at"], name="loan_of_patron"
                            ),
                            models.Index(
                                fields=["library", "copy", "lent_at"], name="loan_of_copy"
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("patron__isnull", False), ("returned_at", None)
                                ),
                                fields=["library", "patron"],
                                name="loan_open_of_patron",
                            ),
                            models.Index(
                                condition=models.Q(("lost_at", None), ("returned_at", None)),
                                fields=["library", "due_at"],
                                name="loan_open_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="loan_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "copy", name="loan_copy_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "patron", name="loan_patron_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="loan_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "returned_branch", name="loan_returned_branch_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="loan_public_id_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("returned_at", None)),
                                fields=("library", "copy"),
                                name="one_open_loan_per_copy",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gt", models.F("lent_at"))),
                                name="loan_due_after_lent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned_at", None),
                                    ("returned_at__gte", models.F("lent_at")),
                                    _connector="OR",
                                ),
                                name="loan_returned_after_lent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ending", None), ("returned_at", None)),
                                    models.Q(
                                        ("ending__isnull", False), ("returned_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="loan_ended_says_how",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("patron__isnull", False),
                                    ("returned_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="loan_open_has_a_patron",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lost_at", None), ("lost_how", None)),
                                    models.Q(
                                        ("lost_at__isnull", False), ("lost_how__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="loan_lost_says_how",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BlockRule",
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
                            "condition",
                            models.CharField(
                                choices=[
                                    ("overdue", "Overdue"),
                                    ("overdue_days", "Overdue Days"),
                                    ("lost", "Lost"),
                                    ("owed", "Owed"),
                                    ("no_shows", "No Shows"),
                                    ("expired", "Expired"),
                                    ("card_lost", "Card Lost"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("stops_borrowing", models.BooleanField(default=True)),
                        ("stops_renewing", models.BooleanField(default=True)),
                        ("stops_holds", models.BooleanField(default=True)),
                    ],
                    options={
                        "constraints": [
                            jieyue.kit.constraints.Known(
                                "library", name="block_rule_library_known"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "condition"), name="block_rule_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Block",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="patrons.patron",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("manual", "Manual"), ("suspension", "Suspension")],
                                max_length=10,
                            ),
                        ),
                        ("reason", models.CharField(db_default="", max_length=200)),
                        ("note", models.CharField(db_default="", max_length=300)),
                        ("stops_borrowing", models.BooleanField(db_default=True)),
                        ("stops_renewing", models.BooleanField(db_default=True)),
                        ("stops_holds", models.BooleanField(db_default=True)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(null=True)),
                        (
                            "loan",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.loan",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("staff_id", models.BigIntegerField(null=True)),
                        ("lifted_at", models.DateTimeField(null=True)),
                        ("lifted_why", models.CharField(db_default="", max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("lifted_at", None)),
                                fields=["library", "patron"],
                                name="block_of_patron",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="block_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "patron", name="block_patron_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "loan", name="block_loan_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="block_public_id_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="block_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "manual"),
                                    models.Q(("ends_on__isnull", False), ("loan__isnull", False)),
                                    _connector="OR",
                                ),
                                name="block_suspension_ends",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hold",
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
                            "title",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.title",
                            ),
                        ),
                        (
                            "copy",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.copy",
                            ),
                        ),
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
                            "pickup_branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        ("queue_class", models.PositiveSmallIntegerField()),
                        ("queued_at", models.DateTimeField()),
                        ("placed_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("in_transit", "In Transit"),
                                    ("ready", "Ready"),
                                    ("fulfilled", "Fulfilled"),
                                    ("cancelled", "Cancelled"),
                                    ("expired", "Expired"),
                                ],
                                db_default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("suspended_at", models.DateTimeField(null=True)),
                        ("wakes_on", models.DateField(null=True)),
                        (
                            "captured_copy",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.copy",
                            ),
                        ),
                        ("captured_at", models.DateTimeField(null=True)),
                        ("ready_at", models.DateTimeField(null=True)),
                        ("fetch_by", models.DateField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_why", models.CharField(db_default="", max_length=20)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["library", "title", "queue_class", "queued_at", "id"],
                                name="hold_queue",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("state__in", ["waiting", "in_transit", "ready"])
                                ),
                                fields=["library", "patron"],
                                name="hold_open_of_patron",
                            ),
                            models.Index(
                                condition=models.Q(("state", "ready")),
                                fields=["library", "pickup_branch", "fetch_by"],
                                name="hold_shelf",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("ready_at__isnull", False),
                                    ("state__in", ["expired", "cancelled"]),
                                ),
                                fields=["library", "pickup_branch", "ended_at"],
                                name="hold_left_over",
                            ),
                            models.Index(
                                condition=models.Q(("state", "expired")),
                                fields=["library", "patron", "ended_at"],
                                name="hold_no_shows",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="hold_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "title", name="hold_title_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "copy", name="hold_copy_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "patron", name="hold_patron_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "pickup_branch", name="hold_pickup_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "captured_copy", name="hold_captured_copy_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="hold_public_id_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("state__in", ["waiting", "in_transit", "ready"])
                                ),
                                fields=("library", "title", "patron"),
                                name="hold_one_open_per_patron_and_title",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["in_transit", "ready"])),
                                fields=("library", "captured_copy"),
                                name="hold_one_capture_per_copy",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("captured_copy", None),
                                        ("ended_at", None),
                                        ("state", "waiting"),
                                    ),
                                    models.Q(
                                        ("captured_copy__isnull", False),
                                        ("ended_at", None),
                                        ("state", "in_transit"),
                                    ),
                                    models.Q(
                                        ("captured_copy__isnull", False),
                                        ("ended_at", None),
                                        ("fetch_by__isnull", False),
                                        ("ready_at__isnull", False),
                                        ("state", "ready"),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("state__in", ["fulfilled", "cancelled", "expired"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="hold_state_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("suspended_at", None), ("wakes_on", None)),
                                    models.Q(("state", "waiting"), ("suspended_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="hold_only_waiting_is_suspended",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("patron__isnull", False),
                                    ("ended_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="hold_open_has_a_patron",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Vacation",
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
                        ("name", models.CharField(max_length=100)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        (
                            "moves",
                            models.CharField(
                                choices=[
                                    ("none", "None"),
                                    ("all", "All"),
                                    ("made", "Made"),
                                    ("due", "Due"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("window_starts_on", models.DateField(null=True)),
                        ("window_ends_on", models.DateField(null=True)),
                        ("due_on", models.DateField(null=True)),
                        ("due_after_open_days", models.PositiveSmallIntegerField(null=True)),
                        (
                            "late_days",
                            models.CharField(
                                choices=[
                                    ("never", "Never"),
                                    ("if_late_before", "If Late Before"),
                                    ("if_late_after", "If Late After"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("grace_days", models.PositiveSmallIntegerField(default=0)),
                        ("extra_loans", models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="vacation_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="vacation_branch_same_library"
                            ),
                            jieyue.kit.constraints.Known("library", name="vacation_library_known"),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="vacation_public_id_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="vacation_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("moves", "none"),
                                    models.Q(
                                        ("due_after_open_days", None), ("due_on__isnull", False)
                                    ),
                                    models.Q(
                                        ("due_after_open_days__isnull", False), ("due_on", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="vacation_says_until_when",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TermEnd",
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
                        ("name", models.CharField(max_length=100)),
                        ("on", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            jieyue.kit.constraints.SameLibrary(
                                "category", name="term_end_category_same_library"
                            ),
                            jieyue.kit.constraints.Known("library", name="term_end_library_known"),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="term_end_has_a_name",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Closure",
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
                            "cause",
                            models.CharField(
                                choices=[
                                    ("closure", "Closure"),
                                    ("vacation", "Vacation"),
                                    ("calendar", "Calendar"),
                                ],
                                db_default="closure",
                                max_length=10,
                            ),
                        ),
                        ("public_id", models.CharField(max_length=12)),
                        ("special_days_id", models.BigIntegerField(null=True)),
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
                        ("name", models.CharField(max_length=100)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField()),
                        ("created_at", models.DateTimeField()),
                        ("undone_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="closure_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="closure_branch_same_library"
                            ),
                            jieyue.kit.constraints.Known("library", name="closure_library_known"),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="closure_public_id_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="closure_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MovedDate",
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
                            "closure",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.closure",
                            ),
                        ),
                        (
                            "loan",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.loan",
                            ),
                        ),
                        ("due_before", models.DateTimeField()),
                        ("due_after", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            jieyue.kit.constraints.SameLibrary(
                                "closure", name="moved_date_closure_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "loan", name="moved_date_loan_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "closure", "loan"), name="moved_date_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_after__gt", models.F("due_before"))),
                                name="moved_date_only_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MovedHold",
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
                            "closure",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.closure",
                            ),
                        ),
                        (
                            "hold",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.hold",
                            ),
                        ),
                        ("fetch_before", models.DateField()),
                        ("fetch_after", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            jieyue.kit.constraints.SameLibrary(
                                "closure", name="moved_hold_closure_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "hold", name="moved_hold_hold_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "closure", "hold"), name="moved_hold_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("fetch_after__gt", models.F("fetch_before"))),
                                name="moved_hold_only_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CheckRun",
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
                        ("at", models.DateTimeField()),
                        ("contradictions", models.PositiveIntegerField()),
                        ("examples", models.JSONField(default=list)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["library", "at"], name="check_run_at")],
                        "constraints": [
                            jieyue.kit.constraints.Known("library", name="check_run_library_known")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
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
                            "loan",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.loan",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("late", "Late"),
                                    ("lost", "Lost"),
                                    ("damaged", "Damaged"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("period", models.PositiveSmallIntegerField(db_default=0)),
                        ("units", models.PositiveIntegerField(db_default=0)),
                        ("amount_cents", models.PositiveIntegerField(db_default=0)),
                        ("days", models.PositiveIntegerField(db_default=0)),
                        (
                            "charge",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="fees.ledgerline",
                            ),
                        ),
                        (
                            "block",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.block",
                            ),
                        ),
                        ("inputs", models.JSONField(default=dict)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="assessment_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "loan", name="assessment_loan_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "charge", name="assessment_charge_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "block", name="assessment_block_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="assessment_public_id_once"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "loan", "kind", "period"), name="assessment_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("charge__isnull", False)),
                                fields=("library", "charge"),
                                name="assessment_charge_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Replacement",
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
                            "loan",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.loan",
                            ),
                        ),
                        (
                            "copy",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.copy",
                            ),
                        ),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            jieyue.kit.constraints.SameLibrary(
                                "loan", name="replacement_loan_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "copy", name="replacement_copy_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "loan"), name="replacement_of_loan_once"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "copy"), name="replacement_by_copy_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LoanPolicy",
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
                            "item_type",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.itemtype",
                            ),
                        ),
                        ("may_borrow", models.BooleanField(null=True)),
                        ("max_loans", models.PositiveSmallIntegerField(null=True)),
                        ("loan_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_renewals", models.PositiveSmallIntegerField(null=True)),
                        ("renewal_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_holds", models.PositiveSmallIntegerField(null=True)),
                        ("max_overdue", models.PositiveSmallIntegerField(null=True)),
                        ("max_owed_cents", models.PositiveIntegerField(null=True)),
                        (
                            "closed_days",
                            models.CharField(
                                choices=[
                                    ("next_open", "Next Open"),
                                    ("previous_open", "Previous Open"),
                                    ("keep", "Keep"),
                                ],
                                max_length=16,
                                null=True,
                            ),
                        ),
                        ("loan_hours", models.PositiveSmallIntegerField(null=True)),
                        ("busy_loan_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_on_site", models.PositiveSmallIntegerField(null=True)),
                        (
                            "renewal_from",
                            models.CharField(
                                choices=[("today", "Today"), ("due_date", "Due Date")],
                                max_length=10,
                                null=True,
                            ),
                        ),
                        ("renew_window_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_unseen_renewals", models.PositiveSmallIntegerField(null=True)),
                        ("auto_renews", models.BooleanField(null=True)),
                        ("recall_days", models.PositiveSmallIntegerField(null=True)),
                        ("recall_from_days", models.PositiveSmallIntegerField(null=True)),
                        ("recall_min_days", models.PositiveSmallIntegerField(null=True)),
                        ("hold_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_no_shows", models.PositiveSmallIntegerField(null=True)),
                        ("max_overdue_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_lost", models.PositiveSmallIntegerField(null=True)),
                        (
                            "settled_by",
                            models.CharField(
                                choices=[
                                    ("nothing", "Nothing"),
                                    ("money", "Money"),
                                    ("days", "Days"),
                                    ("either", "Either"),
                                ],
                                max_length=10,
                                null=True,
                            ),
                        ),
                        ("fine_cents", models.PositiveIntegerField(null=True)),
                        ("fine_grace", models.PositiveSmallIntegerField(null=True)),
                        ("fine_spares_grace", models.BooleanField(null=True)),
                        ("fine_counts_closed", models.BooleanField(null=True)),
                        ("max_fine_cents", models.PositiveIntegerField(null=True)),
                        ("fine_price_cap", models.BooleanField(null=True)),
                        ("max_fines_cents", models.PositiveIntegerField(null=True)),
                        ("suspension_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_suspension_days", models.PositiveSmallIntegerField(null=True)),
                        ("max_suspended_days", models.PositiveSmallIntegerField(null=True)),
                        ("lost_after_days", models.PositiveSmallIntegerField(null=True)),
                        ("lost_percent", models.PositiveSmallIntegerField(null=True)),
                        ("lost_fee_cents", models.PositiveIntegerField(null=True)),
                        ("lost_refund_days", models.PositiveSmallIntegerField(null=True)),
                        ("needs_deposit", models.BooleanField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="policy_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="policy_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "category", name="policy_category_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "item_type", name="policy_item_type_same_library"
                            ),
                            models.UniqueConstraint(
                                models.F("library"),
                                django.db.models.functions.comparison.Coalesce("branch", 0),
                                django.db.models.functions.comparison.Coalesce("category", 0),
                                django.db.models.functions.comparison.Coalesce("item_type", 0),
                                name="policy_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("branch__isnull", False),
                                    ("category__isnull", False),
                                    ("item_type__isnull", False),
                                    models.Q(
                                        ("closed_days__isnull", False),
                                        ("loan_days__isnull", False),
                                        ("max_holds__isnull", False),
                                        ("max_loans__isnull", False),
                                        ("max_overdue__isnull", False),
                                        ("max_owed_cents__isnull", False),
                                        ("max_renewals__isnull", False),
                                        ("may_borrow__isnull", False),
                                        ("renewal_days__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="policy_default_is_complete",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("loan_days", None),
                                    models.Q(("loan_days__gte", 1), ("loan_days__lte", 3650)),
                                    _connector="OR",
                                ),
                                name="policy_loan_days",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("renewal_days", None),
                                    models.Q(("renewal_days__gte", 1), ("renewal_days__lte", 3650)),
                                    _connector="OR",
                                ),
                                name="policy_renewal_days",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockTake",
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
                        ("name", models.CharField(max_length=80)),
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
                        ("shelf", models.CharField(blank=True, default="", max_length=60)),
                        ("first", models.CharField(blank=True, default="", max_length=60)),
                        ("last", models.CharField(blank=True, default="", max_length=60)),
                        ("first_key", models.CharField(blank=True, default="", max_length=440)),
                        ("last_key", models.CharField(blank=True, default="", max_length=440)),
                        ("checks_order", models.BooleanField(default=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("paused", "Paused"),
                                    ("closed", "Closed"),
                                ],
                                default="open",
                                max_length=10,
                            ),
                        ),
                        ("expected", models.PositiveIntegerField()),
                        ("started_at", models.DateTimeField()),
                        ("paused_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("totals", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["library", "started_at"], name="stock_take_newest")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="stock_take_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "branch", name="stock_take_branch_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="stock_take_public_id_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True),
                                name="stock_take_has_a_name",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_at", None), ("paused_at", None), ("state", "open")
                                    ),
                                    models.Q(
                                        ("closed_at", None),
                                        ("paused_at__isnull", False),
                                        ("state", "paused"),
                                    ),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("paused_at", None),
                                        ("state", "closed"),
                                    ),
                                    _connector="OR",
                                ),
                                name="stock_take_state_is_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockLine",
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
                            "stock_take",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="circulation.stocktake",
                            ),
                        ),
                        (
                            "copy",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="catalog.copy",
                            ),
                        ),
                        ("barcode", models.CharField(blank=True, default="", max_length=60)),
                        ("is_expected", models.BooleanField()),
                        ("place", models.CharField(blank=True, default="", max_length=60)),
                        ("call_key", models.CharField(blank=True, default="", max_length=440)),
                        ("seen_at", models.DateTimeField(null=True)),
                        (
                            "seen_by",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.staff",
                            ),
                        ),
                        (
                            "seen_branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        ("seen_shelf", models.CharField(blank=True, default="", max_length=60)),
                        ("scanner", models.CharField(blank=True, default="", max_length=20)),
                        ("findings", models.JSONField(default=list)),
                        ("is_odd", models.BooleanField(default=False)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("settled_how", models.CharField(blank=True, default="", max_length=20)),
                        ("settled", models.JSONField(default=dict)),
                        ("was_standing", models.CharField(blank=True, default="", max_length=10)),
                        ("verdict", models.CharField(blank=True, default="", max_length=12)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["library", "stock_take", "place", "call_key", "id"],
                                name="stock_line_in_order",
                            ),
                            models.Index(
                                condition=models.Q(("seen_at__isnull", False)),
                                fields=["library", "stock_take", "seen_at"],
                                name="stock_line_seen",
                            ),
                            models.Index(
                                condition=models.Q(("is_odd", True)),
                                fields=["library", "stock_take", "settled_at"],
                                name="stock_line_odd",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="stock_line_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "stock_take", name="stock_line_take_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "copy", name="stock_line_copy_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "seen_by", name="stock_line_staff_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "seen_branch", name="stock_line_branch_same_library"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("copy__isnull", False)),
                                fields=("library", "stock_take", "copy"),
                                name="stock_line_copy_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("copy", None)),
                                fields=("library", "stock_take", "barcode"),
                                name="stock_line_barcode_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("barcode", ""), ("copy__isnull", False)),
                                    models.Q(
                                        ("copy", None),
                                        ("is_expected", False),
                                        ("seen_at__isnull", False),
                                        models.Q(("barcode", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="stock_line_names_one_thing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_expected", True),
                                    ("seen_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="stock_line_expected_or_seen",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Manifest",
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
                        ("number", models.PositiveBigIntegerField()),
                        (
                            "from_branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        (
                            "to_branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="manifest_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "from_branch", name="manifest_from_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "to_branch", name="manifest_to_branch_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "number"), name="manifest_number_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Transit",
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
                            "copy",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.copy",
                            ),
                        ),
                        (
                            "from_branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        (
                            "to_branch",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="libraries.branch",
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                choices=[
                                    ("home", "Home"),
                                    ("hold", "Hold"),
                                    ("request", "Request"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "hold",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.hold",
                            ),
                        ),
                        (
                            "manifest",
                            jieyue.kit.models.InnerKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="circulation.manifest",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ending",
                            models.CharField(
                                choices=[
                                    ("arrived", "Arrived"),
                                    ("cancelled", "Cancelled"),
                                    ("elsewhere", "Elsewhere"),
                                ],
                                max_length=10,
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["library", "to_branch"],
                                name="transit_open_to",
                            ),
                            models.Index(
                                condition=models.Q(("ended_at", None)),
                                fields=["library", "from_branch"],
                                name="transit_open_from",
                            ),
                            models.Index(
                                condition=models.Q(("manifest__isnull", False)),
                                fields=["library", "manifest"],
                                name="transit_on_manifest",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("library", "id"), name="transit_in_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "copy", name="transit_copy_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "from_branch", name="transit_from_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "to_branch", name="transit_to_branch_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "hold", name="transit_hold_same_library"
                            ),
                            jieyue.kit.constraints.SameLibrary(
                                "manifest", name="transit_manifest_same_library"
                            ),
                            models.UniqueConstraint(
                                fields=("library", "public_id"), name="transit_public_id_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("library", "copy"),
                                name="transit_one_open_per_copy",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_branch", models.F("to_branch")), _negated=True
                                ),
                                name="transit_goes_somewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("ending", None)),
                                    models.Q(
                                        ("ended_at__isnull", False), ("ending__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="transit_ended_says_how",
                            ),
                        ],
                    },
                ),
            ]
        ),
    ]
