"""People who sign in, across libraries."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from jieyue.kit.constraints import Known
from jieyue.kit.encryption import EncryptedField


class AccountManager(BaseUserManager["Account"]):
    """Finds an account by its sign-in name."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account of a sign-in name in any case. Raises Account.DoesNotExist."""
        return self.get(login=(username or "").casefold())


class Account(AbstractBaseUser):
    """A login. What it may do where is said by `libraries.Staff` and `patrons.Patron` rows."""

    # Readers who sign in with their card or phone have no sign-in name of their own.
    login = models.CharField(max_length=150, unique=True, null=True, blank=True)
    name = models.CharField(max_length=100)
    phone = EncryptedField(default="", blank=True)
    phone_hash = models.CharField(max_length=64, default="", blank=True, db_index=True)
    email = EncryptedField(default="", blank=True)
    email_hash = models.CharField(max_length=64, default="", blank=True, db_index=True)
    language = models.CharField(max_length=10, default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()


class SignInAttempt(models.Model):
    """A failed sign-in, kept a day, so that guessing gets slow. The name tried is hashed.

    Also what strangers do within limits (counting.py).
    """

    who_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["who_hash", "at"], name="attempt_who_at")]


class SignIn(models.Model):
    """A browser in which an account is signed in. Deleting the row ends that session at once.

    Its public id stands in Django's session; nothing here opens one.
    """

    class How(models.TextChoices):
        """What was proved. Stored: never rename one."""

        PASSWORD = "password"
        CODE = "code"
        PASSKEY = "passkey"
        WECHAT = "wechat"
        PIN = "pin"  # a colleague went on at a shared computer

    public_id = models.CharField(max_length=20, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    how = models.CharField(max_length=10, choices=How.choices)
    device = models.CharField(max_length=40)  # "chrome windows", see rules/devices.py
    network = models.CharField(max_length=45)  # shortened: 203.0.113.*
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()  # to within ten minutes

    class Meta:
        constraints: ClassVar = [Known("account", name="sign_in_account_known")]
        indexes: ClassVar = [models.Index(fields=["last_used_at"], name="sign_in_used")]


class Passkey(models.Model):
    """A key kept in somebody's phone or computer that signs them in (通行密钥)."""

    public_id = models.CharField(max_length=12, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    name = models.CharField(max_length=60)
    host = models.CharField(max_length=253)  # the relying party: good for this name only
    credential = models.CharField(max_length=1400, unique=True)  # base64url
    public_key = models.BinaryField()  # COSE
    sign_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [Known("account", name="passkey_account_known")]


class WechatIdentity(models.Model):
    """Somebody's WeChat, known to one WeChat app by its openid. A family's may be several's."""

    public_id = models.CharField(max_length=12, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    app_id = models.CharField(max_length=40)
    openid = EncryptedField()
    openid_hash = models.CharField(max_length=64)
    unionid = EncryptedField(default="", blank=True)  # the same in all apps of one owner
    unionid_hash = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            Known("account", name="wechat_identity_account_known"),
            models.UniqueConstraint(
                fields=["app_id", "openid_hash", "account"], name="wechat_identity_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unionid_hash"], name="wechat_unionid")]
