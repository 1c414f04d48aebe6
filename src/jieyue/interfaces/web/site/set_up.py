"""What a library of a kind starts with, in words for the wizard's last step."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.libraries.rules.holidays import public_holidays
from jieyue.libraries.rules.kinds import STARTS, WORKDAYS, CardStart, KindStart


def set_up_words(kind: str, time_zone: str, now: datetime) -> dict[str, Any]:
    """Return what is set up, as plain values for the page."""
    start = STARTS[kind]
    holidays = []
    if start.closes_on_holidays:
        holidays = public_holidays(now.astimezone(ZoneInfo(time_zone)).date())
    return {
        "branch": start.branch_name,
        "hours": _hours(start),
        "cards": [{"name": card.name, "terms": _terms(start, card)} for card in start.cards],
        "items": [item.name for item in start.items],
        "roles": [start.owner, start.librarian, start.helper],
        "holidays": [{"name": span.name, "starts_on": span.starts_on} for span in holidays],
    }


def _hours(start: KindStart) -> str:
    if not start.weekdays:
        return _("always open")
    hours = {
        "opens": start.opens_at.strftime("%H:%M"), "closes": start.closes_at.strftime("%H:%M"),
    }  # fmt: skip
    if start.weekdays == WORKDAYS:
        return _("Monday to Friday %(opens)s–%(closes)s") % hours
    return _("Tuesday to Sunday %(opens)s–%(closes)s") % hours


def _terms(start: KindStart, card: CardStart) -> str:
    """Return how many books for how long; a card's own rule goes before the default."""
    own = next((rule.terms for rule in start.rules if rule.card == card.code), {})
    terms = start.default | own
    loans, length = terms["max_loans"], terms["loan_days"]
    books = ngettext("up to %(n)s book", "up to %(n)s books", loans) % {"n": loans}
    days = ngettext("%(n)s day", "%(n)s days", length) % {"n": length}
    return _("%(books)s for %(days)s") % {"books": books, "days": days}
