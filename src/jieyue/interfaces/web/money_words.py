"""Charges, payments and fines in a few words; how a figure came about says `why/words.py`."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from jieyue.kit.money import yuan

METHODS: Final = {
    "cash": lazy("Cash"),
    "wechat": lazy("WeChat Pay"),
    "alipay": lazy("Alipay"),
    "bank": lazy("Bank transfer"),
    "other": lazy("Another way"),
}
LINE_KINDS: Final = {
    "charge": lazy("Fee due"),
    "payment": lazy("Paid off"),
    "waiver": lazy("Let off"),
    "refund": lazy("Given back"),
    "paid_in": lazy("Deposit paid in"),
    "paid_back": lazy("Deposit given back"),
    "kept": lazy("Deposit kept"),
}
REASONS: Final = {
    "yearly_fee": lazy("Yearly fee"),
    "card_replacement": lazy("New card"),
    "late": lazy("Returned late"),
    "lost_book": lazy("Book lost"),
    "replacement": lazy("Replaced by another copy"),
    "found": lazy("Book found"),
    "never_lent": lazy("Was never borrowed"),
    "undone": lazy("The return was undone"),
    "waited": lazy("Waited out instead of paid"),
    "deposit": lazy("Deposit"),
    "from_deposit": lazy("Out of the deposit"),
    "old_system": lazy("From the old system"),
    "import_undone": lazy("The import was undone"),
}


def reason_of(reason: str) -> str:
    """Return a ledger line's reason: what staff wrote, or the words of a code."""
    return str(REASONS.get(reason, reason))


def method_of(method: str) -> str:
    """Return how money changed hands; empty where none did."""
    return str(METHODS.get(method, method))


def fine_sum(fine_cents: int, fine_days: int) -> str:
    """Return a fine in a few words, such as ¥3.20 or 8 days without borrowing; empty for none."""
    parts = []
    if fine_cents:
        parts.append(f"¥{yuan(fine_cents)}")
    if fine_days:
        text = ngettext("%(n)s day without borrowing", "%(n)s days without borrowing", fine_days)
        parts.append(text % {"n": fine_days})
    return _(" or ").join(parts)
