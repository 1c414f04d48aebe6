"""What the desk says of a book that counted as lost and is back, and of one that is damaged."""

from django.urls import reverse
from django.utils.translation import gettext as _

from jieyue.circulation.actions.effects.found import Found
from jieyue.kit.money import yuan
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


def found_words(found: Found | None) -> list[str]:
    """Return what became of the loss; nothing for a book that was not lost."""
    if found is None:
        return []
    words = []
    if found.waived_cents:
        text = _("The charge for the loss is let off: ¥%(cents)s.")
        words.append(text % {"cents": yuan(found.waived_cents)})
    if found.refund_cents:
        text = _("¥%(cents)s was paid for the loss: give it back to the reader.")
        words.append(text % {"cents": yuan(found.refund_cents)})
    if found.is_replaced:
        words.append(_("The reader brought another copy for it; nothing is due back."))
    return words


def loss_address(desk: Desk, loan: str) -> str:
    """Return where damage of a returned book is written down; empty without the right."""
    if not desk.may(Permission.FEES) or not desk.may(Permission.PATRON_VIEW):
        return ""
    return reverse("losses:case", args=[desk.slug, loan])
