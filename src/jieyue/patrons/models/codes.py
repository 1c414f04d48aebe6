"""One-time codes: proof that somebody reads what is sent to a phone number or an e-mail address."""

from typing import ClassVar

from django.db import models

from jieyue.kit.constraints import Known
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import LibraryOwned, anchor


class OneTimeCode(LibraryOwned):
    """A code (验证码) that one browser asked for. Kept a day after it is over, for the limits.

    `code` is there until it is sent, `address` until the code is used or over; then both are empty.
    """

    class Purpose(models.TextChoices):
        """What it proves somebody for. Stored: never rename one."""

        SIGN_IN = "sign_in"
        APPLY = "apply"
        GUARDIAN = "guardian"
        CHANGE_ADDRESS = "change_address"
        RESET = "reset"  # a forgotten PIN or password
        CHANGED = "changed"  # no code: word to an address that was changed to another
        PASSKEY = "passkey"  # no code: word that a passkey was made

    class Way(models.TextChoices):
        """How it is sent: the kind of gateway."""

        SMS = "sms"
        EMAIL = "email"

    class State(models.TextChoices):
        """What became of the message."""

        ASKED = "asked"  # being judged
        WAITING = "waiting"  # promised
        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"  # no reader has this address: nothing is sent

    public_id = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    way = models.CharField(max_length=10, choices=Way.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    address = EncryptedField(default="", blank=True)
    address_hash = models.CharField(max_length=64)
    code = EncryptedField(default="", blank=True)
    code_hash = models.CharField(max_length=64)
    asker_hash = models.CharField(max_length=64)  # of the network address that asked
    link = models.CharField(max_length=300, default="", blank=True)  # without the code
    language = models.CharField(max_length=10, default="", blank=True)  # of the page
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=60, default="", blank=True)  # a channel's code
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            anchor("one_time_code"),
            Known("library", name="one_time_code_library_known"),
            models.UniqueConstraint(
                fields=["library", "public_id"], name="one_time_code_public_id_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["library", "address_hash", "created_at"], name="code_of_address"),
            models.Index(fields=["library", "asker_hash", "created_at"], name="code_of_asker"),
            models.Index(fields=["library", "created_at"], name="code_of_day"),
        ]
