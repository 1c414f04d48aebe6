"""Tenants, their branches, calendars and staff."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jieyue.accounts.models import Account
from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned, anchor
from jieyue.libraries.rules.permissions import Permission


class Library(models.Model):
    """A tenant: one reading room, school, company or city with all its branches."""

    class Kind(models.TextChoices):
        """What the wizard asks; it fills in the first rules."""

        PRIMARY = "primary"
        SECONDARY = "secondary"
        COMPANY = "company"
        COMMUNITY = "community"
        PUBLIC = "public"
        FAMILY = "family"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    contact_name = models.CharField(max_length=100, default="", blank=True)
    contact_phone = EncryptedField(default="", blank=True)
    address = models.CharField(max_length=300, default="", blank=True)
    # Bumped by every action that changes a lending rule or a calendar; caches go by it.
    rules_version = models.PositiveBigIntegerField(default=1)
    # The sandbox of another library: same rules, made-up readers, thrown away after practice.
    practice_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="practices"
    )
    lock_minutes = models.PositiveSmallIntegerField(default=10)  # 0: staff pages never lock
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="library_has_a_name"),
        ]


class Branch(LibraryOwned):
    """A place that lends."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=300, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    is_open = models.BooleanField(default=True)  # False: closed for good, kept for its history
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("branch"),
            Known("library", name="branch_library_known"),
            models.UniqueConstraint(fields=["library", "code"], name="branch_code_once"),
            models.UniqueConstraint(fields=["library", "name"], name="branch_name_once"),
        ]


class OpeningHours(LibraryOwned):
    """Hours of one weekday at a branch, in the library's time zone. No row: closed that day."""

    branch = InnerKey(Branch)
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    opens_at_time = models.TimeField()
    closes_at_time = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="hours_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "branch", "weekday", "opens_at_time"], name="hours_once"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday"),
            models.CheckConstraint(
                condition=Q(closes_at_time__gt=F("opens_at_time")), name="hours_close_after_open"
            ),
        ]


class SpecialDays(LibraryOwned):
    """Days that differ from the week: closed (节假日) or open by exception (调休)."""

    branch = InnerKey(Branch, null=True)  # null: the whole library
    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()  # inclusive
    is_closed = models.BooleanField(default=True)
    is_sudden = models.BooleanField(db_default=False)  # 临时闭馆: beats open by exception

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="special_days_branch_same_library"),
            Known("library", name="special_days_library_known"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="special_days_end_after_start"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["library", "ends_on"], name="special_days_ends")]


class Role(LibraryOwned):
    """A named set of rights; the library edits them."""

    code = models.CharField(max_length=20)  # owner, librarian, helper, or the library's own
    name = models.CharField(max_length=50)
    permissions = models.JSONField(default=list)  # of Permission values

    class Meta:
        constraints: ClassVar = [
            anchor("role"),
            Known("library", name="role_library_known"),
            models.UniqueConstraint(fields=["library", "code"], name="role_code_once"),
        ]

    def granted(self) -> frozenset[Permission]:
        """Return the rights, leaving out names that a later version no longer knows.

        Whoever lends at the desk lends to classes as well.
        """
        known = {permission.value for permission in Permission}
        found = frozenset(Permission(name) for name in self.permissions if name in known)
        return found | {Permission.CLASSES} if Permission.CHECKOUT in found else found


class Staff(LibraryOwned):
    """A person who works at this library."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, db_constraint=False, db_index=True, related_name="+"
    )
    role = InnerKey(Role)
    name = models.CharField(max_length=100)
    pin = models.CharField(max_length=128, default="", blank=True)  # a password hash
    pin_failures = models.PositiveSmallIntegerField(default=0)
    all_branches = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            anchor("staff"),
            Known("library", name="staff_library_known"),
            Known("account", name="staff_account_known"),
            SameLibrary("role", name="staff_role_same_library"),
            models.UniqueConstraint(fields=["library", "account"], name="staff_once"),
        ]


class StaffBranch(LibraryOwned):
    """A branch that a person without `all_branches` may work at."""

    staff = InnerKey(Staff)
    branch = InnerKey(Branch)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("staff", name="staff_branch_staff_same_library"),
            SameLibrary("branch", name="staff_branch_branch_same_library"),
            models.UniqueConstraint(
                fields=["library", "staff", "branch"], name="staff_branch_once"
            ),
        ]


class ApiToken(LibraryOwned):
    """A key for another program, bound to this library, a branch and a set of rights.

    `all_branches`: it may also do what holds at every branch, as long as its maker may.
    """

    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64)  # SHA-256 of 32 random bytes
    branch = InnerKey(Branch)
    permissions = models.JSONField(default=list)
    all_branches = models.BooleanField(db_default=False)
    created_by = InnerKey(Staff, null=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("branch", name="api_token_branch_same_library"),
            SameLibrary("created_by", name="api_token_created_by_same_library"),
        ]
        # Signing in looks the token up before the library is known (listed in the wall tests).
        indexes: ClassVar = [models.Index(fields=["secret_hash"], name="api_token_secret")]


class Counter(LibraryOwned):
    """The next number of one of the library's own ranges; its row is locked while taken."""

    name = models.CharField(max_length=20)  # copy, card, accession, call_number
    next_value = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="counter_library_known"),
            models.UniqueConstraint(fields=["library", "name"], name="counter_once"),
        ]


class IdempotencyKey(LibraryOwned):
    """A request that changes something, by the key its caller gave it, with its answer."""

    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of action and input
    outcome = models.TextField(null=True)  # JSON; written in the same transaction
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["library", "caller", "key"], name="idempotency_key_once"
            ),
        ]


class Gateway(LibraryOwned):
    """An outside service a library reaches its readers through (通知通道), one of each kind.

    `settings` is JSON of what the provider needs, secrets included, so it is encrypted whole.
    Without a row of its own a library uses the installation's, where that has one.
    """

    class Kind(models.TextChoices):
        """What it carries. Stored: never rename one."""

        EMAIL = "email"
        SMS = "sms"
        WECHAT = "wechat"  # sign-in and subscription messages of one WeChat account

    kind = models.CharField(max_length=10, choices=Kind.choices)
    provider = models.CharField(max_length=20)  # smtp, http, aliyun, tencent, official_account …
    settings = EncryptedField(default="{}")
    is_active = models.BooleanField(default=True)
    cost_cents = models.PositiveIntegerField(default=0)  # of one message
    daily_limit = models.PositiveIntegerField(null=True, blank=True)  # messages; null: none
    monthly_cents = models.PositiveIntegerField(null=True, blank=True)  # budget; null: none

    class Meta:
        constraints: ClassVar = [
            anchor("gateway"),
            Known("library", name="gateway_library_known"),
            models.UniqueConstraint(fields=["library", "kind"], name="gateway_one_of_a_kind"),
        ]
