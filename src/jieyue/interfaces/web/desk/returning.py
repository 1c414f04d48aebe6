"""How the desk takes books back: out of the book drop, with an amnesty."""

from dataclasses import dataclass

from jieyue.circulation.queries.returns import book_drop
from jieyue.circulation.rules.desk_steps import RETURNING, Mode
from jieyue.interfaces.web.desk.state import MAX_REASON, State
from jieyue.interfaces.web.saying import moment_words
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """How the mode takes books back: as of `closed`, forgiving lateness for `amnesty`.

    `may_forgive`: whoever is here may begin an amnesty. `off` is the query without one.
    """

    closed: str
    amnesty: str
    may_forgive: bool
    off: str
    longest: int = MAX_REASON


def returning_of(desk: Desk, state: State) -> Returning | None:
    """Say how books are taken back; None in the other modes. One statement in book drop mode."""
    if state.mode not in RETURNING:
        return None
    closed = moment_words(book_drop(desk), desk.zone) if state.mode is Mode.DROP else ""
    off = State(mode=state.mode, reader=state.reader).query()
    may_forgive = desk.may(Permission.AMNESTY)
    return Returning(
        closed=closed,
        amnesty=state.amnesty if may_forgive else "",
        may_forgive=may_forgive,
        off=f"?{off}" if off else "",
    )
