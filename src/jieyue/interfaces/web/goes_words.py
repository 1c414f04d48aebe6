"""Where a copy in one's hands goes now, in words: at the desk and on the page of transits."""

from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.circulation.actions.effects.capture import Goes
from jieyue.circulation.queries.transits import hold_code
from jieyue.interfaces.web.saying import day_words
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


def slip_address(desk: Desk, transit: str) -> str:
    """Return where the slip to lay into a copy that travels is printed; empty without one."""
    if not transit or not desk.may(Permission.TRANSIT):
        return ""
    return f"{reverse('transits:slips', args=[desk.slug])}?transit={transit}"


def goes_icon(goes: Goes) -> str:
    """Return the picture that goes with the words."""
    return {"branch": "package", "hold_shelf": "bookmark"}.get(goes.to, "library")


def goes_words(goes: Goes) -> str:
    """Say where to put it; empty for the shelf it always stands on."""
    if goes.to == "branch" and goes.hold:
        return _("Put it into the box for %(branch)s: a reader waits for it there.") % {
            "branch": goes.branch_name
        }
    if goes.to == "branch":
        return _("Put it into the box for %(branch)s.") % {"branch": goes.branch_name}
    if goes.to == "hold_shelf":
        until = day_words(goes.fetch_by) if goes.fetch_by else ""
        return _("Put it on the hold shelf: a reader fetches it by %(day)s (%(code)s).") % {
            "day": until,
            "code": hold_code(goes.hold),
        }
    if goes.stays:
        return _("It stays here: from now on it belongs to this branch.")
    return ""
