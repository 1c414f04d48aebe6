"""What becomes of a row, in its own words: which book, and what it brings."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.imports.mending import MENDABLE
from jieyue.imports.queries import ImportRowView, ImportView
from jieyue.imports.rules.runs import PERSONAL, Kind, RowState, State
from jieyue.imports.works import WRONG
from jieyue.interfaces.web.imports import people_words as people
from jieyue.interfaces.web.imports.kinds import BROUGHT
from jieyue.interfaces.web.imports.row_words import doubt_note, fault_note
from jieyue.interfaces.web.imports.words import FIELDS

_CELLS: Final = 3  # shown of a row that could not be read
_CODES: Final = 5  # barcodes named of a row
Shown = tuple[str, str, list[str]]  # name, what else is told of it, what it brings


def shown_row(slug: str, run: ImportView, row: ImportRowView) -> dict[str, Any]:
    """Return a row as the page shows it."""
    kind = run.kind
    name, about, lines = _SHOWN.get(Kind(kind), _any)(row)
    if row.verdict == "wrong" or row.state == RowState.LEFT_OUT:
        lines = []
    # Of a reservation or a due `title` is what the list calls the book.
    title = "" if kind in PERSONAL else row.reading.get("title", "")
    return {
        "place": place_words(kind, row.number),
        "name": name or " · ".join(filter(None, row.cells[:_CELLS])) or "—",
        "about": about if name else "",
        "address": reverse("catalog:title", args=[slug, title]) if title else "",
        "mend": reverse("imports:row", args=[slug, run.public_id, row.number])
        if is_mendable(run, row)
        else "",
        "lines": [*lines, *_ends(row)],
        "faults": [fault_note(fault, kind) for fault in row.faults],
        "doubts": []
        if row.verdict == "wrong"
        else [doubt_note(doubt, kind) for doubt in row.doubts],
    }


def place_words(kind: str, number: int) -> str:
    """Return where in its file a row stands; records have no lines to look for."""
    text = _("Record %(n)s") if kind == Kind.MARC else _("Row %(n)s")
    return text % {"n": number}


def is_mendable(run: ImportView, row: ImportRowView) -> bool:
    """Say whether a row can be put right on a page of its own."""
    return (
        State(run.state) in MENDABLE
        and row.verdict == WRONG
        and row.state in {RowState.WAITING, RowState.LEFT_OUT}
        and bool(fields_of(run, row))
    )


def fields_of(run: ImportView, row: ImportRowView) -> tuple[tuple[str, str], ...]:
    """Return what of a row can be put right, and what it says now, each by its place."""
    columns = [column.kind for column in run.columns]
    return BROUGHT[Kind(run.kind)].work.mending.fields(columns, row)


def _any(row: ImportRowView) -> Shown:
    return "", "", []


def _book(row: ImportRowView) -> Shown:
    book, copies = row.reading.get("book", {}), row.reading.get("copies", {})
    about = [book.get("authors"), book.get("publisher"), book.get("year"), book.get("isbn13")]
    volume = book.get("volume", "")
    name = f"{book.get('name', '')} {volume}".strip()
    return name, " · ".join(str(part) for part in about if part), _book_lines(row, copies)


def _book_lines(row: ImportRowView, copies: Mapping[str, Any]) -> list[str]:
    if row.verdict == "duplicate":
        return [] if row.faults else [_("Nothing that is not here already.")]
    lines = _copy_lines(row, copies.get("count", 1), copies.get("barcodes", []))
    if row.changed:
        names = _(", ").join(str(FIELDS.get(name, name)) for name in row.changed)
        lines.append(_("Filled in or replaced: %(names)s") % {"names": names})
    if number := row.told.get("call_number"):
        lines.append(_("Call number given: %(number)s") % {"number": number})
    elif row.state == RowState.WAITING and (number := row.reading.get("call_number")):
        lines.append(_("Call number by the shelving scheme: %(number)s") % {"number": number})
    return lines


def _copy_lines(row: ImportRowView, count: int, codes: Sequence[str]) -> list[str]:
    figures = {"n": count, "row": row.first_row}
    if row.verdict == "new":
        text = ngettext("New, with %(n)s copy", "New, with %(n)s copies", count)
    elif not count:
        return []
    elif row.first_row not in {0, row.number}:
        text = ngettext(
            "%(n)s more copy of the book in row %(row)s",
            "%(n)s more copies of the book in row %(row)s",
            count,
        )
    else:
        text = ngettext(
            "%(n)s more copy of a book that is here",
            "%(n)s more copies of a book that is here",
            count,
        )
    return [_with_codes(text % figures, codes) if count else _("New, without copies")]


def _with_codes(text: str, codes: Sequence[str]) -> str:
    if not codes:
        return _("%(text)s; barcodes come from the library's own range") % {"text": text}
    more = " …" if len(codes) > _CODES else ""
    return f"{text} · {' '.join(codes[:_CODES])}{more}"


def _reader(row: ImportRowView) -> Shown:
    said = row.reading
    about = [said.get(name) for name in ("group_name", "student_number", "card", "phone")]
    lines = []
    if row.verdict == "new":
        lines.append(_("New reader") if said.get("card") else _("New reader, with the next card"))
    elif row.verdict == "duplicate" and not row.faults:
        lines.append(_("Nothing that is not here already."))
    if row.changed:
        names = _(", ").join(str(people.FIELDS.get(name, name)) for name in row.changed)
        lines.append(_("Filled in or replaced: %(names)s") % {"names": names})
    return said.get("name", ""), " · ".join(filter(None, about)), lines


def _of_reader(row: ImportRowView) -> Shown:
    """Return a loan, reservation, due or deposit: whose it is, and the cells that say the rest."""
    who = row.reading.get("who", {})
    names = [who.get(name) for name in ("name", "card", "student_number", "group_name")]
    name = next(filter(None, names), "")
    about = [cell for cell in row.cells if cell and cell != name]
    is_here = row.verdict == "duplicate" and not row.faults
    return name, " · ".join(about), [_("Nothing that is not here already.")] if is_here else []


def _ends(row: ImportRowView) -> list[str]:
    if row.state == RowState.UNDONE:
        return [_("Undone.")]
    return []


_SHOWN: Final[dict[Kind, Callable[[ImportRowView], Shown]]] = {
    Kind.BOOKS: _book,
    Kind.MARC: _book,
    Kind.READERS: _reader,
    Kind.LOANS: _of_reader,
    Kind.HOLDS: _of_reader,
    Kind.DUES: _of_reader,
    Kind.DEPOSITS: _of_reader,
}
