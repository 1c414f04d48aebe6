"""Why a row cannot come in, or comes in without something, and what would help."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.imports.rules.runs import NOT_BROUGHT_IN, NOT_TAKEN_BACK, PERSONAL
from jieyue.interfaces.web.catalog.words import fault_words
from jieyue.interfaces.web.imports import people_words as people
from jieyue.interfaces.web.imports.words import FIELDS

Lines = dict[str, tuple[Promise, Promise]]

FAULTS: Final[Lines] = {
    "name_missing": (
        lazy("There is neither a title nor an ISBN."),
        lazy("Fill in one of them; with an ISBN alone the title is looked up."),
    ),
    "too_long": (
        lazy("%(field)s: longer than %(value)s characters."),
        lazy("Shorten it; often two columns have run together."),
    ),
    "number_out_of_range": (
        lazy("%(field)s: %(value)s cannot be right."),
        lazy("Correct or empty the cell."),
    ),
    "isbn_bad": (
        lazy("%(value)s is no valid ISBN: a digit is wrong or missing."),
        lazy("Compare it with the back of the book."),
    ),
    "isbn_taken": (
        lazy("Another book here has this ISBN."),
        lazy("Look that book up first; perhaps one of both has the wrong ISBN."),
    ),
    "count_out_of_range": (
        lazy("The number of copies is not between 0 and %(value)s."),
        lazy("Correct the number, or part the row in several."),
    ),
    "count_differs": (
        lazy("%(field)s: there are %(value)s of them, which is not the number of copies."),
        lazy("Correct the number or the list of numbers."),
    ),
    "barcode_bad": (
        lazy("“%(value)s” cannot be a barcode."),
        lazy("A barcode has 3 to 40 digits or letters. Empty the cell and the book gets one."),
    ),
    "barcode_is_isbn": (
        lazy("%(value)s is the ISBN, not a barcode of this copy."),
        lazy("Empty the cell, and every copy gets a barcode of its own."),
    ),
    "barcode_twice": (
        lazy("The row names barcode %(value)s twice."),
        lazy("Every copy needs a barcode of its own; take one out."),
    ),
    "barcode_taken": (
        lazy("Barcode %(value)s is on another book here already."),
        lazy("Scan that book to see which is right, then correct the cell."),
    ),
    "barcode_is_card": (
        lazy("Barcode %(value)s is a reader's card here."),
        lazy("A number can be only one of both. Give the book another barcode."),
    ),
    "accession_bad": (
        lazy("Accession number “%(value)s” cannot be one."),
        lazy("Correct or empty the cell."),
    ),
    "accession_taken": (
        lazy("Accession number %(value)s belongs to another copy here."),
        lazy("Compare with the register, then correct the cell."),
    ),
    "branch_unknown": (
        lazy("There is no branch “%(value)s” here."),
        lazy("Write its name or code as in the settings, or add it there."),
    ),
    "item_type_unknown": (
        lazy("There is no item type “%(value)s” here."),
        lazy("Write its name or code as in the settings, or add it there."),
    ),
    "standing_unknown": (
        lazy("“%(value)s” is no state of a copy that we know."),
        lazy("Write in use, missing, in repair, lost or withdrawn."),
    ),
    "value_unreadable": (
        lazy("%(field)s: “%(value)s” cannot be read."),
        lazy("Correct or empty the cell."),
    ),
    "number_rounded": (
        lazy("%(field)s: the spreadsheet has cut the number to %(value)s."),
        lazy("Format the column as text and enter the number again."),
    ),
    "text_damaged": (
        lazy("%(field)s: signs are missing in “%(value)s”."),
        lazy("Export the list again, as .xlsx or as UTF-8."),
    ),
    "barcode_repeated": (
        lazy("Row %(value)s has the same barcode."),
        lazy("Every copy needs a barcode of its own; correct one of both rows."),
    ),
    "accession_repeated": (
        lazy("Row %(value)s has the same accession number."),
        lazy("Correct one of both rows."),
    ),
    "row_repeated": (
        lazy("Row %(value)s says just the same."),
        lazy("There is nothing to do: it counts once."),
    ),
    "cells_shifted": (
        lazy("The row has more cells than there are headings, from “%(value)s” on."),
        lazy("A text has the sign in it that parts the cells: put that text between quotes."),
    ),
    "title_unknown": (
        lazy("The book is no longer in the catalogue."),
        lazy("Check the rows again, then it is imported as a new one."),
    ),
    "copy_on_loan": (
        lazy("The copy is on loan."),
        lazy("Take it back at the desk first."),
    ),
}
"""By fault code."""

ANY_KIND: Final[Lines] = {
    NOT_BROUGHT_IN: (
        lazy("This row could not be imported: it holds something the program did not expect."),
        lazy("Enter it by hand, and tell whoever looks after the program the number of the row."),
    ),
    NOT_TAKEN_BACK: (
        lazy("This row could not be undone: the program met something it did not expect."),
        lazy("It stays. Undo it by hand, and tell whoever looks after the program its number."),
    ),
}
"""Of rows in which something goes wrong with us."""
RECORD_PROBLEMS: Final[Lines] = {
    "no_leader": (
        lazy("What stands here is no MARC record."),
        lazy("Export it from the old system again."),
    ),
    "no_fields": (
        lazy("The record has no fields."),
        lazy("Export it from the old system again."),
    ),
    "too_long": (
        lazy("The record is longer than a record can be."),
        lazy("Export it from the old system again."),
    ),
    "cut_short": (
        lazy("The file ends in the middle of the record."),
        lazy("Export it from the old system again."),
    ),
    "xml_bad": (
        lazy("The record is no valid XML."),
        lazy("Export it from the old system again."),
    ),
    "no_records": (
        lazy("There are no MARC records in this file."),
        lazy("Export it from the old system again, as ISO 2709 or MARCXML."),
    ),
}
ODDITIES: Final[dict[str, Promise]] = {
    "bytes_broken": lazy("Some signs were lost in the file (field %(value)s)."),
    "fields_differ": lazy("Fewer fields were found than the record announces (%(value)s)."),
    "tag_bad": lazy("A field without a proper number was left out."),
    "subfield_bad": lazy("A part of a field has no proper code; its text is kept."),
    "control_signs": lazy("Invisible signs were taken out."),
    "end_missing": lazy("The record ran into the next one; both were parted."),
    "leader_bad": lazy("The head of the record is damaged; the rest was read."),
    "lengths_wrong": lazy("The lengths in the record are wrong; it was read all the same."),
    "blanks_marked": lazy("Blanks were written as signs; they were read as blanks."),
    "encoding_differs": lazy("This record is written in another encoding (%(value)s)."),
}
"""What was odd about a MARC record that comes in all the same."""


KEPT_DOUBTS: Final = frozenset({"text_damaged", "count_differs"})
"""Doubts with which the value comes in all the same."""


class RowNote(NamedTuple):
    """What is odd about a row, and what would help; `help` may be empty."""

    text: str
    help: str


FOLLOWED: Final[dict[str, Promise]] = {
    "edited": lazy("Staff have changed the copy since."),
    "elsewhere": lazy("The copy is at a branch where whoever undoes this does not work."),
    "loan": lazy("The copy has been lent since."),
    "hold": lazy("Somebody waits for it."),
    "stockline": lazy("A stock-take is counting the copy."),
    "transit": lazy("The copy has travelled between branches since."),
    "copy": lazy("The book has other copies now."),
    "mergedtitle": lazy("Another record was made one with this book's."),
    "splittitle": lazy("Copies were moved to or from this book's record."),
}
"""What followed on a row that could not be taken back, by the table that points at it."""

Kept = Sequence[str]
"""A code, the field, and the value that explains it, as a row keeps them."""


def fault_note(fault: Kept, kind: str = "") -> RowNote:
    """Return why a row of a file of this kind stays out."""
    if fault[0] in ANY_KIND:
        text, what_helps = ANY_KIND[fault[0]]
        return RowNote(str(text), str(what_helps))
    if kind in PERSONAL:
        return _about_people(fault)
    code, facts = fault[0], _facts(fault)
    if code == "something_followed":
        return _followed(fault[1])
    found = FAULTS.get(code) or RECORD_PROBLEMS.get(code)
    if found is None and code in {*FaultCode}:
        return RowNote(fault_words(Fault(FaultCode(code), fault[1], fault[2])), "")
    if found is None:
        return RowNote(_("This row cannot be imported (%(code)s).") % {"code": code}, "")
    return RowNote(str(found[0]) % facts, str(found[1]) % facts)


def doubt_note(doubt: Kept, kind: str = "") -> RowNote:
    """Return what a row comes in without, or what was odd about a record."""
    if kind in PERSONAL:
        return _about_people(doubt)
    code, facts = doubt[0], _facts(doubt)
    if code in ODDITIES:
        return RowNote(str(ODDITIES[code]) % facts, "")
    note = fault_note(doubt)
    if code in KEPT_DOUBTS:
        return note
    return RowNote(note.text, _("The row is imported without it."))


def _about_people(fault: Kept) -> RowNote:
    """Return what is wrong with a row about a reader; what followed is named by its field."""
    code, field, value = fault
    if code == "something_followed":
        text = people.FOLLOWED.get(field, people.FOLLOWED["edited"])
        return RowNote(str(text), _("It stays as it is now."))
    if code not in people.FAULTS:
        return RowNote(_("This row cannot be imported (%(code)s).") % {"code": code}, "")
    facts = {"field": str(people.FIELDS.get(field, field)), "value": value}
    text, what_helps = people.FAULTS[code]
    return RowNote(str(text) % facts, str(what_helps) % facts)


def _followed(what: str) -> RowNote:
    why = what.rpartition(".")[2]
    followed = FOLLOWED.get(why, lazy("Something else refers to it since."))
    if why == "stockline":
        return RowNote(str(followed), _("Close the stock-take, then undo the rest."))
    return RowNote(str(followed), _("It stays. If it has to go, withdraw it on its own page."))


def _facts(kept: Kept) -> dict[str, str]:
    field, value = kept[1], kept[2]
    return {"field": str(FIELDS.get(field, field)), "value": value}
