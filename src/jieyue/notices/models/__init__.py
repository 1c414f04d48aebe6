"""What readers are told, and by which way it reached them."""

from jieyue.notices.models.deliveries import Delivery, DeliveryNotice
from jieyue.notices.models.notices import Notice
from jieyue.notices.models.settings import NoticePreference, NoticeSettings, NoticeTemplate

__all__ = [
    "Delivery",
    "DeliveryNotice",
    "Notice",
    "NoticePreference",
    "NoticeSettings",
    "NoticeTemplate",
]
