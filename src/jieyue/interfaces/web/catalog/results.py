"""What the scanning page shows for a scan, as plain values for its template."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.catalog.actions import Catalogued, CopiesAdded
from jieyue.catalog.call_numbers import suggested_call_number
from jieyue.catalog.lookup import LookedUp
from jieyue.catalog.queries import Addition, CopyView, TitleView
from jieyue.catalog.rules.descriptions import FIELDS, Description
from jieyue.catalog.rules.faults import Fault
from jieyue.interfaces.web.access import StaffRequest
from jieyue.interfaces.web.catalog.defaults import Defaults
from jieyue.interfaces.web.catalog.forms import BookForm, CopiesForm
from jieyue.interfaces.web.catalog.words import (
    DOUBTED_FIELDS,
    doubts_in_words,
    faults_in_words,
    source_words,
)
from jieyue.libraries.desk import Desk

Context = dict[str, Any]


def notice(kind: str, text: str, **more: Any) -> Context:
    """Return a message: done, look, refused or info."""
    return {"result": {"kind": "notice", "notice": kind, "text": text, **more}}


def refused_notice(faults: Iterable[Fault]) -> Context:
    """Return why nothing was added."""
    return notice("refused", " ".join(faults_in_words(faults)))


def state_notice(
    outcome: Catalogued | CopiesAdded, doubts: Iterable[str], *, failed: tuple[str, ...] = ()
) -> Context:
    """Return what was added, and whether it wants a look."""
    count = len(outcome.copies)
    values = {"name": outcome.name, "n": count, "first": outcome.copies[0].barcode}
    if count == 1:
        text = _("%(name)s added, barcode %(first)s.") % values
    else:
        values["last"] = outcome.copies[-1].barcode
        text = (
            ngettext(
                "%(name)s: %(n)s copy added, %(first)s to %(last)s.",
                "%(name)s: %(n)s copies added, %(first)s to %(last)s.",
                count,
            )
            % values
        )
    state = outcome.state if isinstance(outcome, Catalogued) else "confirmed"
    help_text = ""
    if state == "doubtful":
        help_text = " ".join(doubts_in_words(doubts))
    elif state == "draft":
        help_text = _("Nobody knows this ISBN yet. It can be lent already; we ask again at night.")
        if failed:
            help_text += " " + _("No answer from: %(names)s.") % {"names": ", ".join(failed)}
    kind = "done" if state == "confirmed" else "look"
    return notice(kind, text, help=help_text, title_id=outcome.title)


def added_row(desk: Desk, book: Description, outcome: Catalogued | CopiesAdded) -> Addition:
    """Return the line of today's list for copies just added."""
    barcodes = [copy.barcode for copy in outcome.copies]
    return Addition(
        title_public_id=outcome.title,
        name=outcome.name,
        authors=book.authors,
        publisher=book.publisher,
        isbn13=book.isbn13,
        clc=book.clc,
        state=outcome.state if isinstance(outcome, Catalogued) else "confirmed",
        copy=min(copy.copy for copy in outcome.copies),
        copies=len(barcodes),
        first_barcode=min(barcodes),
        last_barcode=max(barcodes),
        added_at=desk.now,
    )


def book_card(
    request: StaffRequest,
    defaults: Defaults,
    book: Description,
    *,
    found: LookedUp | None = None,
) -> Context:
    """Return the card to check and confirm. `book` without a name: nobody knows it."""
    isbn13 = found.isbn13 if found else ""
    initial = {name: getattr(book, name) for name in FIELDS}
    form = BookForm(initial=initial, prefix="book")
    doubts = found.doubts if found else ()
    for name in {DOUBTED_FIELDS[code] for code in doubts if code in DOUBTED_FIELDS}:
        form.fields[name].widget.attrs["data-doubt"] = "1"
        form.fields[name].help_text = _("Please check this.")
    call_number = ""
    if defaults.values["suggests_call_number"]:
        call_number = suggested_call_number(book, branch_id=_branch_id(request, defaults))
    copies = _copies_form(
        defaults,
        printed_cents=book.price_cents,
        call_number=call_number,
        suggested=call_number,
    )
    return {
        "result": {
            "kind": "card",
            "is_known": bool(book.name),
            "isbn13": isbn13,
            "unified_number": book.unified_number,
            "name": book.name,
            "clc": book.clc,
            "source": found.source if found else "",
            "source_words": source_words(found.source) if found and book.name else "",
            "doubts": doubts_in_words(doubts),
            "failed": ", ".join(found.failed) if found else "",
            "errors": [],
            "replaced": _replaced(request, isbn13),
        },
        "book": form,
        "copies": copies,
    }


def here_card(title: TitleView, defaults: Defaults, *, copy: CopyView | None = None) -> Context:
    """Return the card of a book the library has: another copy can be added."""
    kept = [one for one in title.copies if one.standing != "withdrawn"]
    last = kept[-1] if kept else None
    call_number = last.call_number if last else ""
    return {
        "result": {"kind": "here", "title": title, "scanned_copy": copy, "errors": []},
        "copies": _copies_form(
            defaults, printed_cents=title.book.price_cents, call_number=call_number
        ),
    }


def _copies_form(
    defaults: Defaults, *, printed_cents: int | None, call_number: str, suggested: str = ""
) -> CopiesForm:
    price = defaults.values["price_cents"]
    initial = defaults.values | {
        "price_cents": printed_cents if price is None else price,
        "call_number": call_number,
        "suggested": suggested,
    }
    form = CopiesForm(initial=initial, prefix="copies")
    form.offer(defaults.branches, defaults.item_types)
    return form


def _branch_id(request: StaffRequest, defaults: Defaults) -> int:
    """The branch that scanned books go to."""
    chosen = (one.id for one in defaults.branches if one.code == defaults.values["branch"])
    return next(chosen, request.desk.branch_id)


def _replaced(request: StaffRequest, isbn13: str) -> str:
    """The name on the card that this scan takes the place of, if it was another book's."""
    if not request.POST.get("card") or request.POST.get("scanned", "") == isbn13:
        return ""
    return request.POST.get("book-name", "")[:80]
