"""Copies that are another book: choose them, say which book it is, look, move, take back."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from jieyue.catalog.queries import CopyView, TitleView
from jieyue.catalog.rules.descriptions import FIELDS, is_nameless
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.isbn import Isbn, parse
from jieyue.circulation.actions.splitting import Split, split_title, unsplit_title
from jieyue.circulation.queries.loans import copy_states
from jieyue.circulation.queries.splitting import SplitMoves, split_moves
from jieyue.circulation.rules.splitting import MAX_COPIES
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.catalog.forms import BookForm, show_faults
from jieyue.interfaces.web.catalog.views.merging import known_title, records_found
from jieyue.interfaces.web.catalog.words import STANDINGS, fault_words, faults_in_words
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

SHOWN = 12  # barcodes of those that move


@staff_page(Permission.CATALOG_EDIT)
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, title: str) -> HttpResponse:
    """GET step by step: which copies, which book they are, what moves; POST: move them."""
    known = known_title(title)
    if request.method == "POST":
        return _move(request, known)
    chosen = _chosen(known, request.GET.getlist("copy"))
    if not 1 <= len(chosen) <= MAX_COPIES:
        trouble = Fault(FaultCode.COPIES_OUT_OF_RANGE, "copies", str(MAX_COPIES))
        words = fault_words(trouble) if "choose" in request.GET else ""
        return draw(request, "catalog/split_choose.html", _choice(request, known, words))
    if request.GET.get("into"):
        other = known_title(request.GET["into"][:12])
        return draw(request, "catalog/split.html", _moves(known, chosen, other))
    if "new" in request.GET:
        form = BookForm(prefix="book", initial=_begun(known, request.GET.get("isbn", "")))
        return draw(request, "catalog/split.html", _moves(known, chosen, None, form))
    return draw(request, "catalog/split_find.html", _search(request, known, chosen))


@staff_page(Permission.CATALOG_EDIT)
@require_POST
def unsplit(request: StaffRequest, split: str) -> HttpResponse:
    """POST: the copies back to the record they were with."""
    outcome = unsplit_title(request.desk, split=split)
    if outcome.type == "unsplit":
        messages.success(request, _("Undone: %(name)s.") % {"name": outcome.name})
        return _title(request, outcome.title)
    if outcome.faults[0].code is FaultCode.SPLIT_UNKNOWN:
        raise Http404("no such split")
    messages.error(request, " ".join(faults_in_words(outcome.faults)))
    return elsewhere(request, reverse("catalog:doubles", args=[request.library.slug]))


def _move(request: StaffRequest, known: TitleView) -> HttpResponse:
    asked = [one.replace("\x00", "") for one in request.POST.getlist("copy")]
    chosen = _chosen(known, asked)
    into = request.POST.get("into", "")[:12]
    other = known_title(into) if into else None
    form = None if other else BookForm(request.POST, prefix="book")
    if form is not None and not form.is_valid():
        return draw(request, "catalog/split.html", _moves(known, chosen, None, form), status=422)
    outcome = split_title(
        request.desk,
        title=known.public_id,
        copies=tuple(asked),
        into=other.public_id if other else "",
        book=form.book() if form else None,
    )
    if isinstance(outcome, Split):
        n = {"n": outcome.copies, "name": outcome.name}
        text = ngettext(
            "%(n)s copy is with “%(name)s” now. You can undo it under “Duplicates” for 30 days.",
            "%(n)s copies are with “%(name)s” now. You can undo it under “Duplicates” for 30 days.",
            outcome.copies,
        )
        messages.success(request, text % n)
        return _title(request, outcome.into)
    if not chosen:
        words = " ".join(faults_in_words(outcome.faults))
        page = _choice(request, known, words)
        return draw(request, "catalog/split_choose.html", page, status=409)
    mine = [one for one in outcome.faults if form is not None and one.field in form.fields]
    errors = faults_in_words(one for one in outcome.faults if one not in mine)
    errors += show_faults(form, mine) if form is not None else []
    taken = (one.value for one in mine if one.code is FaultCode.ISBN_TAKEN)
    context = _moves(known, chosen, other, form) | {"errors": errors, "taken": next(taken, "")}
    return draw(request, "catalog/split.html", context, status=409)


def _chosen(known: TitleView, asked: list[str]) -> list[CopyView]:
    wanted = set(asked)
    return [copy for copy in known.copies if copy.public_id in wanted]


def _choice(request: StaffRequest, known: TitleView, trouble: str) -> dict[str, Any]:
    """Return the copies to tick; withdrawn ones are listed last, they may be another book too."""
    states = copy_states(request.desk.zone, [copy.id for copy in known.copies])
    ordered = sorted(known.copies, key=lambda copy: copy.standing == "withdrawn")
    rows = [
        {"copy": copy, "state": states.get(copy.id), "standing": STANDINGS[copy.standing]}
        for copy in ordered
    ]
    return {"page_active": "catalog", "title": known, "rows": rows, "trouble": trouble}


def _search(request: StaffRequest, known: TitleView, chosen: list[CopyView]) -> dict[str, Any]:
    found = records_found(request, known)
    parsed = parse(found["text"])
    isbn = {"isbn": parsed.isbn13} if isinstance(parsed, Isbn) and not found["rows"] else {}
    query = _query(chosen)
    return found | {
        "title": known,
        "chosen": chosen,
        "query": query,
        "new_query": urlencode(isbn),
        "copies_words": _copies_words(len(chosen)),
    }


def _moves(
    known: TitleView, chosen: list[CopyView], other: TitleView | None, form: Any = None
) -> dict[str, Any]:
    """Return what would move to the other record, or to the new one that `form` describes."""
    moves = split_moves(
        title_id=known.id,
        copies=[copy.id for copy in chosen],
        into_id=other.id if other else None,
    )
    return {
        "page_active": "catalog",
        "title": known,
        "other": other,
        "book": form,
        "chosen": chosen,
        "shown": chosen[:SHOWN],
        "more": max(0, len(chosen) - SHOWN),
        "query": _query(chosen),
        "copies_words": _copies_words(len(chosen)),
        "moves_words": _moves_words(moves),
        "is_same": other is not None and other.id == known.id,
        "is_emptied": moves.is_emptied,
        "freed": moves.freed,
        "key": str(uuid4()),
    }


def _begun(known: TitleView, isbn: str) -> dict[str, Any]:
    """Return what the other book's record begins with: all that this one says, but its ISBN."""
    parsed = parse(isbn)
    values = {name: getattr(known.book, name) for name in FIELDS}
    values["isbn13"] = parsed.isbn13 if isinstance(parsed, Isbn) else ""
    return values | ({"name": ""} if is_nameless(known.book) else {})


