"""The open reader's part of the page, as plain rows."""

from dataclasses import dataclass, replace

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.circulation.queries.desk_reader import ReaderAtDesk, reader_at_desk
from jieyue.circulation.queries.loans import LoanView, loans_of
from jieyue.circulation.rules.desk_steps import RETURNING, Mode
from jieyue.circulation.rules.reasons import OVERRIDABLE, Reason
from jieyue.interfaces.web.desk.state import State
from jieyue.interfaces.web.money_words import fine_sum
from jieyue.interfaces.web.patrons.words import group_word, number_word
from jieyue.interfaces.web.saying import day_words
from jieyue.interfaces.web.words import ReasonWords, reason_name, reason_words
from jieyue.kit.money import yuan
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanRow:
    """A loan with its next steps: `renew_to` is the date a renewal gives, or `why_not` says why.

    `why_in_full` is every reason in a sentence. `override` are the codes that staff with the right
    would waive, with commas, empty if they cannot.
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
    why_in_full: str
    override: str
    is_pointed_at: bool
    is_recalled: bool
    may_recall: bool
    fine: str  # what its lateness would cost if it came back now, in a few words


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Loans under one heading; `renewable` are the loans of `renew all`."""

    words: str
    rows: tuple[LoanRow, ...]
    renewable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line about the reader; `place` and `classes` say where and how it is shown."""

    name: str
    value: str
    classes: str = ""
    place: str = "hidden lg:block"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A reader with their loans: those of today first, latest on top, then the others, due first.

    `is_open` is False for somebody whose book was returned: they are shown, not served.
    """

    reader: ReaderAtDesk
    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    warnings: tuple[ReasonWords, ...]
    is_open: bool

    def without(self, said: tuple[ReasonWords, ...]) -> "Visit":
        """Return it without the warnings that the answer says already."""
        return replace(self, warnings=tuple(w for w in self.warnings if w not in said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A mode to switch to; `key` is the F-key, Escape leads back to automatic."""

    mode: str
    words: str
    icon: str
    query: str
    key: str
    is_on: bool

    @property
    def cap(self) -> str:
        """The key as it is printed on keyboards; two at once stand in the list beside the page."""
        return "" if "+" in self.key else "Esc" if self.key == "Escape" else self.key

    @property
    def classes(self) -> str:
        """How the tab looks; returning has a colour of its own, so that nobody lends by mistake."""
        if not self.is_on:
            return "btn-ghost"
        return "btn-accent" if self.mode in RETURNING else "btn-primary"


def tabs_of(state: State) -> tuple[Tab, ...]:
    """Return the five modes."""
    escape = "Escape" if state.mode is not Mode.AUTO and not state.reader else ""
    modes = (
        (Mode.AUTO, _("Automatic"), "scan-barcode", escape),
        (Mode.LEND, _("Lend"), "arrow-right", "F2"),
        (Mode.RETURN, _("Return"), "undo-2", "F3"),
        (Mode.DROP, _("Book drop"), "package", "Ctrl+F3"),
        (Mode.RENEW, _("Renew"), "refresh-cw", "Ctrl+F2"),
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


def keys_words() -> tuple[tuple[str, str], ...]:
    """Return what the keys do, for the page without a reader."""
    return (
        (_("Lend only"), "F2"),
        (_("Return only"), "F3"),
        (_("Empty the book drop"), "Ctrl F3"),
        (_("Renew only"), "Ctrl F2"),
        (_("Type words"), "F6"),
        (_("Undo"), "Ctrl Z"),
        (_("Help"), "F1"),
    )


def next_query(state: State) -> str:
    """Return the query of the page for the next reader: the mode stays."""
    query = State(mode=state.mode, amnesty=state.amnesty).query()
    return f"?{query}" if query else ""


def undo_words(state: State) -> str:
    """Say what the undo button takes back; empty without a last step."""
    words = {
        "checkout": _("Undo the loan"),
        "checkin": _("Undo the return"),
        "renewal": _("Undo the renewal"),
        "recall": _("Undo the recall"),
    }
    return words[state.last.step] if state.last else ""


def visit_of(
    desk: Desk, public_id: str, *, kind: str, pointed_at: str = "", is_open: bool = True
) -> Visit | None:
    """Read a reader of a library of this kind, and their loans.

    Two statements; None if there is no such reader.
    """
    reader = reader_at_desk(desk, public_id)
    if reader is None:
        return None
    loans = loans_of(desk, reader.id)
    return Visit(
        reader=reader,
        facts=_facts(reader, kind),
        groups=_groups(desk, loans, pointed_at),
        warnings=tuple(reason_words(why) for why in reader.against),
        is_open=is_open,
    )


def _groups(desk: Desk, loans: list[LoanView], pointed_at: str) -> tuple[Group, ...]:
    today = [loan for loan in loans if loan.lent_on == desk.today]
    before = [loan for loan in loans if loan.lent_on != desk.today]
    new = ngettext("Lent today: %(count)s", "Lent today: %(count)s", len(today))
    old = (
        ngettext("From before: %(count)s", "From before: %(count)s", len(before))
        if today
        else ngettext("On loan: %(count)s", "On loan: %(count)s", len(before))
    )
    groups = (
        Group(
            words=new % {"count": len(today)},
            rows=tuple(_row(desk, loan, pointed_at) for loan in reversed(today)),
        ),
        Group(
            words=old % {"count": len(before)},
            rows=tuple(_row(desk, loan, pointed_at) for loan in before),
            renewable=tuple(loan.loan for loan in before if loan.renewed_on),
        ),
    )
    return tuple(group for group in groups if group.rows)


def _facts(reader: ReaderAtDesk, kind: str) -> tuple[Fact, ...]:
    is_full = reader.open_loans >= reader.max_loans
    owes = reader.owed_cents > 0
    expires = reader.expires_on.isoformat() if reader.expires_on else _("no end")
    facts = (
        Fact(name=_("Card type"), value=reader.category, place="col-span-2 lg:col-span-1"),
        Fact(
            name=_("On loan"),
            value=f"{reader.open_loans} / {reader.max_loans}",
            classes="whitespace-nowrap text-warning font-semibold" if is_full else "",
            place="",
        ),
        Fact(
            name=_("Owes"),
            value=f"¥{yuan(reader.owed_cents)}",
            classes="whitespace-nowrap text-error font-semibold" if owes else "",
            place="",
        ),
        Fact(name=_("Valid until"), value=expires, classes="whitespace-nowrap"),
        Fact(name=group_word(kind), value=reader.group_name),
        Fact(name=number_word(kind), value=reader.student_number),
    )
    return tuple(fact for fact in facts if fact.value)


def open_visit(desk: Desk, public_id: str, *, kind: str, pointed_at: str = "") -> Visit:
    """Read the open reader. Raises Http404 for one this library does not have."""
    visit = visit_of(desk, public_id, kind=kind, pointed_at=pointed_at)
    if visit is None:
        raise Http404("no such reader")
    return visit


def _why_not(loan: LoanView) -> str:
    """The gravest reason in a few words; the badge beside it says already that it is overdue."""
    if not loan.reasons:
        return ""
    if loan.renewable_from:
        return _("Renew from %(on)s") % {"on": day_words(loan.renewable_from)}
    first = loan.reasons[0]
    if first.code is Reason.LOAN_OVERDUE:
        return reason_words(first).help.rstrip("。.")
    return reason_name(first.code)


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
        why_not=_why_not(loan),
        why_in_full=" ".join(reason_words(why).text for why in loan.reasons),
        override=",".join(w.code.value for w in loan.reasons) if lifts and may_override else "",
        is_pointed_at=bool(pointed_at) and loan.loan == pointed_at,
        is_recalled=loan.is_recalled,
        may_recall=loan.may_recall and desk.may(Permission.RECALL),
        fine=fine_sum(loan.fine_cents, loan.fine_days),
    )
