"""For whom a reader reserves and borrows: themself, or somebody they act for within the link."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.web import session
from jieyue.interfaces.web.access import LibraryRequest
from jieyue.interfaces.web.words import ReasonWords, to_reader
from jieyue.libraries.desk import Desk
from jieyue.patrons.links import ActingFor, acting_for, desk_for, people_for

# What they say of a reader is what that reader reads, or owes.
READS: Final = frozenset(
    {
        *(Reason.ALREADY_ON_HOLD, Reason.TITLE_ON_LOAN_TO_PATRON),
        Reason.COPY_ON_LOAN_TO_PATRON,
    }
)
OWES: Final = frozenset({Reason.PATRON_OWES_TOO_MUCH, Reason.DEPOSIT_TOO_SMALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class ForWhom:
    """For whom something is done, at which desk; `whom` is None for the reader themself.

    `is_over`: somebody was chosen for whom this reader does not act (any more).
    """

    desk: Desk
    people: tuple[ActingFor, ...]
    whom: ActingFor | None = None
    is_over: bool = False

    @property
    def chosen(self) -> str:
        """The public id of the chosen one, empty for the reader themself."""
        return self.whom.reader if self.whom else ""

    @property
    def hides_titles(self) -> bool:
        """Whether what they read is not for this reader to see."""
        return self.whom is not None and not self.whom.shows_titles

    def bars_reserving(self) -> ReasonWords | None:
        """Say why nothing is reserved here, if that is so."""
        if self.whom is not None and not self.whom.may_reserve:
            return _not_allowed(_("You may not reserve for %(name)s yet."), self.whom)
        return self._over()

    def bars_borrowing(self) -> ReasonWords | None:
        """Say why nothing is borrowed here, if that is so."""
        if self.whom is not None and not self.whom.may_borrow:
            return _not_allowed(_("You may not borrow for %(name)s yet."), self.whom)
        return self._over()

    def words(self, reasons: Iterable[Why]) -> tuple[ReasonWords, ...]:
        """Return reasons in words; without what somebody else reads or owes."""
        return tuple(dict.fromkeys(self._said(why) for why in reasons))

    def _said(self, why: Why) -> ReasonWords:
        whom = self.whom
        if whom is not None and (
            (not whom.shows_titles and why.code in READS)
            or (not whom.may_settle and why.code in OWES)
        ):
            return _private(whom)
        return to_reader(why, self.desk.today)

    def _over(self) -> ReasonWords | None:
        if not self.is_over:
            return None
        return ReasonWords(
            _("You do not act for this reader any more."),
            _("Choose for whom it is, and do it once more."),
        )


def for_whom(request: LibraryRequest, desk: Desk, given: str | None = None) -> ForWhom:
    """Return for whom the reader at this desk does something. At most four statements.

    `given` is what a form says (empty: themself); None: as chosen before in this session.
    """
    assert desk.patron_id is not None
    people = tuple(people_for(desk.patron_id, desk.today))
    wanted = session.chosen_acting(request, desk.patron_id) if given is None else given[:12]
    if not wanted:
        return ForWhom(desk=desk, people=people)
    whom = next((one for one in people if one.reader == wanted), None)
    whom = whom or acting_for(desk.patron_id, wanted, desk.today)
    if whom is None:
        return ForWhom(desk=desk, people=people, is_over=True)
    return ForWhom(desk=desk_for(desk, whom), people=people, whom=whom)


def _not_allowed(text: str, whom: ActingFor) -> ReasonWords:
    return ReasonWords(
        text % {"name": whom.name}, _("Please ask at the desk: the library can allow it.")
    )


def _private(whom: ActingFor) -> ReasonWords:
    return ReasonWords(
        _("That does not go for %(name)s now.") % {"name": whom.name},
        _("The reason is theirs alone: they see it on their own page, or at the desk."),
    )