def _copies_words(count: int) -> str:
    return ngettext("%(n)s copy", "%(n)s copies", count) % {"n": count}


def _moves_words(moves: SplitMoves) -> list[str]:
    found = [
        _counted(
            ngettext("%(n)s copy moves, with its loans and history.",
                     "%(n)s copies move, with their loans and history.", moves.copies),
            moves.copies,
        )
    ]  # fmt: skip
    if moves.on_loan == moves.copies == 1:
        found.append(_("It is on loan and stays with its reader."))
    elif moves.on_loan:
        words = ngettext(
            "%(n)s of them is on loan and stays with its reader.",
            "%(n)s of them are on loan and stay with their readers.",
            moves.on_loan,
        )
        found.append(_counted(words, moves.on_loan))
    if moves.holds:
        words = ngettext(
            "%(n)s reservation goes along.", "%(n)s reservations go along.", moves.holds
        )
        found.append(_counted(words, moves.holds))
    if moves.stays:
        words = ngettext(
            "%(n)s reservation stays with the book it was made for.",
            "%(n)s reservations stay with the book they were made for.",
            moves.stays,
        )
        found.append(_counted(words, moves.stays))
    if moves.twice:
        words = ngettext(
            "%(n)s reader has reserved both and keeps the better place.",
            "%(n)s readers have reserved both and keep the better place.",
            moves.twice,
        )
        found.append(_counted(words, moves.twice))
    return [*found, _("Barcodes, labels and call numbers stay as they are.")]


def _counted(words: str, count: int) -> str:
    return words % {"n": count}


def _query(chosen: list[CopyView]) -> str:
    return urlencode([("copy", copy.public_id) for copy in chosen])


def _title(request: StaffRequest, public_id: str) -> HttpResponse:
    return elsewhere(request, reverse("catalog:title", args=[request.library.slug, public_id]))
