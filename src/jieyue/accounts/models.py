"""People who sign in, across libraries."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

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
    """A failed sign-in, kept a day, so that guessing gets slow. The name tried is hashed."""

    who_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["who_hash", "at"], name="attempt_who_at")]
