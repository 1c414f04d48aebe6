"""Where readers are reached beyond a phone number and an address, and where no more."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jieyue.kit.constraints import Known, SameLibrary
from jieyue.kit.encryption import EncryptedField
from jieyue.kit.models import InnerKey, LibraryOwned
from jieyue.patrons.models import Patron


class PushSubscription(LibraryOwned):
    """A device that shows a reader's messages (推送). One reader to a device: the last to ask."""

    public_id = models.CharField(max_length=12)
    patron = InnerKey(Patron)
    endpoint = EncryptedField()  # the address of the browser's own push service, a secret
    endpoint_hash = models.CharField(max_length=64)
    keys = EncryptedField()  # JSON: p256dh, auth
    device = models.CharField(max_length=60, default="", blank=True)  # such as: Chrome, Android
    created_at = models.DateTimeField()
    last_ok_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            SameLibrary("patron", name="push_patron_same_library"),
            models.UniqueConstraint(fields=["library", "public_id"], name="push_public_id_once"),
            models.UniqueConstraint(fields=["library", "endpoint_hash"], name="push_device_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["library", "patron"], name="push_of_patron")]


class WechatConsent(LibraryOwned):
    """How many WeChat messages of a template a reader still allows (订阅消息): one for each tap."""

    patron = InnerKey(Patron)
    template_id = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    is_lasting = models.BooleanField(default=False)  # 长期订阅: allowed until taken back
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            SameLibrary("patron", name="wechat_consent_patron_same_library"),
            models.UniqueConstraint(
                fields=["library", "patron", "template_id"], name="wechat_consent_once"
            ),
            models.CheckConstraint(condition=Q(count__gte=0), name="wechat_consent_not_negative"),
        ]


class WechatToken(LibraryOwned):
    """The key to a library's WeChat account, good for two hours and asked for by one at a time."""

    app_id = models.CharField(max_length=40)
    token = EncryptedField(default="")
    expires_at = models.DateTimeField(null=True)
    asking_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="wechat_token_library_known"),
            models.UniqueConstraint(fields=["library", "app_id"], name="wechat_token_once"),
        ]


class DeadAddress(LibraryOwned):
    """An address nothing arrives at any more; by its keyed hash, so a new one is alive."""

    channel = models.CharField(max_length=10)
    address_hash = models.CharField(max_length=64)
    since = models.DateTimeField()
    code = models.CharField(max_length=40, default="", blank=True)
    detail = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            Known("library", name="dead_address_library_known"),
            models.UniqueConstraint(
                fields=["library", "channel", "address_hash"], name="dead_address_once"
            ),
        ]
