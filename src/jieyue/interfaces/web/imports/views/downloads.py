"""Files to take away: an empty list to fill in, and the rows that stayed out with their reasons."""

import tempfile
from collections.abc import Iterator
from typing import IO, Final, cast

from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_GET

from jieyue.imports.queries import ImportView, originals_to_put_right, rows_to_put_right
from jieyue.imports.rules.runs import Kind
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.imports.kinds import BROUGHT, offered
from jieyue.interfaces.web.imports.lists import OFFERED, rejected_lines, write_empty_list
from jieyue.interfaces.web.imports.views import known
from jieyue.interfaces.web.imports.words import KINDS, rejected_name
from jieyue.kit.tables.writing import csv_lines, write_workbook

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES: Final = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8", "iso": "application/marc"}
FILES: Final = dict.fromkeys(Kind, ("xlsx", "csv")) | {Kind.MARC: ("xlsx", "iso")}
_IN_MEMORY: Final = 1 << 20  # bytes of a file to take away


@staff_page()
@require_GET
def empty_list(request: StaffRequest, import_kind: str) -> HttpResponse:
    """GET a workbook with headings only."""
    if import_kind not in BROUGHT or import_kind not in OFFERED:
        raise Http404("no such list")
    if import_kind not in offered(request):
        raise Http404("not for you")
    kind = Kind(import_kind)
    file = _file()
    write_empty_list(file, kind)
    return _answer(file, "xlsx", str(KINDS[kind]))


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
    file = _file()
    if file_kind == "iso":
        for original in originals_to_put_right(found.public_id):
            file.write(original.removesuffix(b"\x1d") + b"\x1d")
        return _answer(file, file_kind, f"{stem} {rejected_name()}")
    lines = _lines(found)
    if file_kind == "xlsx":
        write_workbook(file, rejected_name(), lines)
    else:
        for line in csv_lines(lines):
            file.write(line.encode())
    return _answer(file, file_kind, f"{stem} {rejected_name()}")


def _lines(run: ImportView) -> Iterator[list[str]]:
    headings = [column.heading for column in run.columns]
    return rejected_lines(headings, rows_to_put_right(run.public_id), run.kind)


def _file() -> IO[bytes]:
    """Return a file that lasts until it is sent; the answer closes it."""
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(_IN_MEMORY))


def _answer(file: IO[bytes], ending: str, name: str) -> HttpResponse:
    file.seek(0)
    headers = {"Content-Type": TYPES[ending], "Cache-Control": "no-store"}
    filename = f"{name}.{ending}"
    answer = FileResponse(file, as_attachment=True, filename=filename, headers=headers)
    return cast("HttpResponse", answer)  # of the same protocol, read piece by piece
