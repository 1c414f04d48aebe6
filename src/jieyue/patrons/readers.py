"""Which reader a signed-in account is in the library in scope."""

from dataclasses import dataclass

from jieyue.patrons.models import Patron


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderView:
    """A reader who signed in."""

    id: int
    public_id: str
    name: str


def reader_of_session(account_id: int, patron_id: int | None) -> ReaderView | None:
    """Return the account's reader here: the chosen one of a family, else the only one.

    One statement. None when the account has no reader here, or several and none was chosen.
    """
    rows = Patron.objects.filter(account_id=account_id).order_by("id")
    if patron_id is not None:
        rows = rows.filter(pk=patron_id)
    found = list(rows[:2])
    if len(found) != 1:
        return None
    return ReaderView(id=found[0].pk, public_id=found[0].public_id, name=found[0].name)
