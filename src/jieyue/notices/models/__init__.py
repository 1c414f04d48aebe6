"""What readers are told, and by which way it reached them."""

from jieyue.notices.models.deliveries import Delivery, DeliveryNotice
from jieyue.notices.models.notices import Notice
from jieyue.notices.models.paper import ClassSheet, ClassSheetLine
from jieyue.notices.models.reaching import (
    DeadAddress,
    PushSubscription,
    WechatConsent,
    WechatToken,
)
from jieyue.notices.models.settings import NoticePreference, NoticeSettings, NoticeTemplate
from jieyue.notices.models.teachers import TeacherDigest, TeacherWish

__all__ = [
    "ClassSheet",
    "ClassSheetLine",
    "DeadAddress",
    "Delivery",
    "DeliveryNotice",
    "Notice",
    "NoticePreference",
    "NoticeSettings",
    "NoticeTemplate",
    "PushSubscription",
    "TeacherDigest",
    "TeacherWish",
    "WechatConsent",
    "WechatToken",
]
