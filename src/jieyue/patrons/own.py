"""What readers change of their own record."""

from jieyue.kit.encryption import keyed_hash
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import ForbiddenError, action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import PatronRefused, PatronSaved, refused, saved
from jieyue.patrons.codes import plain_address, tell_old_address
from jieyue.patrons.models import Card, Patron
from jieyue.patrons.rules.membership import Fault, PatronFault


@action(needs=Permission.OWN_LOANS)
def report_own_card_lost(desk: Desk) -> PatronSaved | PatronRefused:
    """Stop one's own card at once; only staff make it good again."""
    row = _me(desk)
    current = Card.objects.filter(patron=row, ended_at=None).first()
    if current is None:
        return refused(Fault("patron", PatronFault.NO_CARD), patron_id=row.pk)
    if current.lost_at is None:
        Card.objects.filter(pk=current.pk).update(lost_at=desk.now)
    return saved(row)


@action(needs=Permission.OWN_LOANS)
def _change_own_address(
    desk: Desk, *, way: str, address_hash: str, address: str, language: str
) -> PatronSaved:
    row = _me(desk)
    name = {"sms": "phone", "email": "email"}[way]
    old = getattr(row, name)
    setattr(row, name, address)
    setattr(row, f"{name}_hash", address_hash)
    row.save(update_fields=[name, f"{name}_hash"])
    if old and old != address and plain_address(way, old):
        tell_old_address(way=way, address=old, language=language, now=desk.now)
    return saved(row, way=way)


def change_own_address(desk: Desk, *, way: str, address: str, language: str) -> PatronSaved:
    """Change one's phone number ("sms") or e-mail address, which a code has just proved.

    Raises ForbiddenError for anybody but a reader.
    """
    return _change_own_address(
        desk, way=way, address_hash=keyed_hash(address), address=address, language=language
    )


def _me(desk: Desk) -> Patron:
    mine = Patron.objects.filter(pk=desk.patron_id)
    row: Patron | None = lock_one(mine) if desk.patron_id else None
    if row is None:
        raise ForbiddenError(Permission.OWN_LOANS)
    return row
