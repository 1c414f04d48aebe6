"""The catalogue's codes in plain words."""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.isbn import (
    Isbn,
    Issn,
    NotANumber,
    OtherEan,
    Parsed,
    UnifiedNumber,
    WrongCheckDigit,
    WrongLength,
    hyphenate,
)

_FAULTS: Final = {
    FaultCode.TITLE_UNKNOWN: gettext_lazy("This book is no longer in the catalogue."),
    FaultCode.COPY_UNKNOWN: gettext_lazy("This copy is no longer in the catalogue."),
    FaultCode.BRANCH_UNKNOWN: gettext_lazy("This branch is closed or unknown."),
    FaultCode.ITEM_TYPE_UNKNOWN: gettext_lazy("This item type is not in use."),
    FaultCode.NAME_MISSING: gettext_lazy("Please give the book a title."),
    FaultCode.TOO_LONG: gettext_lazy("Too long: %(value)s characters at most."),
    FaultCode.NUMBER_OUT_OF_RANGE: gettext_lazy("This number cannot be right."),
    FaultCode.ISBN_BAD: gettext_lazy("This is not a valid ISBN."),
    FaultCode.ISBN_TAKEN: gettext_lazy("Another book in this library has this ISBN."),
    FaultCode.COUNT_OUT_OF_RANGE: gettext_lazy("Add between 1 and %(value)s copies at a time."),
    FaultCode.COUNT_DIFFERS: gettext_lazy(
        "%(value)s barcodes were scanned, which is not the number of copies."
    ),
    FaultCode.BARCODE_BAD: gettext_lazy(
        "“%(value)s” cannot be a barcode: 3 to 40 digits or letters, please."
    ),
    FaultCode.BARCODE_IS_ISBN: gettext_lazy(
        "%(value)s is the book's ISBN. Every copy needs a barcode of its own."
    ),
    FaultCode.BARCODE_TWICE: gettext_lazy("Barcode %(value)s was scanned twice."),
    FaultCode.BARCODE_TAKEN: gettext_lazy("Barcode %(value)s is already on another copy."),
    FaultCode.BARCODE_IS_CARD: gettext_lazy("Barcode %(value)s is a reader's card."),
    FaultCode.ACCESSION_BAD: gettext_lazy(
        "“%(value)s” does not end in a number, so it cannot run on."
    ),
    FaultCode.ACCESSION_TAKEN: gettext_lazy("Accession number %(value)s is already in use."),
    FaultCode.STANDING_UNKNOWN: gettext_lazy("Please choose one of the states offered."),
    FaultCode.COPY_ON_LOAN: gettext_lazy("A reader has this copy. Take it back at the desk first."),
    FaultCode.LOSS_OF_LOAN: gettext_lazy(
        "A reader has this copy. Say at the loan that it is lost, or that it is not lost after "
        "all, so that its charge is right."
    ),
    FaultCode.COPY_HELD: gettext_lazy(
        "This copy is kept for a reader. Lend it to them or end their hold first."
    ),
    FaultCode.COPY_IN_TRANSIT: gettext_lazy(
        "This copy is on its way to another branch. Receive it there first."
    ),
    FaultCode.COPY_WITHDRAWN: gettext_lazy("This copy has been withdrawn."),
    FaultCode.COPY_NOT_WITHDRAWN: gettext_lazy("This copy is not withdrawn."),
    FaultCode.REASON_MISSING: gettext_lazy("Please say why."),
    FaultCode.PICTURE_MISSING: gettext_lazy("Choose a picture first."),
    FaultCode.PICTURE_UNREADABLE: gettext_lazy(
        "This file is not a picture we can read. Choose a JPEG, PNG or WebP, or take a photo."
    ),
    FaultCode.PICTURE_TOO_LARGE: gettext_lazy(
        "The picture is too large (%(value)s). Take it again with fewer pixels, or cut it out."
    ),
    FaultCode.PICTURE_TOO_SMALL: gettext_lazy(
        "The picture is too small (%(value)s): nobody would recognize the book."
    ),
    FaultCode.SOMETHING_FOLLOWED: gettext_lazy(
        "It has been lent, reserved or counted since, so it cannot be undone. Withdraw the"
        " copy instead."
    ),
    FaultCode.TOO_LATE_TO_UNDO: gettext_lazy(
        "Only what was added today can be undone. Withdraw the copy instead."
    ),
    FaultCode.SAME_TITLE: gettext_lazy("That is the same book. Please choose another one."),
    FaultCode.LOCATION_UNKNOWN: gettext_lazy("Somebody removed this just now."),
    FaultCode.LOCATION_TAKEN: gettext_lazy(
        "“%(value)s” is described already. Change it in the list."
    ),
    FaultCode.SHELF_MISSING: gettext_lazy("Please name the room or shelf as the copies name it."),
    FaultCode.DIRECTIONS_MISSING: gettext_lazy("Please give directions, or a link to a map."),
    FaultCode.LINK_BAD: gettext_lazy(
        "This cannot be opened. Paste a whole link that begins with https://"
    ),
    FaultCode.MERGE_UNKNOWN: gettext_lazy("This was undone already."),
    FaultCode.MERGE_TOO_OLD: gettext_lazy(
        "Only merges of the last 30 days can be undone. Add the other book again."
    ),
    FaultCode.COPIES_OUT_OF_RANGE: gettext_lazy(
        "Please tick the copies that are another book: at least one, at most %(value)s at a time."
    ),
    FaultCode.BOOK_THE_SAME: gettext_lazy(
        "The other book is described just as this one. Say what differs: the volume, the edition "
        "or the ISBN."
    ),
    FaultCode.SPLIT_UNKNOWN: gettext_lazy("This was undone already."),
    FaultCode.SPLIT_TOO_OLD: gettext_lazy(
        "Only splits of the last 30 days can be undone. Open the other book and move its copies "
        "from there."
    ),
    FaultCode.COPY_ELSEWHERE: gettext_lazy(
        "It, or another copy of the book, belongs to a branch where you do not work. Ask a "
        "colleague there."
    ),
    FaultCode.NOTHING_CHANGES: gettext_lazy("It is like that already."),
    FaultCode.NO_RIGHT: gettext_lazy(
        "Whoever started this may no longer do it here. Somebody who may can continue with the "
        "rest."
    ),
    FaultCode.GIVEN_UP: gettext_lazy(
        "This failed several times, so it was stopped. Continue with the rest, or undo it all; "
        "if it stops again, tell whoever looks after the program."
    ),
    FaultCode.CHANGED_SINCE: gettext_lazy(
        "Somebody has changed it since. Look at the copy and decide there."
    ),
    FaultCode.FIELD_CHANGED: gettext_lazy(
        "Somebody has just changed what you chose to replace. Look again and choose anew."
    ),
    FaultCode.CALL_NUMBER_TAKEN: gettext_lazy(
        "Another book has its old call number by now. Give it a number on its own page."
    ),
    FaultCode.CHANGE_MISSING: gettext_lazy("Please fill in at least one thing to change."),
    FaultCode.PILE_UNKNOWN: gettext_lazy("This change is no longer here. Start a new one."),
    FaultCode.PILE_EMPTY: gettext_lazy("There is no copy in this choice. Choose other books."),
    FaultCode.PILE_TOO_LARGE: gettext_lazy(
        "More than %(value)s copies. Choose fewer, such as one shelf at a time."
    ),
    FaultCode.PILE_BEGUN: gettext_lazy("This was started or undone already."),
    FaultCode.PILE_TOO_OLD: gettext_lazy(
        "Only changes of the last 30 days can be undone. Make a new change instead."
    ),
    FaultCode.VALUE_UNREADABLE: gettext_lazy(
        "“%(value)s” could not be read and was left out. Correct the cell or empty it."
    ),
    FaultCode.NUMBER_ROUNDED: gettext_lazy(
        "The spreadsheet has cut the number to %(value)s. Format the column as text and enter the "
        "number again."
    ),
    FaultCode.TEXT_DAMAGED: gettext_lazy(
        "Characters are missing in “%(value)s”. Export the list again as UTF-8 or .xlsx."
    ),
    FaultCode.BARCODE_REPEATED: gettext_lazy("Row %(value)s has this barcode already."),
    FaultCode.ACCESSION_REPEATED: gettext_lazy("Row %(value)s has this accession number already."),
    FaultCode.ROW_REPEATED: gettext_lazy("Row %(value)s says just the same."),
    FaultCode.CELLS_SHIFTED: gettext_lazy(
        "The row has more cells than headings, from “%(value)s” on. Put texts with a delimiter in "
        "them between quotes."
    ),
}
_DOUBTS: Final = {
    "title_too_long": gettext_lazy("The title is unusually long."),
    "isbn_not_given": gettext_lazy("The source did not say which ISBN it answered for."),
    "author_missing": gettext_lazy("No author was found."),
    "publisher_missing": gettext_lazy("No publisher was found."),
    "price_absurd": gettext_lazy("The price looks wrong."),
    "year_absurd": gettext_lazy("The year looks wrong."),
    "isbn_differs": gettext_lazy("The source answered for another ISBN."),
    "title_missing": gettext_lazy("The source gave no title."),
    "title_suspicious": gettext_lazy("The title looks like an error message."),
}
DOUBTED_FIELDS: Final = {
    "title_too_long": "name",
    "title_suspicious": "name",
    "title_missing": "name",
    "isbn_not_given": "name",
    "author_missing": "authors",
    "publisher_missing": "publisher",
    "price_absurd": "price_cents",
    "year_absurd": "year",
}
STANDINGS: Final = {
    "in_use": gettext_lazy("On the shelf"),
    "reference": gettext_lazy("For reading here"),
    "repair": gettext_lazy("In repair"),
    "missing": gettext_lazy("Missing"),
    "lost": gettext_lazy("Lost"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


def fault_words(fault: Fault) -> str:
    """Return what is wrong, in the active language."""
    return str(_FAULTS[fault.code]) % {"value": fault.value}


def faults_in_words(faults: Iterable[Fault], *, limit: int = 6) -> list[str]:
    """Return what is wrong, line by line; of many alike only the first few."""
    words = [fault_words(fault) for fault in faults]
    more = len(words) - limit
    if more <= 0:
        return words
    rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return [*words[:limit], rest]


def doubts_in_words(codes: Iterable[str]) -> list[str]:
    """Return why a record wants a look."""
    return [str(_DOUBTS.get(code, code)) for code in codes]


def source_words(source: str) -> str:
    """Return who described a book."""
    if source == "curated":
        return _("the built-in list of well-known books")
    return source or _("typed by hand")


def not_an_isbn(parsed: Parsed) -> str:
    """Return why this is not the ISBN of a book; empty for one that is."""
    match parsed:
        case Isbn() | UnifiedNumber():
            return ""
        case WrongCheckDigit(given=given, expected=expected):
            return _(
                "%(given)s is not a valid ISBN: one digit is wrong or two have changed places. "
                "If only the last is wrong, it should be %(expected)s."
            ) % {"given": given, "expected": expected}
        case WrongLength(digits=digits):
            return _("An ISBN has 13 or 10 digits; this has %(digits)s.") % {"digits": digits}
        case Issn(issn=issn):
            return _("This is a magazine (ISSN %(issn)s), not a book.") % {"issn": issn}
        case OtherEan():
            return _("This is the bar code of something else than a book.")
        case NotANumber():
            return _("This is not an ISBN.")


def number_words(isbn13: str, unified_number: str) -> str:
    """Return the number a book is known by, as printed; empty if it has none."""
    if isbn13:
        return f"ISBN {hyphenate(isbn13)}"
    return f"{_('Book number')} {unified_number}" if unified_number else ""
