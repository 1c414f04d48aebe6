"""What being late cost, in the desk's words."""

from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.circulation.actions.checkin import Returned
from jieyue.interfaces.web.saying import day_words
from jieyue.kit.money import yuan
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


def late_words(result: Returned) -> list[str]:
    """Return what the lateness of a return cost: money, days, either, or nothing this time."""
    money = {"sum": yuan(result.fine_cents)}
    if result.is_forgiven:
        if result.fine_cents:
            return [_("Forgiven: ¥%(sum)s would have been charged.") % money]
        return [_("Forgiven: nothing is charged.")]
    if result.suspended_until is None:
        return [_("¥%(sum)s charged for it.") % money] if result.fine_cents else []
    until = {"until": day_words(result.suspended_until)}
    if result.fine_cents:
        return [_("¥%(sum)s charged for it; or no borrowing until %(until)s.") % (money | until)]
    return [_("No borrowing until %(until)s for it.") % until]


def account_address(desk: Desk, result: Returned) -> str:
    """Return where it is paid; empty if nothing is, or whoever is at the desk takes no money."""
    if not result.fine_cents or result.is_forgiven or not desk.may(Permission.FEES):
        return ""
    address = reverse("patrons:account", args=[desk.slug, result.patron])
    return f"{address}?do=payments"
