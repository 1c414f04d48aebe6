"""The lending rules in sentences that need no explaining."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from jieyue.circulation.queries.public_rules import PublicRules
from jieyue.circulation.rules.policies import Terms
from jieyue.kit.money import yuan

CLOSED_DAYS: Final = {
    "next_open": lazy("If we are closed on the last day, the next open day is in time."),
    "previous_open": lazy("If we are closed on the last day, the open day before it is the last."),
}
NO_LIMIT: Final = 999


def sentences(rules: PublicRules) -> list[tuple[str, str]]:
    """Return (icon, sentence) of what a reader with the card may do, the most asked first."""
    terms = rules.terms
    if not terms.may_borrow:
        return [("book-open", _("You read in the library; nothing is lent with this card."))]
    said = [("book-open", _borrowing(terms))]
    said += [("tag", _other(name, one)) for name, one in rules.others]
    if terms.closed_days in CLOSED_DAYS:
        said.append(("calendar", str(CLOSED_DAYS[terms.closed_days])))
    said += [("refresh-cw", _renewing(terms)), ("bookmark", _reserving(terms))]
    said += [("clock", line) for line in _late(terms)]
    said.append(("triangle-alert", _lost(terms)))
    if terms.needs_deposit:
        said.append(("wallet", _("A deposit is needed. You get it back when you leave.")))
    return said + [("id-card", line) for line in _card(rules)]


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def _borrowing(terms: Terms) -> str:
    if terms.loan_hours:
        return ngettext(
            "%(n)s book at once, for %(h)s hours.", "%(n)s books at once, for %(h)s hours.",
            terms.max_loans,
        ) % {"n": terms.max_loans, "h": terms.loan_hours}  # fmt: skip
    return ngettext(
        "%(n)s book at once, for %(days)s.", "%(n)s books at once, each for %(days)s.",
        terms.max_loans,
    ) % {"n": terms.max_loans, "days": _days(terms.loan_days)}  # fmt: skip


def _other(name: str, terms: Terms) -> str:
    if not terms.may_borrow:
        return _("%(kind)s: to read in the library.") % {"kind": name}
    if terms.loan_hours:
        return _("%(kind)s: for %(h)s hours.") % {"kind": name, "h": terms.loan_hours}
    days = {"kind": name, "days": _days(terms.loan_days)}
    if not terms.max_renewals:
        return _("%(kind)s: for %(days)s, not renewed.") % days
    return _("%(kind)s: for %(days)s.") % days


def _renewing(terms: Terms) -> str:
    if not terms.max_renewals:
        return _("Loans cannot be renewed.")
    said = ngettext(
        "You can renew %(n)s time, for %(days)s, unless somebody else waits for the book.",
        "You can renew %(n)s times, for %(days)s each, unless somebody else waits for the book.",
        terms.max_renewals,
    )
    return said % {"n": terms.max_renewals, "days": _days(terms.renewal_days)}


def _reserving(terms: Terms) -> str:
    if not terms.max_holds:
        return _("Books cannot be reserved with this card.")
    said = ngettext(
        "You can reserve %(n)s book. We keep it for you for %(days)s open days.",
        "You can reserve %(n)s books. We keep each for you for %(days)s open days.",
        terms.max_holds,
    )
    return said % {"n": terms.max_holds, "days": terms.hold_days}


def _late(terms: Terms) -> list[str]:
    how, said = terms.settled_by, []
    if how in ("money", "either") and terms.fine_cents:
        said.append(_("Late: ¥%(money)s for each day.") % {"money": yuan(terms.fine_cents)})
    if how in ("days", "either"):
        days = _days(terms.suspension_days)
        said.append(_("Late: no new loans for %(days)s for each day.") % {"days": days})
    if how == "either":
        said.append(_("You choose which of the two."))
    if how != "nothing" and terms.fine_grace:
        said.append(_("The first %(days)s are forgiven.") % {"days": _days(terms.fine_grace)})
    if how == "nothing":
        said.append(_("Being late costs nothing, but others are waiting."))
    if terms.max_overdue == 0:
        said.append(_("While a book is late, no others are lent."))
    elif terms.max_overdue < NO_LIMIT:
        text = ngettext(
            "With more than %(n)s late book no others are lent.",
            "With more than %(n)s late books no others are lent.",
            terms.max_overdue,
        )
        said.append(text % {"n": terms.max_overdue})
    return said


def _lost(terms: Terms) -> str:
    if not terms.lost_percent and not terms.lost_fee_cents:
        return _("Lost a book? Tell us; we find a way.")
    if terms.lost_percent == 100:
        return _("Lost a book? You replace it by the same book, or pay its price.")
    return _("Lost a book? You replace it by the same book, or pay %(n)s%% of its price.") % {
        "n": terms.lost_percent
    }


def _card(rules: PublicRules) -> list[str]:
    said = []
    if rules.valid_months and rules.valid_months % 12 == 0:
        years = rules.valid_months // 12
        text = ngettext("Valid for %(n)s year.", "Valid for %(n)s years.", years)
        said.append(text % {"n": years})
    elif rules.valid_months:
        text = ngettext("Valid for %(n)s month.", "Valid for %(n)s months.", rules.valid_months)
        said.append(text % {"n": rules.valid_months})
    if rules.yearly_fee_cents:
        said.append(_("¥%(money)s a year.") % {"money": yuan(rules.yearly_fee_cents)})
    return said
