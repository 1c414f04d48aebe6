"""What is wrong with what was entered: stable codes, public API, with the value that explains."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """A reason against an entry. Never rename one."""

    TITLE_UNKNOWN = "title_unknown"
    COPY_UNKNOWN = "copy_unknown"
    BRANCH_UNKNOWN = "branch_unknown"
    ITEM_TYPE_UNKNOWN = "item_type_unknown"
    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    ISBN_BAD = "isbn_bad"
    ISBN_TAKEN = "isbn_taken"  # the value is the public id of the title that has it
    COUNT_OUT_OF_RANGE = "count_out_of_range"
    COUNT_DIFFERS = "count_differs"  # more barcodes were scanned than copies asked for, or fewer
    BARCODE_BAD = "barcode_bad"
    BARCODE_IS_ISBN = "barcode_is_isbn"
    BARCODE_TWICE = "barcode_twice"
    BARCODE_TAKEN = "barcode_taken"
    BARCODE_IS_CARD = "barcode_is_card"
    ACCESSION_BAD = "accession_bad"
    ACCESSION_TAKEN = "accession_taken"
    STANDING_UNKNOWN = "standing_unknown"
    COPY_ON_LOAN = "copy_on_loan"
    LOSS_OF_LOAN = "loss_of_loan"  # the value is the public id of the loan that it is said of
    COPY_HELD = "copy_held"  # kept for a reader who reserved it
    COPY_IN_TRANSIT = "copy_in_transit"
    COPY_WITHDRAWN = "copy_withdrawn"
    COPY_NOT_WITHDRAWN = "copy_not_withdrawn"
    REASON_MISSING = "reason_missing"
    PICTURE_MISSING = "picture_missing"
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"  # the value is the limit in MB, or its pixels
    PICTURE_TOO_SMALL = "picture_too_small"  # the value is its pixels
    SOMETHING_FOLLOWED = "something_followed"
    TOO_LATE_TO_UNDO = "too_late_to_undo"
    SAME_TITLE = "same_title"  # both are the one
    MERGE_UNKNOWN = "merge_unknown"  # it was taken back, or there never was one
    MERGE_TOO_OLD = "merge_too_old"
    COPIES_OUT_OF_RANGE = "copies_out_of_range"  # none chosen, or more than the value
    BOOK_THE_SAME = "book_the_same"  # the other book is described just as this one
    SPLIT_UNKNOWN = "split_unknown"  # as of merges
    SPLIT_TOO_OLD = "split_too_old"
    COPY_ELSEWHERE = "copy_elsewhere"  # of a branch where whoever asks does not work
    NOTHING_CHANGES = "nothing_changes"  # it says so already
    NO_RIGHT = "no_right"  # whoever began may do it no more: only the worker finds this
    GIVEN_UP = "given_up"  # it failed again and again: the same
    CHANGED_SINCE = "changed_since"  # somebody has changed it after what is to be taken back
    FIELD_CHANGED = "field_changed"  # somebody has written something else there meanwhile
    CALL_NUMBER_TAKEN = "call_number_taken"  # another title has it by now
    CHANGE_MISSING = "change_missing"
    PILE_UNKNOWN = "pile_unknown"
    PILE_EMPTY = "pile_empty"
    PILE_TOO_LARGE = "pile_too_large"  # the value is how many copies one may have
    PILE_BEGUN = "pile_begun"  # it is being changed, or was, or was taken back
    PILE_TOO_OLD = "pile_too_old"
    LOCATION_UNKNOWN = "location_unknown"
    LOCATION_TAKEN = "location_taken"  # the branch has this room or shelf already
    SHELF_MISSING = "shelf_missing"
    DIRECTIONS_MISSING = "directions_missing"  # neither words nor a map
    LINK_BAD = "link_bad"
    VALUE_UNREADABLE = "value_unreadable"
    NUMBER_ROUNDED = "number_rounded"  # a spreadsheet cut it: 9.78702E+12
    TEXT_DAMAGED = "text_damaged"  # characters were lost before we got it
    BARCODE_REPEATED = "barcode_repeated"  # the value is the number of an earlier row
    ACCESSION_REPEATED = "accession_repeated"  # the same
    ROW_REPEATED = "row_repeated"  # an earlier row says just the same; the value is its number
    CELLS_SHIFTED = "cells_shifted"  # more cells than headings; the value is the first of them


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: with which field, and the value or figure that explains it."""

    code: FaultCode
    field: str = ""
    value: str = ""


def codes(faults: Iterable[Fault]) -> tuple[str, ...]:
    """Return the bare codes, for the journal."""
    return tuple(fault.code.value for fault in faults)
