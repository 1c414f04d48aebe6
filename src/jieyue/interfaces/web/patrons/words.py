"""Codes about readers and their money in plain words."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jieyue.circulation.queries.readers import PatronEvent
from jieyue.fees.rules import FeeFault
from jieyue.fees.settling import NotBooked
from jieyue.interfaces.web.journal.words import DOORS, action_words, outcome_words
from jieyue.kit.money import yuan
from jieyue.patrons.rules.membership import MIN_PASSWORD, Fault, PatronFault

_FAULTS: Final = {
    PatronFault.PATRON_UNKNOWN: gettext_lazy("This reader is no longer here."),
    PatronFault.CATEGORY_UNKNOWN: gettext_lazy("Please choose a card type that is in use."),
    PatronFault.BRANCH_UNKNOWN: gettext_lazy("Please choose a branch."),
    PatronFault.NAME_MISSING: gettext_lazy("Please write the reader's name."),
    PatronFault.TOO_LONG: gettext_lazy("Too long: at most %(value)s characters."),
    PatronFault.PHONE_BAD: gettext_lazy(
        "This is not a whole phone number: it should have 5 to 20 digits."
    ),
    PatronFault.EMAIL_BAD: gettext_lazy("This is not an e-mail address, such as name@example.cn."),
    PatronFault.CARD_BAD: gettext_lazy(
        "A card number has 3 to 40 digits or letters, without spaces or Chinese characters."
    ),
    PatronFault.CARD_TAKEN: gettext_lazy(
        "This card was given out before. Card numbers are never used twice: take another card."
    ),
    PatronFault.CARD_IS_COPY: gettext_lazy(
        "This number is on a book of this library. Scan the reader's card instead."
    ),
    PatronFault.STUDENT_NUMBER_TAKEN: gettext_lazy("Another reader has this number already."),
    PatronFault.MAYBE_SAME: gettext_lazy(
        "A reader with this name and phone number is here already."
    ),
    PatronFault.PASSWORD_SHORT: gettext_lazy("At least %(value)s characters, please."),
    PatronFault.DATE_PAST: gettext_lazy("This day is over. Choose today or later."),
    PatronFault.DATE_BAD: gettext_lazy(
        "Nobody can have been born that day. Please look at the year again."
    ),
    PatronFault.REASON_MISSING: gettext_lazy("Please write why."),
    PatronFault.NO_CARD: gettext_lazy("This reader has no card now. Give them one first."),
    PatronFault.BLOCK_UNKNOWN: gettext_lazy("This block was lifted already."),
    PatronFault.NOTHING_CHOSEN: gettext_lazy("Please choose what is to be stopped."),
}
_FEE_FAULTS: Final = {
    FeeFault.PATRON_UNKNOWN: gettext_lazy("This reader is no longer here."),
    FeeFault.AMOUNT_BAD: gettext_lazy("Please write an amount above 0 and up to 100,000 yuan."),
    FeeFault.REASON_MISSING: gettext_lazy("Please write why."),
    FeeFault.REASON_TOO_LONG: gettext_lazy("Too long: at most 200 characters."),
    FeeFault.MORE_THAN_OWED: gettext_lazy("That is more than is owed now: ¥%(owed)s."),
    FeeFault.CHARGE_UNKNOWN: gettext_lazy("This charge is no longer in the account."),
    FeeFault.METHOD_UNKNOWN: gettext_lazy("Please choose how it was paid."),
    FeeFault.MORE_THAN_PAID: gettext_lazy("That is more than was paid for it: ¥%(owed)s."),
}


def fault_words(fault: Fault) -> str:
    """Return what is wrong, in the active language."""
    return str(_FAULTS[fault.code]) % {"value": fault.value or MIN_PASSWORD}


def fee_fault_words(refusal: NotBooked) -> str:
    """Return why a ledger line was not added."""
    return str(_FEE_FAULTS[refusal.fault]) % {"owed": yuan(refusal.owed_cents)}


def event_words(event: PatronEvent) -> str:
    """Return what a journal row says happened."""
    more = outcome_words(event.outcome)
    return str(action_words(event.action).text) + (f" · {more}" if more else "")


def event_by(event: PatronEvent) -> str:
    """Return who did it."""
    return event.staff or str(DOORS.get(event.door, event.door))


def group_word(kind: str) -> str:
    """Return what a library of this kind calls its groups of readers."""
    if kind in ("primary", "secondary"):
        return _("Class")
    return _("Department") if kind == "company" else _("Group")


def number_word(kind: str) -> str:
    """Return what a library of this kind calls the number readers bring with them."""
    if kind in ("primary", "secondary"):
        return _("Student number")
    return _("Staff number") if kind == "company" else _("Own number")


def has_groups(kind: str) -> bool:
    """Say whether readers of this kind of library nearly all belong to a group."""
    return kind in ("primary", "secondary", "company")
