"""Filters that put charges and fines into words (`money_words.py`, `why/words.py`)."""

from django import template

from jieyue.interfaces.web import money_words
from jieyue.interfaces.web.why.words import fine_lines

register = template.Library()
register.filter("reason_of", money_words.reason_of)
register.filter("method_of", money_words.method_of)
register.filter("fine_lines", fine_lines)


@register.filter
def line_kind(kind: str) -> str:
    """Return what a line of the account is."""
    return str(money_words.LINE_KINDS.get(kind, kind))


@register.simple_tag
def fine_sum(cents: int, days: int) -> str:
    """Return a fine in a few words."""
    return money_words.fine_sum(cents, days)
