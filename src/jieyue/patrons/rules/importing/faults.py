"""What is wrong with a row about readers, their loans, holds, dues or deposits: stable codes.

They are kept sealed with their rows; only the codes go into the journal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class RowFault(StrEnum):
    """A reason against a row, or (a doubt) against one of its values. Never rename one."""

    CELLS_SHIFTED = "cells_shifted"
    VALUE_UNREADABLE = "value_unreadable"
    NUMBER_ROUNDED = "number_rounded"
    TEXT_DAMAGED = "text_damaged"
    TOO_LONG = "too_long"  # the value is the limit
    ROW_REPEATED = "row_repeated"  # the value is the number of an earlier row
    DATE_FUTURE = "date_future"
    # Readers
    NAME_MISSING = "name_missing"
    CARD_BAD = "card_bad"
    CARD_REPEATED = "card_repeated"  # the value is the number of an earlier row
    CARD_TAKEN = "card_taken"  # by somebody else, or given out before
    CARD_IS_COPY = "card_is_copy"
    CARD_KEPT = "card_kept"  # the reader has another card, and keeps it
    STUDENT_NUMBER_REPEATED = "student_number_repeated"  # an earlier row's number
    STUDENT_NUMBER_TAKEN = "student_number_taken"
    PHONE_BAD = "phone_bad"
    EMAIL_BAD = "email_bad"
    ONLY_FIRST_TAKEN = "only_first_taken"  # of several phone numbers
    CATEGORY_UNKNOWN = "category_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    OTHER_BRANCH = "other_branch"  # where whoever brings the list does not work
    MAYBE_SAME = "maybe_same"
    # Which reader a row means
    READER_MISSING = "reader_missing"  # the row names none
    PATRON_UNKNOWN = "patron_unknown"
    SEVERAL_READERS = "several_readers"  # of this name: only a number says which
    TWO_READERS = "two_readers"  # the card is one's, the student number another's
    OTHER_NAME = "other_name"  # the number belongs to somebody of another name
    # Loans
    BARCODE_MISSING = "barcode_missing"
    BARCODE_BAD = "barcode_bad"
    BARCODE_REPEATED = "barcode_repeated"  # an earlier row's number
    COPY_UNKNOWN = "copy_unknown"
    COPY_WITHDRAWN = "copy_withdrawn"
    COPY_LOST = "copy_lost"
    COPY_ON_LOAN = "copy_on_loan"
    COPY_HELD_FOR_ANOTHER = "copy_held_for_another"
    COPY_IN_TRANSIT = "copy_in_transit"
    LENT_MISSING = "lent_missing"
    DUE_MISSING = "due_missing"
    DUE_BEFORE_LENT = "due_before_lent"
    LOAN_RETURNED = "loan_returned"
    NO_OPEN_DAY = "no_open_day"
    # Holds
    TITLE_MISSING = "title_missing"
    TITLE_UNKNOWN = "title_unknown"
    SEVERAL_TITLES = "several_titles"
    TITLE_ON_LOAN_TO_PATRON = "title_on_loan_to_patron"
    NO_COPY_CAN_SERVE = "no_copy_can_serve"
    PICKUP_CLOSED = "pickup_closed"
    HOLD_ENDED = "hold_ended"
    # Dues
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_BAD = "amount_bad"
    DUE_SETTLED = "due_settled"  # paid or let off in the old system
    # Deposits
    DEPOSITS_NOT_TAKEN = "deposits_not_taken"  # no lending rule asks for one
    NO_DEPOSIT = "no_deposit"  # given back in the old system, or none at all
    # Taking back
    SOMETHING_FOLLOWED = "something_followed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: with which column's kind, and the value that explains it."""

    code: RowFault
    field: str = ""
    value: str = ""


def as_tuples(faults: Iterable[Fault]) -> tuple[tuple[str, str, str], ...]:
    """Return faults as they are kept with a row."""
    return tuple((fault.code.value, fault.field, fault.value) for fault in faults)


def from_tuples(kept: Iterable[tuple[str, str, str]]) -> tuple[Fault, ...]:
    """Return what `as_tuples` was given."""
    return tuple(Fault(RowFault(code), field, value) for code, field, value in kept)
