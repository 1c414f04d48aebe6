"""The open reader's part of the page, as plain rows."""

from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404
from django.utils.translation import gettext as _

from jieyue.circulation.queries.desk_reader import ReaderAtDesk, reader_at_desk
from jieyue.circulation.queries.loans import LoanView, loans_of
from jieyue.circulation.rules.desk_steps import Mode
from jieyue.circulation.rules.reasons import OVERRIDABLE
from jieyue.interfaces.web.desk.state import State
from jieyue.interfaces.web.words import ReasonWords, day_words, reason_words
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow:
    """A loan with its next steps: `renew_to` is the date a renewal gives, or `why_not` says why.

    `override` are the codes that staff with the right would waive, empty if they cannot.
    """

    loan: str
    title: str
    authors: str
    clc: str
    barcode: str
    call_number: str
    due: str
    days_left: int
    is_overdue: bool
    renew_to: str
    why_not: str
    override: tuple[str, ...]
    is_pointed_at: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A reader with their loans: those of today first, latest on top, then the others, due first.

    `is_open` is False for somebody whose book was returned: they are shown, not served.
    """

    reader: ReaderAtDesk
    expires: str
    today: tuple[LoanRow, ...]
    before: tuple[LoanRow, ...]
    warnings: tuple[ReasonWords, ...]
    renewable: tuple[str, ...]
    is_open: bool

    @property
    def is_at_limit(self) -> bool:
        """Say whether the reader has as many loans as they may."""
        return self.reader.open_loans >= self.reader.max_loans


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A mode to switch to; `key` is the F-key, Escape leads back to automatic."""

    mode: str
    words: str
    icon: str
    query: str
    key: str
    is_on: bool


def tabs_of(state: State) -> tuple[Tab, ...]:
    """Return the three modes."""
    escape = "Escape" if state.mode is not Mode.AUTO and not state.reader else ""
    modes = (
        (Mode.AUTO, _("Automatic"), "scan-barcode", escape),
        (Mode.LEND, _("Lend"), "arrow-right", "F2"),
        (Mode.RETURN, _("Return"), "undo-2", "F3"),
    )
    return tuple(
        Tab(
            mode=mode.value,
            words=words,
            icon=icon,
            query=f"?{query}" if (query := replace(state, mode=mode).query()) else "",
            key=key,
            is_on=mode is state.mode,
        )
        for mode, words, icon, key in modes
    )


def visit_of(
    desk: Desk, public_id: str, *, pointed_at: str = "", is_open: bool = True
) -> Visit | None:
    """Read a reader and their loans. Two statements; None if there is no such reader."""
    reader = reader_at_desk(desk, public_id)
    if reader is None:
        return None
    loans = loans_of(desk, reader.id)
    today = [loan for loan in loans if loan.lent_on == desk.today]
    before = [loan for loan in loans if loan.lent_on != desk.today]
    return Visit(
        reader=reader,
        expires=_expires(reader.expires_on),
        today=tuple(_row(desk, loan, pointed_at) for loan in reversed(today)),
        before=tuple(_row(desk, loan, pointed_at) for loan in before),
        warnings=tuple(reason_words(why) for why in reader.against),
        renewable=tuple(loan.loan for loan in before if loan.renewed_on),
        is_open=is_open,
    )


def open_visit(desk: Desk, public_id: str, *, pointed_at: str = "") -> Visit:
    """Read the open reader. Raises Http404 for one this library does not have."""
    visit = visit_of(desk, public_id, pointed_at=pointed_at)
    if visit is None:
        raise Http404("no such reader")
    return visit


def _expires(on: date | None) -> str:
    return day_words(on, with_year=True) if on else ""


def _row(desk: Desk, loan: LoanView, pointed_at: str) -> LoanRow:
    may_override = desk.may(Permission.OVERRIDE) and desk.may(Permission.RENEW)
    lifts = bool(loan.reasons) and OVERRIDABLE.issuperset(why.code for why in loan.reasons)
    return LoanRow(
        loan=loan.loan,
        title=loan.title,
        authors=loan.authors,
        clc=loan.clc,
        barcode=loan.barcode,
        call_number=loan.call_number,
        due=day_words(loan.due_on),
        days_left=loan.days_left,
        is_overdue=loan.is_overdue,
        renew_to=day_words(loan.renewed_on) if loan.renewed_on else "",
        why_not=reason_words(loan.reasons[0]).text if loan.reasons else "",
        override=tuple(w.code.value for w in loan.reasons) if lifts and may_override else (),
        is_pointed_at=bool(pointed_at) and loan.loan == pointed_at,
    )
