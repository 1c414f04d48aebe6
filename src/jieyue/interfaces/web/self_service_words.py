"""What stands against borrowing and returning without staff, in plain words."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.web.saying import Facts, Said, Words, figure, plain


def _limit(facts: Facts) -> Said:
    limit = figure(facts, "limit")
    text = ngettext(
        "Without staff, %(limit)s book a visit can be borrowed.",
        "Without staff, %(limit)s books a visit can be borrowed.",
        limit,
    ) % {"limit": limit}
    return text, _("Lend it at the desk."), _("Please borrow this one at the desk.")


WORDS: Final[Words] = {
    Reason.NOT_HERE: lambda _f: plain(
        _("We do not know yet that you are in the library."),
        _("The reader scans the code at the door, or borrows at the desk."),
        _("Scan the code on the screen or sign in the library, then the book once more."),
    ),
    Reason.SELF_SERVICE_OFF: lambda _f: plain(
        _("This is not possible here without staff."),
        _("Allow it under Settings → Self-service, or do it at the desk."),
        _("Please take the book to the desk."),
    ),
    Reason.SELF_SERVICE_CLOSED: lambda _f: plain(
        _("It is outside the hours in which you can borrow by yourself."),
        _("The hours are under Settings → Self-service."),
        _("Please leave the book here and come back during those hours."),
    ),
    Reason.SELF_SERVICE_NOT_FOR_CARD: lambda _f: plain(
        _("With this kind of card one borrows at the desk."),
        _("Which cards may is set under Settings → Self-service."),
        _("Please take the book to the desk."),
    ),
    Reason.SELF_SERVICE_LIMIT: _limit,
    Reason.COPY_CODE_NEEDED: lambda _f: plain(
        _("This is the ISBN, which all copies of the book share."),
        _("Scan the library's own barcode or QR code on the book."),
        _("Scan the library's own barcode or QR code on the book."),
    ),
}


def names() -> dict[Reason, str]:
    """Return these reasons in a few words."""
    return {
        Reason.NOT_HERE: _("not in the library"),
        Reason.SELF_SERVICE_OFF: _("not without staff"),
        Reason.SELF_SERVICE_CLOSED: _("outside the hours"),
        Reason.SELF_SERVICE_NOT_FOR_CARD: _("not with this card"),
        Reason.SELF_SERVICE_LIMIT: _("limit of a visit"),
        Reason.COPY_CODE_NEEDED: _("an ISBN, no copy's code"),
    }
