"""The lending rules in plain words: what each term is called, its unit, and what a row says."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext, npgettext

from jieyue.kit.money import yuan


class Group(NamedTuple):
    """Terms that belong together on the page; those of an open group are seen at once."""

    code: str
    name: Any
    terms: tuple[str, ...]
    is_open: bool = False


class Unit(NamedTuple):
    """What stands beside a field, and how a number of them is said."""

    name: Any
    said: Callable[[int], str]


class Term(NamedTuple):
    """What a term is called, its unit (None: no number), and a hint where one is needed."""

    name: Any
    unit: Unit | None = None
    hint: Any = ""


BOOKS: Final = Unit(
    lazy("books"), lambda n: npgettext("rule", "%(n)s book", "%(n)s books", n) % {"n": n}
)
DAYS: Final = Unit(lazy("days"), lambda n: ngettext("%(n)s day", "%(n)s days", n) % {"n": n})
OPEN_DAYS: Final = Unit(
    lazy("open days"), lambda n: ngettext("%(n)s open day", "%(n)s open days", n) % {"n": n}
)
HOURS: Final = Unit(lazy("hours"), lambda n: ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n})
TIMES: Final = Unit(lazy("times"), lambda n: ngettext("%(n)s time", "%(n)s times", n) % {"n": n})
TIMES_A_YEAR: Final = Unit(
    lazy("times a year"),
    lambda n: ngettext("%(n)s time a year", "%(n)s times a year", n) % {"n": n},
)
YUAN: Final = Unit(lazy("yuan"), lambda cents: f"¥{yuan(cents)}")
PERCENT: Final = Unit("%", lambda n: f"{n}%")
NO_LIMIT: Final = lazy("0: no limit.")

GROUPS: Final = (
    Group(
        "lending",
        lazy("How many, and for how long"),
        ("may_borrow", "max_loans", "loan_days", "closed_days"),
        is_open=True,
    ),
    Group("renewing", lazy("Renewing"), ("max_renewals", "renewal_days"), is_open=True),
    Group(
        "renewing_more",
        lazy("Renewing: when, and by itself"),
        ("renewal_from", "renew_window_days", "max_unseen_renewals", "auto_renews"),
    ),
    Group("holds", lazy("Reserving"), ("max_holds", "hold_days", "max_no_shows")),
    Group(
        "waiting",
        lazy("When others wait"),
        ("busy_loan_days", "recall_days", "recall_from_days", "recall_min_days"),
    ),
    Group(
        "late",
        lazy("Being late"),
        (
            "settled_by", "fine_cents", "fine_grace", "fine_spares_grace", "fine_counts_closed",
            "max_fine_cents", "fine_price_cap", "max_fines_cents", "suspension_days",
            "max_suspension_days", "max_suspended_days",
        ),
    ),
    Group(
        "lost",
        lazy("Losing a book"),
        ("lost_after_days", "lost_percent", "lost_fee_cents", "lost_refund_days"),
    ),
    Group(
        "limits",
        lazy("When nothing more is lent"),
        ("max_overdue", "max_overdue_days", "max_owed_cents", "max_lost"),
    ),
    Group("deposit", lazy("Deposit"), ("needs_deposit",)),
    Group("short", lazy("By the hour, and reading here"), ("loan_hours", "max_on_site")),
)  # fmt: skip

TERMS: Final = {
    "may_borrow": Term(lazy("May borrow")),
    "max_loans": Term(lazy("Loans at once"), BOOKS),
    "loan_days": Term(lazy("Loan period"), DAYS),
    "closed_days": Term(
        lazy("Due on a closed day"),
        hint=lazy("If the last day falls on a closed day, the book is due on …"),
    ),
    "loan_hours": Term(
        lazy("Lent by the hour for"), HOURS, lazy("0: lent by days, as usual.")
    ),
    "max_on_site": Term(lazy("Read in the library at once"), BOOKS),
    "max_renewals": Term(lazy("Renewals"), TIMES, lazy("0: cannot be renewed.")),
    "renewal_days": Term(lazy("Each renewal"), DAYS),
    "renewal_from": Term(lazy("A renewal counts from")),
    "renew_window_days": Term(
        lazy("Renewed at the earliest, before it is due"), DAYS, lazy("0: at any time.")
    ),
    "max_unseen_renewals": Term(
        lazy("Renewals without showing the book"), TIMES, lazy("Online or by telephone.")
    ),
    "auto_renews": Term(
        lazy("Renewed by itself"), hint=lazy("Shortly before it is due, if nothing is against it.")
    ),
    "max_holds": Term(lazy("Holds at once"), BOOKS),
    "hold_days": Term(lazy("Kept on the hold shelf for"), OPEN_DAYS),
    "max_no_shows": Term(
        lazy("Not fetched, still tolerated"), TIMES_A_YEAR, lazy("999: any number.")
    ),
    "busy_loan_days": Term(
        lazy("Loan period while others wait"), DAYS, lazy("0: the same as always.")
    ),
    "recall_days": Term(
        lazy("After a recall, to be returned within"), DAYS, lazy("0: nothing is recalled.")
    ),
    "recall_from_days": Term(
        lazy("Recalled by itself when lent for more than"), DAYS,
        lazy("Once somebody reserves it and no copy is free. 0: only when staff recall it."),
    ),
    "recall_min_days": Term(lazy("Everybody keeps it at least"), DAYS),
    "settled_by": Term(lazy("Who is late")),
    "fine_cents": Term(
        lazy("Charge per day"), YUAN, lazy(
            "Per hour, where books are lent by the hour; hours the branch is closed do not count."
        )
    ),
    "fine_grace": Term(lazy("Days of grace"), DAYS, lazy("Late by no more than that is free.")),
    "fine_spares_grace": Term(lazy("Later, the days of grace stay free")),
    "fine_counts_closed": Term(lazy("Closed days count too")),
    "max_fine_cents": Term(lazy("At most per book"), YUAN, NO_LIMIT),
    "fine_price_cap": Term(lazy("Never more than the book's price")),
    "max_fines_cents": Term(lazy("At most per reader"), YUAN, NO_LIMIT),
    "suspension_days": Term(lazy("No loans, for each day late"), DAYS),
    "max_suspension_days": Term(lazy("No loans, at most per book"), DAYS, NO_LIMIT),
    "max_suspended_days": Term(
        lazy("No loans, at most in all"), DAYS,
        lazy("Counted from the latest return, however many books were late. 0: no limit."),
    ),
    "lost_after_days": Term(
        lazy("Counts as lost when late for"), DAYS, lazy("0: only when somebody says so.")
    ),
    "lost_percent": Term(lazy("To be paid of the price"), PERCENT),
    "lost_fee_cents": Term(lazy("And for the work"), YUAN),
    "lost_refund_days": Term(
        lazy("Found again: money back within"), DAYS, lazy("0: no money back.")
    ),
    "max_overdue": Term(
        lazy("Overdue loans tolerated"),
        BOOKS,
        lazy("0: with one overdue book nothing more is lent."),
    ),
    "max_overdue_days": Term(lazy("Days late tolerated"), DAYS, lazy("999: any number.")),
    "max_owed_cents": Term(
        lazy("Debt tolerated"), YUAN, lazy("Who owes more borrows nothing.")
    ),
    "max_lost": Term(lazy("Lost books tolerated"), BOOKS, lazy("999: any number.")),
    "needs_deposit": Term(
        lazy("Needs a deposit"),
        hint=lazy("The books at home may not be worth more than the deposit."),
    ),
}  # fmt: skip

CHOICES: Final[dict[str, dict[str, Any]]] = {
    "closed_days": {
        "next_open": lazy("the next open day"),
        "previous_open": lazy("the last open day before"),
        "keep": lazy("that very day"),
    },
    "renewal_from": {
        "today": lazy("the day of renewing"),
        "due_date": lazy("the day it was due"),
    },
    "settled_by": {
        "nothing": lazy("pays nothing"),
        "money": lazy("pays"),
        "days": lazy("borrows nothing for a while"),
        "either": lazy("pays or waits, as they like"),
    },
}
# Numbers that stand for something else than themselves.
INSTEAD: Final[dict[tuple[str, int], Any]] = {
    ("loan_hours", 0): lazy("by days"),
    ("busy_loan_days", 0): lazy("as always"),
    ("max_renewals", 0): lazy("not renewable"),
    ("renew_window_days", 0): lazy("at any time"),
    ("max_unseen_renewals", 99): lazy("no limit"),
    ("recall_days", 0): lazy("no recall"),
    ("recall_from_days", 0): lazy("only by staff"),
    ("lost_after_days", 0): lazy("never by itself"),
    ("lost_refund_days", 0): lazy("not given back"),
    **dict.fromkeys(
        [(term, 999) for term in ("max_no_shows", "max_overdue_days", "max_lost")]
        + [(t, 0) for t in ("max_fine_cents", "max_fines_cents", "max_suspension_days")]
        + [("max_suspended_days", 0)],
        lazy("no limit"),
    ),
}  # fmt: skip


def term_name(term: str) -> str:
    """Return what a term is called; one of another version as it is."""
    return str(TERMS[term].name) if term in TERMS else term


def term_words(term: str, value: Any) -> str:
    """Return one value of the lending rules in words; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if term in CHOICES:
        return str(CHOICES[term].get(value, value))
    if (term, value) in INSTEAD:
        return str(INSTEAD[term, value])
    unit = TERMS[term].unit if term in TERMS else None
    return unit.said(value) if unit else str(value)


