"""Why not, of copies and boxes on their way between branches."""

from typing import Final

from django.utils.translation import gettext as _

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import Said, Words


def _at_desk(text: str, for_staff: str) -> Said:
    return text, for_staff, _("Please ask at the desk.")


WORDS: Final[Words] = {
    Reason.BRANCH_UNKNOWN: lambda _f: _at_desk(
        _("There is no such branch."), _("Choose a branch.")
    ),
    Reason.TRANSIT_UNKNOWN: lambda _f: _at_desk(
        _("Nothing of that kind is on its way."), _("Reload the page.")
    ),
    Reason.MANIFEST_UNKNOWN: lambda _f: _at_desk(
        _("There is no manifest with this number."), _("Look at the number on the paper.")
    ),
    Reason.BRANCH_CLOSED: lambda _f: _at_desk(
        _("This branch is closed for good."), _("Choose another branch.")
    ),
    Reason.OTHER_BRANCH: lambda _f: _at_desk(
        _("This belongs to another branch."), _("Switch to that branch, or ask a colleague there.")
    ),
    Reason.TRANSIT_ENDED: lambda _f: _at_desk(
        _("It is not on its way any more."), _("Reload the page.")
    ),
    Reason.MANIFEST_SENT: lambda _f: _at_desk(
        _("This box has left already."), _("Reload the page.")
    ),
    Reason.NOTHING_TO_SEND: lambda _f: _at_desk(
        _("Nothing lies ready for this branch."), _("Scan what is to go there first.")
    ),
    Reason.COPY_IS_HERE: lambda _f: _at_desk(
        _("It is at this branch already."), _("Choose another branch.")
    ),
    Reason.COPY_IN_TRANSIT: lambda _f: _at_desk(
        _("It lies in a box for another branch already."),
        _("Take it out of that box on this page first."),
    ),
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.BRANCH_UNKNOWN: _("unknown branch"),
        Reason.TRANSIT_UNKNOWN: _("not on its way"),
        Reason.MANIFEST_UNKNOWN: _("unknown manifest"),
        Reason.BRANCH_CLOSED: _("branch closed"),
        Reason.OTHER_BRANCH: _("another branch"),
        Reason.TRANSIT_ENDED: _("not on its way any more"),
        Reason.MANIFEST_SENT: _("has left already"),
        Reason.NOTHING_TO_SEND: _("nothing to send"),
        Reason.COPY_IS_HERE: _("is here already"),
        Reason.COPY_IN_TRANSIT: _("in a box already"),
    }
