"""`/exports` and the MARC record of a title: files, not JSON."""

import tempfile
from datetime import date
from typing import IO, Any, Final, Literal, cast

from django.http import FileResponse, HttpResponse
from ninja import Field, Query, Router, Schema

from jieyue.catalog.exporting import (
    SUFFIXES,
    Choice,
    Exported,
    ExportFormat,
    TooManyRowsError,
    title_out,
    write_export,
)
from jieyue.catalog.rules.exporting.records import own_format, record_for
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.catalog.rules.marc.formats import MarcFormat
from jieyue.catalog.rules.marc.writing import Unwritable, as_iso2709, xml_file
from jieyue.interfaces.api.answers import LINE, ApiRequest, answer, need
from jieyue.interfaces.api.entries import Output
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, there
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.exporting import ReadersChoice, ReadersFormat, export_readers

router = Router(tags=["exports"])
of_title = Router(tags=["titles"])
SMALL: Final = 1 << 20  # bytes; a larger file is sent piece by piece
FILE: dict[str, Any] = {
    "description": "The file.",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def sent(file: IO[bytes], name: str, media: str) -> HttpResponse:
    """Answer with what was written into the file, which is closed with the answer."""
    size = file.tell()
    file.seek(0)
    if size <= SMALL:
        with file:
            made = HttpResponse(file.read(), content_type=media)
        made["Content-Disposition"] = f'attachment; filename="{name}"'
        return made
    headers = {"Content-Type": media}
    answered = FileResponse(file, as_attachment=True, filename=name, headers=headers)
    return cast("HttpResponse", answered)  # of the same protocol, read piece by piece


class Wanted(Schema):
    """Which books and copies, and as what kind of file; what is left out does not count.

    `q` is what one types into search; `clc` is how the class begins; days are the library's own,
    both included.
    """

    format: ExportFormat = ExportFormat.CSV
    encoding: Literal["utf-8", "gb18030"] = "utf-8"
    language: Literal["zh", "en"] = Field("zh", description="Of the headings of a table.")
    q: str = Field("", max_length=200, pattern=LINE)
    branch: str = Field("", max_length=40, pattern=LINE)
    shelf: str = Field("", max_length=60, pattern=LINE)
    clc: str = Field("", max_length=40, pattern=LINE)
    added_from: date | None = None
    added_to: date | None = None
    with_withdrawn: bool = False
    skip_too_long: bool = Field(
        False, description="Leave out records that ISO 2709 cannot hold, instead of refusing."
    )

    def choice(self) -> Choice:
        """Return what the queries take."""
        return Choice(
            text=self.q,
            branch=self.branch,
            shelf=self.shelf,
            clc=self.clc,
            added_from=self.added_from,
            added_to=self.added_to,
            with_withdrawn=self.with_withdrawn,
        )


class TooLong(Output):
    """A record that ISO 2709 cannot hold: a field or the whole is too long. XML has no limit."""

    title: str = Field(description="Public id of the title.")
    name: str
    code: str = Field(description="field_too_long or record_too_long.")
    value: str = Field(description="The field, or the length in bytes.")


class NotWritten(Output):
    """No file was made. `left_out` names the first hundred of `left_out_count`."""

    type: Literal["records_too_long", "too_many_rows"]
    left_out: list[TooLong] = []
    left_out_count: int = 0


@router.get(
    "/books",
    response={409: NotWritten, **PROBLEMS},
    operation_id="export_books",
    summary="Export books",
    openapi_extra={"responses": {200: FILE}},
)
def export_books(request: ApiRequest, wanted: Query[Wanted]) -> HttpResponse:
    """Get the catalogue or a part of it as .xlsx, CSV, CNMARC, MARC21 or MARCXML.

    A token of single branches gets the copies of these.
    """
    need(request, Permission.CATALOG_VIEW)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    try:
        exported = write_export(
            file,
            request.desk,
            wanted.choice(),
            kind=wanted.format,
            language=wanted.language,
            encoding=Encoding(wanted.encoding),
        )
    except TooManyRowsError:
        file.close()
        return answer(NotWritten(type="too_many_rows"), 409)
    if exported.left_out and not wanted.skip_too_long:
        file.close()
        return answer(_not_written(exported), 409)
    suffix, media = SUFFIXES[wanted.format]
    return sent(file, f"books.{suffix}", media)


class ReadersWanted(Schema):
    """Which readers, and as what kind of file; `group` is the class or department as it is kept."""

    format: ReadersFormat = ReadersFormat.CSV
    language: Literal["zh", "en"] = Field("zh", description="Of the headings.")
    branch: str = Field("", max_length=40, pattern=LINE)
    category: str = Field("", max_length=40, pattern=LINE)
    group: str = Field("", max_length=60, pattern=LINE)


@router.get(
    "/readers",
    response={**PROBLEMS},
    operation_id="export_readers",
    summary="Export readers",
    openapi_extra={"responses": {200: FILE}},
)
def export_all_readers(request: ApiRequest, wanted: Query[ReadersWanted]) -> HttpResponse:
    """Get the readers, or some of them, as .xlsx or CSV, as the import of readers reads it.

    It takes the right to edit readers, as seeing whole phone numbers does. A token of single
    branches gets the readers of these. The journal says that it was done.
    """
    need(request, Permission.PATRON_VIEW)
    need(request, Permission.PATRON_EDIT)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    choice = ReadersChoice(branch=wanted.branch, category=wanted.category, group=wanted.group)
    export_readers(request.desk, file, choice, kind=wanted.format, language=wanted.language)
    _suffix, media = SUFFIXES[ExportFormat(wanted.format.value)]
    return sent(file, f"readers.{wanted.format}", media)


@of_title.get(
    "/{title_id}/record",
    response={409: NotWritten, **PROBLEMS_OF_ONE},
    operation_id="get_record",
    summary="Get a title's MARC record",
    openapi_extra={"responses": {200: FILE}},
)
def get_record(
    request: ApiRequest,
    title_id: str,
    format: Literal["", "cnmarc", "marc21"] = "",  # noqa: A002 (what programs ask for)
    syntax: Literal["iso2709", "xml"] = "iso2709",
    encoding: Literal["utf-8", "gb18030"] = "utf-8",
) -> HttpResponse:
    """Get the record a title came with, saying what we say of it, or one made of that.

    Without `format`: the one it came in, else CNMARC. XML is always UTF-8.
    """
    need(request, Permission.CATALOG_VIEW)
    known = there(title_out(request.desk, title_id))
    kind = MarcFormat(format) if format else own_format(known) or MarcFormat.CNMARC
    if kind is MarcFormat.CMARC:
        kind = MarcFormat.CNMARC
    made = record_for(known, kind)
    if syntax == "xml":
        content = "".join(xml_file([made])).encode()
        return HttpResponse(content, content_type="application/marcxml+xml")
    written = as_iso2709(made, Encoding(encoding))
    if isinstance(written, Unwritable):
        one = TooLong(
            title=title_id, name=known.book.name, code=written.code.value, value=written.value
        )
        refused = NotWritten(type="records_too_long", left_out=[one], left_out_count=1)
        return answer(refused, 409)
    return HttpResponse(written, content_type="application/marc")


def _not_written(exported: Exported) -> NotWritten:
    found = [
        TooLong(title=one.title, name=one.name, code=one.code.value, value=one.value)
        for one in exported.left_out
    ]
    return NotWritten(
        type="records_too_long", left_out=found, left_out_count=exported.left_out_count
    )