def group_words(group: Group, terms: Mapping[str, Any]) -> str:
    """Say in one line what holds for a group; `terms` has a value for each of its terms."""
    if group.code == "late":
        return " · ".join(_late_words(terms))
    shown = [term for term in group.terms if not is_off(term, terms[term])]
    if group.code == "waiting" and not terms["recall_days"]:
        shown = [term for term in shown if term not in ("recall_from_days", "recall_min_days")]
    said = [f"{term_name(term)} {term_words(term, terms[term])}" for term in shown]
    return " · ".join(said) or str(NOTHING.get(group.code, _("no limit")))


NOTHING: Final = {
    "waiting": lazy("no difference"),
    "deposit": lazy("no deposit"),
    "renewing_more": lazy("at any time"),
}


def is_off(term: str, value: Any) -> bool:
    """Say whether a value only says that the term plays no part."""
    return value is False or (term, value) in INSTEAD or (term, value) == ("lost_fee_cents", 0)


def _late_words(terms: Mapping[str, Any]) -> list[str]:
    how = terms["settled_by"]
    said = [term_words("settled_by", how)]
    if how in ("money", "either"):
        said.append(_("¥%(money)s a day") % {"money": yuan(terms["fine_cents"])})
        if terms["max_fine_cents"]:
            money = yuan(terms["max_fine_cents"])
            said.append(_("at most ¥%(money)s per book") % {"money": money})
        if terms["fine_price_cap"]:
            said.append(_("never more than the price"))
    if how in ("days", "either"):
        days = DAYS.said(terms["suspension_days"])
        said.append(_("no loans for %(days)s for each day late") % {"days": days})
    if how != "nothing" and terms["fine_grace"]:
        said.append(_("%(days)s of grace") % {"days": DAYS.said(terms["fine_grace"])})
    return said
