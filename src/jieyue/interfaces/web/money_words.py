"""Charges and fines in plain words: what for, and how the figure came about, step by step."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from jieyue.circulation.rules.fines import Fine, Step
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
    "damaged_book": lazy("Book damaged"),
    "replacement": lazy("Replaced by another copy"),
    "found": lazy("Book found"),
    "never_lent": lazy("Was never borrowed"),
    "undone": lazy("The return was undone"),
    "waited": lazy("Waited out instead of paid"),
    "deposit": lazy("Deposit"),
    "from_deposit": lazy("Out of the deposit"),
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


def fine_words(fine: Fine) -> list[str]:
    """Return how a fine came about, a sentence for each step, in the order of the calculation."""
    return [_step(step, fine) for step in fine.steps]


def _step(step: Step, fine: Fine) -> str:
    facts: dict[str, Any] = {
        "n": step.by,
        "left": step.figure,
        "sum": yuan(step.figure),
        "rate": yuan(step.by),
        "name": step.name,
        "units": fine.units,
    }
    words = _HOURS if fine.facts.is_hourly else _DAYS
    text = words.get(step.what) or _MONEY[step.what]
    if step.what == "closed" and step.name:
        text = _CLOSED_NAMED
    return str(text) % facts


_DAYS: Final = {
    "late": lazy("%(left)s days after the due date."),
    "closed": lazy("%(n)s of these days do not count: the library was closed."),
    "vacation": lazy("%(n)s of these days do not count: %(name)s."),
    "grace": lazy("%(n)s of these days are free."),
    "money": lazy("¥%(rate)s for each of %(units)s days: ¥%(sum)s."),
}
_HOURS: Final = {
    "late": lazy("%(left)s hours after the due time, each one begun."),
    "closed": lazy("%(n)s of these hours do not count: the library was closed."),
    "vacation": lazy("%(n)s of these hours do not count: %(name)s."),
    "grace": lazy("%(n)s of these hours are free."),
    "money": lazy("¥%(rate)s for each of %(units)s hours: ¥%(sum)s."),
}
_CLOSED_NAMED: Final = lazy("%(n)s of these do not count: the library was closed (%(name)s).")
_MONEY: Final = {
    "max_fine": lazy("Never more than ¥%(rate)s for one book: ¥%(sum)s."),
    "price": lazy("Never more than the book's price, ¥%(rate)s: ¥%(sum)s."),
    "reader": lazy("Never more than ¥%(rate)s unpaid for one reader: ¥%(sum)s."),
    "days": lazy("%(n)s days without borrowing for each day late: %(left)s days."),
    "max_days": lazy("Never more than %(n)s days without borrowing."),
}
