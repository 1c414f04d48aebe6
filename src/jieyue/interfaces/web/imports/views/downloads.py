"""Files to take away: an empty list to fill in, and the rows that stayed out with their reasons."""

from collections.abc import Iterator
from typing import Final

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from jieyue.catalog.importing.marc_mending import SHOWN
from jieyue.imports.queries import ImportView, originals_to_put_right, rows_to_put_right
from jieyue.imports.rules.runs import Kind
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.downloads import XLSX, download, new_file
from jieyue.interfaces.web.imports.kinds import BROUGHT, offered
from jieyue.interfaces.web.imports.lists import OFFERED, rejected_lines, write_empty_list
from jieyue.interfaces.web.imports.views import known
from jieyue.interfaces.web.imports.words import COLUMNS, KINDS, rejected_name
from jieyue.kit.tables.writing import csv_lines, write_workbook

TYPES: Final = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "iso": "application/marc"}
FILES: Final = dict.fromkeys(Kind, ("xlsx", "csv")) | {Kind.MARC: ("xlsx", "iso")}


@staff_page()
@require_GET
def empty_list(request: StaffRequest, import_kind: str) -> HttpResponse:
    """GET a workbook with headings only."""
    if import_kind not in BROUGHT or import_kind not in OFFERED:
        raise Http404("no such list")
    if import_kind not in offered(request):
        raise Http404("not for you")
    kind = Kind(import_kind)
    file = new_file()
    write_empty_list(file, kind)
    return download(file, f"{KINDS[kind]}.xlsx", XLSX)


@staff_page()
@require_GET
def rejected(request: StaffRequest, run: str, file_kind: str) -> HttpResponse:
    """GET the rows that stayed out, as .xlsx or .csv, with reasons in columns of their own.

    Of MARC files also as .iso: the records themselves, to be put right and brought again.
    """
    found, _brought = known(run, request)
    if file_kind not in FILES[Kind(found.kind)]:
        raise Http404("no such file")
    stem = found.file_name.rpartition(".")[0] or found.file_name
    name = f"{stem} {rejected_name()}.{file_kind}"
    file = new_file()
    if file_kind == "iso":
        for original in originals_to_put_right(found.public_id):
            file.write(original.removesuffix(b"\x1d") + b"\x1d")
        return download(file, name, TYPES[file_kind])
    lines = _lines(found)
    if file_kind == "xlsx":
        write_workbook(file, rejected_name(), lines)
    else:
        for line in csv_lines(lines):
            file.write(line.encode())
    return download(file, name, TYPES[file_kind])


def _lines(run: ImportView) -> Iterator[list[str]]:
    headings = [column.heading for column in run.columns]
    if run.kind == Kind.MARC:
        headings = [str(COLUMNS[name]) for name in SHOWN]
    return rejected_lines(headings, rows_to_put_right(run.public_id), run.kind)
