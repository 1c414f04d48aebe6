"""What imports of readers, loans, reservations, dues and deposits say in plain words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as many
from django.utils.translation import pgettext_lazy

from jieyue.imports.rules.runs import Kind
from jieyue.interfaces.web.imports.words import UNCHANGED

Lines = dict[str, tuple[Promise, Promise]]  # code: what is so, what would help

_WHO: Final = {
    "card": _("Card number"),
    "student_number": _("Student or staff number"),
    "name": _("Reader's name"),
    "grade": _("Grade"),
    "group": _("Class or department"),
}
COLUMNS: Final[Mapping[Kind, Mapping[str, Promise]]] = {
    Kind.READERS: _WHO
    | {
        "phone": _("Phone"),
        "email": _("E-mail"),
        "category": _("Card type"),
        "branch": _("Branch"),
        "expires_on": _("Valid until"),
        "joined_on": _("Card given out on"),
        "status": _("State of the card"),
        "note": _("Note"),
    },
    Kind.LOANS: {"barcode": _("Barcode of the book")}
    | _WHO
    | {
        "lent_on": _("Lent on"),
        "due_on": _("Due on"),
        "returned_on": _("Returned on"),
        "renewals": _("Times renewed"),
        "branch": _("Branch"),
    },
    Kind.HOLDS: {
        "isbn": _("ISBN"),
        "barcode": _("Barcode of the book"),
        "title": _("Title"),
    }
    | _WHO
    | {
        "placed_on": _("Reserved on"),
        "pickup": _("To be fetched at"),
        "status": _("State of the reservation"),
    },
    Kind.DUES: _WHO
    | {
        "amount": _("Amount owed (yuan)"),
        "paid": _("Paid of it already (yuan)"),
        "reason": pgettext_lazy("of a due", "What for"),
        "title": _("Title"),
        "owed_on": _("Owed since"),
        "status": _("Paid or not"),
    },
    Kind.DEPOSITS: _WHO
    | {
        "amount": _("Deposit (yuan)"),
        "paid_on": _("Paid in on"),
        "status": _("Given back or not"),
    },
}
"""What the columns of each kind can hold."""
FIELDS: Final = {
    **{name: text for columns in COLUMNS.values() for name, text in columns.items()},
    "group_name": _("Class or department"),
}

FAULTS: Final[Lines] = {
    "cells_shifted": (
        _("The row has more cells than the list has columns: “%(value)s” is too many."),
        _("A comma inside a cell has parted it. Save the list as .xlsx and bring that."),
    ),
    "value_unreadable": (
        _("%(field)s: “%(value)s” cannot be read."),
        _("Write it as the other rows do, or empty the cell."),
    ),
    "number_rounded": (
        _("%(field)s: the spreadsheet has cut the number short (%(value)s)."),
        _("Format the column as text, enter the number again and save the list."),
    ),
    "text_damaged": (
        _("%(field)s: characters were lost in the file (“%(value)s”)."),
        _("Export the list from the old system again, as .xlsx if it can."),
    ),
    "too_long": (
        _("%(field)s: longer than %(value)s characters."),
        _("Shorten it; often two columns have run together."),
    ),
    "row_repeated": (
        _("Row %(value)s says the same already."),
        _("Nothing has to be done."),
    ),
    "date_future": (
        _("%(field)s: %(value)s is still to come."),
        _("Look at the year and the day, and correct the cell."),
    ),
    "name_missing": (
        _("The row has no name."),
        _("Write the reader's name."),
    ),
    "card_bad": (
        _("“%(value)s” cannot be a card number."),
        _("It has 3 to 40 digits or letters. Empty the cell and the reader gets a number."),
    ),
    "card_repeated": (
        _("Row %(value)s has this card number already."),
        _("Every reader needs a card of their own; correct one of both rows."),
    ),
    "card_taken": (
        _("This card was given to somebody else."),
        _("Search for the card number here to see whose it is, then correct the cell."),
    ),
    "card_is_copy": (
        _("This number is the barcode of a book here."),
        _("Give the reader another card number, or empty the cell."),
    ),
    "card_kept": (
        _("The reader has another card here and keeps it."),
        _("Replace the card on the reader's page if the new number counts."),
    ),
    "student_number_repeated": (
        _("Row %(value)s has this student or staff number already."),
        _("Correct one of both rows."),
    ),
    "student_number_taken": (
        _("This student or staff number belongs to somebody else here."),
        _("Search for the number here to see whose it is, then correct the cell."),
    ),
    "phone_bad": (
        _("“%(value)s” is no whole phone number."),
        _("Correct or empty the cell."),
    ),
    "email_bad": (
        _("“%(value)s” is no e-mail address."),
        _("Correct or empty the cell."),
    ),
    "only_first_taken": (
        _("The cell holds several phone numbers; the first one is taken."),
        _("Put the number that counts first."),
    ),
    "category_unknown": (
        _("There is no card type called “%(value)s” here."),
        _("Add it under Settings, or write the name of one that is there."),
    ),
    "branch_unknown": (
        _("There is no branch called “%(value)s” here."),
        _("Write the name or the code of one of your branches."),
    ),
    "other_branch": (
        _("You do not work at the branch of this row."),
        _("Ask somebody who does to bring it in."),
    ),
    "maybe_same": (
        _("Somebody of this name is here already; this is taken for another reader."),
        _("Look at both pages afterwards. A student number in the list would tell them apart."),
    ),
    "reader_missing": (
        _("The row does not say which reader."),
        _("Fill in the card number, the student number or at least the name."),
    ),
    "patron_unknown": (
        _("There is no such reader here (“%(value)s”)."),
        _("Bring in the readers first, or correct the number."),
    ),
    "several_readers": (
        _("Several readers are called “%(value)s”."),
        _("Fill in the card number or the student number."),
    ),
    "two_readers": (
        _("The card is one reader's and the student number another's."),
        _("Correct one of both numbers."),
    ),
    "other_name": (
        _("The number belongs to somebody of another name here."),
        _("Correct the number or the name."),
    ),
    "barcode_missing": (
        _("The row does not say which book."),
        _("Fill in the barcode of the book."),
    ),
    "barcode_bad": (
        _("“%(value)s” cannot be a barcode."),
        _("Compare it with the label in the book."),
    ),
    "barcode_repeated": (
        _("Row %(value)s lends this book already."),
        _("A book is with one reader: keep the row that is right."),
    ),
    "copy_unknown": (
        _("There is no book with barcode %(value)s here."),
        _("Bring in the books first, or correct the barcode."),
    ),
    "copy_withdrawn": (
        _("Book %(value)s is withdrawn here."),
        _("If it is still out, restore it on its page first."),
    ),
    "copy_lost": (
        _("Book %(value)s is called lost or missing here."),
        _("If a reader has it, set it back to in use on its page first."),
    ),
    "copy_on_loan": (
        _("Book %(value)s is on loan to somebody else here."),
        _("Find out who has it; return it here first if the list is right."),
    ),
    "copy_held_for_another": (
        _("Book %(value)s is kept for a reservation here."),
        _("It stands on the hold shelf or travels there, so it cannot be out."),
    ),
    "copy_in_transit": (
        _("Book %(value)s is travelling between branches here."),
        _("Receive it first, then bring this row in."),
    ),
    "lent_missing": (
        _("The row does not say when it was lent."),
        _("The day is worked out from the due date."),
    ),
    "due_missing": (
        _("The row does not say when it is due."),
        _("The day is worked out by the lending rules."),
    ),
    "due_before_lent": (
        _("It would be due (%(value)s) before it was lent."),
        _("Correct one of both days."),
    ),
    "loan_returned": (
        _("This book was returned already."),
        _("Only what is still out comes in. Nothing has to be done."),
    ),
    "no_open_day": (
        _("The branch never opens, so no due date can be worked out."),
        _("Set its opening hours, or fill in the due date."),
    ),
    "title_missing": (
        _("The row does not say which book."),
        _("Fill in the ISBN, a barcode or the title."),
    ),
    "title_unknown": (
        _("There is no such book here."),
        _("Bring in the books first, or correct the ISBN, the barcode or the title."),
    ),
    "several_titles": (
        _("Several books have this title."),
        _("Fill in the ISBN or a barcode."),
    ),
    "title_on_loan_to_patron": (
        _("The reader has this book at home."),
        _("Nothing has to be done."),
    ),
    "no_copy_can_serve": (
        _("No copy of this book can be lent to the reader."),
        _("Look at the copies and at the lending rules for this card type."),
    ),
    "pickup_closed": (
        _("This branch has closed for good."),
        _("Write another branch to fetch it at."),
    ),
    "hold_ended": (
        _("This reservation is over (“%(value)s”)."),
        _("Only those that still wait are imported. Nothing has to be done."),
    ),
    "amount_missing": (
        _("The row says no amount."),
        _("Fill in the amount, in yuan."),
    ),
    "amount_bad": (
        _("“%(value)s” is no amount."),
        _("Write yuan above 0 and up to 100,000, such as 3.50."),
    ),
    "due_settled": (
        _("Nothing is owed any more for this."),
        _("Only what is still open comes in. Nothing has to be done."),
    ),
    "deposits_not_taken": (
        _("This library takes no deposits."),
        _("Let a lending rule ask for a deposit first (Settings), then check the list again."),
    ),
    "no_deposit": (
        _("No deposit is kept for this reader any more."),
        _("Only those that are still kept are imported. Nothing has to be done."),
    ),
}
"""Why a row stays out, or comes in without something, and what would help."""

FOLLOWED: Final[dict[str, Promise]] = {
    "edited": _("Somebody has changed it or dealt with it since."),
    "elsewhere": _("It was lent at a branch where whoever undoes this does not work."),
    "account": _("The reader can sign in by now."),
    "loan": _("The reader has borrowed since."),
    "hold": _("The reader has reserved since."),
    "ledgerline": _("There is money in the reader's account."),
    "depositline": _("There is a deposit in the reader's account."),
    "block": _("The reader was blocked since."),
    "notice": _("The reader got messages since."),
    "assessment": _("It has cost the reader something since."),
    "moveddate": _("Its due date was moved since."),
    "transit": _("The book was sent to the reader's branch since."),
}
"""What followed on a row that could not be taken back."""

VERDICT_LINES: Final = {
    Kind.READERS: (
        ("new", "check", "success", many("%(n)s new reader", "%(n)s new readers", "n"), ""),
        (
            *("update", "plus", "info"),
            many(
                "%(n)s row adds something to a reader who is here",
                "%(n)s rows add something to readers who are here",
                "n",
            ),
            many(
                "%(n)s row added something to a reader who is here",
                "%(n)s rows added something to readers who are here",
                "n",
            ),
        ),
        *UNCHANGED,
    ),
    Kind.LOANS: (
        ("new", "check", "success", many("%(n)s book is out", "%(n)s books are out", "n"), ""),
        *UNCHANGED,
    ),
    Kind.HOLDS: (
        ("new", "check", "success", many("%(n)s reservation", "%(n)s reservations", "n"), ""),
        *UNCHANGED,
    ),
    Kind.DUES: (
        ("new", "check", "success", many("%(n)s charge", "%(n)s charges", "n"), ""),
        *UNCHANGED,
    ),
    Kind.DEPOSITS: (
        ("new", "check", "success", many("%(n)s deposit", "%(n)s deposits", "n"), ""),
        *UNCHANGED,
    ),
}
"""By kind: verdict, icon, colour, and what is said before and after the import."""
MADE: Final = {
    "readers": many("%(n)s new reader", "%(n)s new readers", "n"),
    "loans": many("%(n)s book on loan", "%(n)s books on loan", "n"),
    "holds": many("%(n)s reservation", "%(n)s reservations", "n"),
    "dues": many("%(n)s charge", "%(n)s charges", "n"),
    "deposits": many("%(n)s deposit", "%(n)s deposits", "n"),
}
"""What an import made, by the name it is counted under."""
GONE: Final = {
    "readers": many("%(n)s reader is taken away", "%(n)s readers are taken away", "n"),
    "loans": many("%(n)s book is no longer on loan", "%(n)s books are no longer on loan", "n"),
    "holds": many("%(n)s reservation is taken away", "%(n)s reservations are taken away", "n"),
    "dues": many("%(n)s charge is let off", "%(n)s charges are let off", "n"),
    "deposits": many("%(n)s deposit is taken off again", "%(n)s deposits are taken off again", "n"),
}
"""What taking an import back does, by the same name."""
