"""What imports say in plain words: kinds, columns, states, and why a file cannot be read."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as many

from jieyue.imports.rules.runs import Against, Kind, State

Lines = dict[str, tuple[Promise, Promise]]  # code: what is so, what would help

KINDS: Final = {
    Kind.BOOKS: _("Books"),
    Kind.MARC: _("Books (MARC)"),
    Kind.READERS: _("Readers"),
    Kind.LOANS: _("What is on loan"),
    Kind.HOLDS: pgettext_lazy("import", "Reservations"),
    Kind.DUES: _("What readers owe"),
    Kind.DEPOSITS: pgettext_lazy("import", "Deposits"),
}
KIND_HELP: Final = {
    Kind.BOOKS: _("Titles and copies: a spreadsheet, or MARC from the old system"),
    Kind.READERS: _("Names, cards, classes, phone numbers"),
    Kind.LOANS: _("Who has which book, and until when: import books and readers first"),
    Kind.HOLDS: _("Who waits for which book: import books and readers first"),
    Kind.DUES: _("Fines and fees of the old system that are not paid: import readers first"),
    Kind.DEPOSITS: _("Deposits that readers paid in the old system: import readers first"),
}
"""What a person chooses from; a MARC file is told from a table by its content."""

STATES: Final = {
    State.UPLOADED: _("Not checked yet"),
    State.CHECKING: _("Being checked"),
    State.CHECKED: _("Checked, not imported yet"),
    State.IMPORTING: _("Being imported"),
    State.STOPPED: _("Stopped halfway"),
    State.DONE: _("Imported"),
    State.UNDOING: _("Being undone"),
    State.UNDONE: _("Undone"),
    State.FAILED: _("Could not be read"),
}

COLUMNS: Final = {
    "isbn": _("ISBN"),
    "barcode": _("Barcode"),
    "call_number": _("Call number"),
    "publisher": _("Publisher"),
    "clc": _("Class number"),
    "year": _("Year"),
    "price": _("Printed price"),
    "name": _("Title"),
    "subtitle": _("Subtitle"),
    "volume": _("Volume"),
    "authors": _("Author"),
    "translators": _("Translator"),
    "pages": _("Number of pages"),
    "series": _("Series"),
    "book_number": _("Number within the class"),
    "language": _("Language"),
    "audience": _("For readers aged"),
    "summary": _("Summary"),
    "accession": _("Accession number"),
    "count": _("Number of copies"),
    "branch": _("Branch"),
    "shelf": _("Shelf"),
    "item_type": _("Item type"),
    "price_paid": _("Price paid"),
    "source": _("Source"),
    "supplier": _("Supplier"),
    "place": _("Place of publication"),
    "edition": _("Edition"),
    "subjects": _("Subjects"),
    "parts": _("What belongs to it"),
    "note": _("Note"),
    "standing": _("State of the copy"),
    "added_on": _("Added on"),
}
"""What a column of books can hold, named as the forms of books name it."""
FIELDS: Final = COLUMNS | {
    "isbn13": _("ISBN"),
    "unified_number": _("Book number"),
    "price_cents": _("Printed price"),
}
"""Fields of a title or a copy that a row can change or be wrong in."""

ENCODINGS: Final = {
    "utf-8-sig": "UTF-8",
    "gb18030": "GB18030 (GBK, GB2312)",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "big5hkscs": "Big5",
    "utf-8": "UTF-8",
    "marc-8": "MARC-8",
}
DELIMITERS: Final = {
    ",": _("comma ,"),
    "\t": _("tab"),
    ";": _("semicolon ;"),
    "|": _("bar |"),
    "，": _("Chinese comma ，"),
    "；": _("Chinese semicolon ；"),
    "^": _("caret ^"),
}

PROBLEMS: Final[Lines] = {
    "empty": (
        _("This file is empty."),
        _("Open it, see whether your list is in it, save it and choose it again."),
    ),
    "not_a_table": (
        _("This is no list that we can read."),
        _("Choose a spreadsheet (.xlsx), a text file (.csv, .txt) or MARC records."),
    ),
    "old_excel": (
        _("This is an Excel file of the kind used before 2007 (.xls)."),
        _("Open it in Excel or WPS and save it as .xlsx, then choose that."),
    ),
    "encrypted": (
        _("This file is locked with a password."),
        _("Open it with its password, save it without one, then choose it again."),
    ),
    "web_page": (
        _("This is a web page that only calls itself a spreadsheet, as some systems export."),
        _("Open it in Excel or WPS and save it as .xlsx, then choose that."),
    ),
    "broken": (
        _("This file is broken, or only a part of it arrived."),
        _("Open it in Excel or WPS; if it opens, save it as .xlsx and choose that."),
    ),
    "too_large": (
        _("This file is too large."),
        _("Save it in parts, such as 50,000 rows each, and import them one after another."),
    ),
    "sheet_unknown": (
        _("This sheet is not in the file."),
        _("Choose one of those that are."),
    ),
    "no_records": (
        _("There are no MARC records in this file."),
        _("Export them from the old system again, as ISO 2709 (.mrc, .iso) or MARCXML."),
    ),
    "file_missing": (
        _("No file was chosen."),
        _("Choose the file with your list, then try again."),
    ),
    "days_over": (
        _("This list was kept for 30 days, and is gone now."),
        _("Nothing of it was imported. Choose the file again to start over."),
    ),
    "kind_unknown": (
        _("Please say what is in your file."),
        _("Choose one of the kinds, then choose the file again."),
    ),
    Against.FILE_TOO_LARGE.value: (
        _("This file is too large."),
        _("Save it in parts, such as 50,000 rows each, and import them one after another."),
    ),
    Against.FILE_INCOMPLETE.value: (
        _("The file did not arrive whole."),
        _("Upload it again."),
    ),
    Against.PART_UNKNOWN.value: (
        _("The file has no part with this number."),
        _("Parts are counted from 1; look how many the import expects."),
    ),
    Against.PART_SIZE_WRONG.value: (
        _("The part has another size than it should."),
        _("All parts but the last are of one size, which the import names."),
    ),
    Against.COLUMNS_NOT_ENOUGH.value: (
        _("No column tells what a row is about."),
        _("Choose below which column holds it: of books the title or the ISBN."),
    ),
    Against.NOT_NOW.value: (
        _("This import has gone on meanwhile."),
        _("Look at where it stands now; perhaps a colleague was faster."),
    ),
    Against.ANOTHER_AT_WORK.value: (
        _("Another import is at work."),
        _("One goes after the other, so that nothing comes in twice. Wait until it is done."),
    ),
    Against.NOTHING_TO_DO.value: (
        _("There is nothing to import: no row is new."),
        _("Look at the rows below; those with a reason can be corrected."),
    ),
    Against.TOO_LATE_TO_UNDO.value: (
        _("It is too late to undo this import."),
        _("Withdraw single copies at their own pages instead."),
    ),
    Against.NO_SOURCES.value: (
        _("No book source is switched on, so there is nobody to ask for covers."),
        _("Switch one on in the settings, under book sources."),
    ),
    Against.GIVEN_UP.value: (
        _("The work on this list has failed several times, so it was stopped."),
        _(
            "What is done stays done. Try again; if it stops once more, tell whoever looks"
            " after the program."
        ),
    ),
    Against.NO_RIGHT.value: (
        _("Whoever began this import may no longer do this here."),
        _("Sign in as somebody who may, and go on with it."),
    ),
    Against.IMPORT_UNKNOWN.value: (
        _("This import is no longer here."),
        _("It was discarded, or its days are over."),
    ),
    Against.ROW_UNKNOWN.value: (
        _("This row is no longer here."),
        _("Look at the list again."),
    ),
    Against.ROW_EMPTY.value: (
        _("Nothing is left of this row."),
        _("Fill in what is known of it, or go back and leave it out."),
    ),
    Against.ROW_NOT_UNDERSTOOD.value: (
        _("The program met something in this row that it did not expect."),
        _("The row stays out. Enter it by hand, and tell whoever looks after the program."),
    ),
}
"""Why a file or an import is refused, and what would help."""


def refusal(code: str) -> dict[str, str]:
    """Return why not, and what would help, for a notice."""
    text, what_helps = PROBLEMS[code]
    return {"text": str(text), "help": str(what_helps)}


UNCHANGED: Final = (
    (
        *("duplicate", "minus", "base-content"),
        many(
            "%(n)s row says nothing new and is passed over",
            "%(n)s rows say nothing new and are passed over",
            "n",
        ),
        many("%(n)s row said nothing new", "%(n)s rows said nothing new", "n"),
    ),
    (
        *("wrong", "circle-x", "error"),
        many(
            "%(n)s row cannot be imported; the reason is below",
            "%(n)s rows cannot be imported; the reasons are below",
            "n",
        ),
        many(
            "%(n)s row was not imported; the reason is below",
            "%(n)s rows were not imported; the reasons are below",
            "n",
        ),
    ),
)
"""Rows of which nothing comes, whatever the kind."""
_BOOK_LINES: Final = (
    (
        *("new", "check", "success"),
        many("%(n)s new book", "%(n)s new books", "n"),
        "",  # what was made says it
    ),
    (
        *("update", "plus", "info"),
        many(
            "%(n)s row adds copies or what was missing",
            "%(n)s rows add copies or what was missing",
            "n",
        ),
        many(
            "%(n)s row added copies or what was missing",
            "%(n)s rows added copies or what was missing",
            "n",
        ),
    ),
    *UNCHANGED,
)
VERDICT_LINES: Final = {Kind.BOOKS: _BOOK_LINES, Kind.MARC: _BOOK_LINES}
"""By kind: verdict, icon, colour, and what is said before and after the import."""
MADE: Final = {
    "titles": many("%(n)s new title", "%(n)s new titles", "n"),
    "copies": many("%(n)s new copy", "%(n)s new copies", "n"),
    "numbered": many(
        "%(n)s copy got a call number by the shelving scheme",
        "%(n)s copies got a call number by the shelving scheme",
        "n",
    ),
}
"""What an import made, by the name it is counted under."""

TAB_HELP: Final = {
    "new": _("Books that are not here yet."),
    "update": _("Further copies, or what was missing, for books that are here or come above."),
    "duplicate": _("Rows that say nothing that is not here already. Nothing happens to them."),
    "wrong": _("Correct these rows in the file with the reasons, then import that."),
    "mendable": _("Correct them here one by one, or all at once in the file with the reasons."),
    "doubtful": _("These rows are imported without a value that cannot be used."),
    "kept": _("Something followed on these rows, so they could not be undone."),
}
"""What a group of rows is; of books what is new and what is added, too."""

TO_NUMBER: Final = many(
    "%(n)s row gets a call number by the shelving scheme",
    "%(n)s rows get a call number by the shelving scheme",
    "n",
)


def file_hint(size: str) -> str:
    """Return what may be chosen; `size` is the most."""
    return gettext(
        "Excel or WPS (.xlsx), text (.csv, .txt) or MARC (.mrc, .iso, .xml); up to %(size)s"
    ) % {"size": size}


def too_large_words(size: str) -> str:
    """Return why a file is not even sent."""
    return gettext("This file is larger than %(size)s. Save it in several parts.") % {"size": size}


def rejected_name() -> str:
    """Return the name of a file of rows that stayed out."""
    return gettext("rows to correct")
