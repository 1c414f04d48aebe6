"""`/imports`: lists that a library brings along, from the first part of the file to the undo."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from jieyue.catalog.importing.covers import CoverSearch, find_covers, stop_finding_covers
from jieyue.circulation.importing.kinds import OFFERS, kinds_for, work_of
from jieyue.imports.actions import (
    FileBrought,
    ImportChanged,
    ImportRefused,
    choose_columns,
    resume_import,
    start_check,
    start_import,
    start_undo,
    stop_import,
)
from jieyue.imports.arriving import FileExpected, PartKept, end_file, expect_file, keep_part
from jieyue.imports.forgetting import forget_import
from jieyue.imports.queries import ImportView, import_view, imports, parts_here, progress
from jieyue.imports.rules.rights import NEEDS
from jieyue.imports.rules.runs import PART, Against, Kind, parts_in
from jieyue.imports.tables import ways_to_read
from jieyue.interfaces.api.answers import LINE, REPEATABLE, ApiRequest, Input, answer
from jieyue.interfaces.api.entries import Output
from jieyue.interfaces.api.import_options import Options, unknown_in
from jieyue.interfaces.api.problems import PROBLEMS, PROBLEMS_OF_ONE, NotFoundError, invalid, there
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.permissions import Permission

router = Router(tags=["imports"])

Word = Annotated[str, StringConstraints(max_length=60, pattern=LINE)]
MAX_COLUMNS: Final = 1_000
# "\t" parts the columns of many a list.
Delimiter = Annotated[str, StringConstraints(max_length=1)]
CHANGES: Final = {
    "check": start_check,
    "import": start_import,
    "stop": stop_import,
    "resume": resume_import,
    "undo": start_undo,
}
PART_BODY: Final[dict[str, Any]] = {
    **REPEATABLE,
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}


class NewImport(Input):
    """What a file holds, its name and its size; `again_of` is the import whose rows it mends.

    A file of MARC records may come as `books`, too: it is told by its content.
    """

    kind: Kind
    bytes: int = Field(ge=1, le=1 << 40)
    file_name: Annotated[str, StringConstraints(max_length=200, pattern=LINE)] = ""
    again_of: Annotated[str, StringConstraints(max_length=12, pattern=LINE)] = ""


class Reading(Input):
    """How the file is read; what is left out is found out anew."""

    sheet: Annotated[str, StringConstraints(max_length=100)] = ""
    encoding: Word = ""
    delimiter: Delimiter = ""


class NewColumns(Input):
    """What the columns hold, in their order, "" to leave one out; what is not given stays."""

    columns: Annotated[tuple[Word, ...], Field(max_length=MAX_COLUMNS)] | None = None
    reading: Reading | None = None
    options: Options | None = None


class NewImportState(Input):
    """What becomes of the import: `import` also goes on with one that was stopped."""

    do: Literal["check", "import", "stop", "resume", "undo"]


class NewCoverSearch(Input):
    """Look for covers of what came in, or stop looking."""

    do: Literal["find", "stop"]


class ColumnOut(Output):
    """A column: its heading, what it holds ("" for nothing we know), how that was found out."""

    heading: str
    kind: str
    how: str
    samples: tuple[str, ...]


class ImportOut(Output):
    """An import in a list.

    `state` is `arriving` until the file has come to its end. `rows` counts by verdict, by what
    became of rows and by what they made.
    """

    public_id: str
    kind: Kind
    state: str
    problem: str
    file_name: str
    bytes: int
    again_of: str
    rows: dict[str, int]
    created_at: datetime
    checked_at: datetime | None
    ended_at: datetime | None
    undone_at: datetime | None
    undo_until: datetime | None


class Progress(BaseModel):
    """Rows the worker is through, and of how many: a guess until they are checked."""

    done: int
    of: int


class ImportDetails(ImportOut):
    """An import with its columns, and what may be said of them."""

    progress: Progress
    columns: list[ColumnOut]
    is_enough: bool = Field(description="The columns tell of something.")
    reading: dict[str, str]
    readings: dict[str, list[str]] = Field(description="What may be chosen of how it is read.")
    options: dict[str, Any]
    column_kinds: list[str] = Field(description="What a column can be said to hold.")
    replaceable: list[str] = Field(description="What `options.replaces` may name.")
    covers: dict[str, Any]


class PartsOut(BaseModel):
    """How many parts a file has, their size, and which are here."""

    model_config = ConfigDict(frozen=True)

    parts: int
    part_bytes: int
    here: list[int]


def _base(run: ImportView) -> dict[str, Any]:
    return {
        **{name: getattr(run, name) for name in ImportOut.model_fields if hasattr(run, name)},
        "state": run.state if run.has_arrived else "arriving",
        "bytes": run.file_bytes,
        "rows": run.counts,
    }


def _details(run: ImportView) -> ImportDetails:
    done, of = progress(run)
    offer = OFFERS[Kind(run.kind)]
    ways = ways_to_read(run.shape)
    return ImportDetails(
        **_base(run),
        progress=Progress(done=done, of=of),
        columns=[ColumnOut.model_validate(column) for column in run.columns],
        is_enough=run.is_enough,
        reading={name: str(run.shape.get(name, "")) for name in ways},
        readings=ways,
        options=run.options,
        column_kinds=list(offer.columns),
        replaceable=sorted(set(offer.better.values())),
        covers=run.covers,
    )


def offered(request: ApiRequest) -> list[Kind]:
    """Return the kinds the token may bring. Raises ForbiddenError if it may bring none."""
    kinds = kinds_for(request.desk.permissions)
    if not kinds:
        raise ForbiddenError(Permission.CATALOG_EDIT)
    return kinds


def known(request: ApiRequest, import_id: str) -> ImportView:
    """Return an import whose kind the token may see. Raises NotFoundError, ForbiddenError."""
    kinds = offered(request)
    run = there(import_view(import_id))
    if run.kind not in kinds:
        raise ForbiddenError(NEEDS[Kind(run.kind)])
    return run


def settled(outcome: Any, status: int = 200) -> HttpResponse:
    """Answer for an action of an import. Raises NotFoundError where there is none."""
    if isinstance(outcome, ImportRefused):
        if Against.IMPORT_UNKNOWN in outcome.reasons:
            raise NotFoundError
        return answer(outcome, 409)
    return answer(outcome, status)


@router.get(
    "",
    response={200: list[ImportOut], **PROBLEMS},
    operation_id="list_imports",
    summary="The newest imports",
)
def list_all(request: ApiRequest) -> HttpResponse:
    """List the newest 50 of the kinds that the token may bring."""
    kinds = tuple(kind.value for kind in offered(request))
    return answer([ImportOut(**_base(run)) for run in imports(kinds=kinds)])


@router.post(
    "",
    response={201: FileExpected, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="start_upload",
    summary="Begin an import",
    openapi_extra=REPEATABLE,
)
def start(request: ApiRequest, new: NewImport) -> HttpResponse:
    """Announce a file of up to 200 MB; then send its parts, and say that it ends."""
    offered(request)
    outcome = expect_file(
        request.desk,
        kind=new.kind,
        file_name=new.file_name or new.kind.value,
        size=new.bytes,
        again_of=new.again_of,
    )
    return settled(outcome, 201)


@router.get(
    "/{import_id}",
    response={200: ImportDetails, **PROBLEMS_OF_ONE},
    operation_id="get_import",
    summary="How far an import is, and its columns",
)
def get(request: ApiRequest, import_id: str) -> HttpResponse:
    """Return an import with samples of its columns, progress and figures."""
    return answer(_details(known(request, import_id)))


@router.delete(
    "/{import_id}",
    response={200: ImportChanged, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="forget_import",
    summary="Forget an import",
    openapi_extra=REPEATABLE,
)
def delete(request: ApiRequest, import_id: str) -> HttpResponse:
    """Throw away a file that was not imported, or whose import was undone."""
    offered(request)
    return settled(forget_import(request.desk, run=import_id))


@router.get(
    "/{import_id}/parts",
    response={200: PartsOut, **PROBLEMS_OF_ONE},
    operation_id="list_parts",
    summary="Which parts of the file are here",
)
def list_parts(request: ApiRequest, import_id: str) -> HttpResponse:
    """Return which parts have arrived, to go on where the line broke."""
    run = known(request, import_id)
    here = parts_here(run.public_id)
    return answer(PartsOut(parts=parts_in(run.file_bytes), part_bytes=PART, here=here))


@router.put(
    "/{import_id}/parts/{part}",
    response={200: PartKept, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="put_part",
    summary="Send a part of the file",
    openapi_extra=PART_BODY,
)
def put_part(request: ApiRequest, import_id: str, part: int) -> HttpResponse:
    """Keep the body, bytes as they are, as this part; in any order, and again without harm.

    Parts are counted from 1; all but the last have `part_bytes`.
    """
    offered(request)
    return settled(keep_part(request.desk, request.body, run=import_id, part=part))


@router.post(
    "/{import_id}/file",
    response={200: FileBrought, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="end_upload",
    summary="Say that the file has come to its end",
    openapi_extra=REPEATABLE,
)
def end(request: ApiRequest, import_id: str) -> HttpResponse:
    """Look at the file and find out what its columns hold."""
    offered(request)
    return settled(end_file(request.desk, work_of, run=import_id))


@router.put(
    "/{import_id}/columns",
    response={200: ImportChanged, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="choose_columns",
    summary="Say what the columns hold, and the options",
    openapi_extra=REPEATABLE,
)
def put_columns(request: ApiRequest, import_id: str, new: NewColumns) -> HttpResponse:
    """Change how the file is read; verdicts of a check before are gone.

    Another `reading` finds the columns anew, before `columns` are taken.
    """
    run = known(request, import_id)
    kind = Kind(run.kind)
    wrong = [*_wrong_columns(kind, new), *unknown_in(request.desk, kind, new.options)]
    if wrong:
        return invalid(wrong)
    outcome = choose_columns(
        request.desk,
        OFFERS[kind].work,
        run=import_id,
        kinds=new.columns if run.columns else None,
        shape=new.reading.model_dump(exclude_defaults=True) if new.reading else None,
        options=new.options.model_dump(exclude_unset=True) if new.options else None,
    )
    return settled(outcome)


def _wrong_columns(kind: Kind, new: NewColumns) -> list[dict[str, Any]]:
    offers = ("", *OFFERS[kind].columns)
    return [
        {"loc": ("columns", at), "type": "column_unknown", "msg": "A column cannot hold that."}
        for at, name in enumerate(new.columns or ())
        if name not in offers
    ]


@router.post(
    "/{import_id}/state",
    response={200: ImportChanged, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="change_import",
    summary="Check, import, stop, go on or undo",
    openapi_extra=REPEATABLE,
)
def change(request: ApiRequest, import_id: str, new: NewImportState) -> HttpResponse:
    """Have the worker go on with it; ask for its state until it rests."""
    offered(request)
    return settled(CHANGES[new.do](request.desk, run=import_id))


@router.post(
    "/{import_id}/covers",
    response={200: CoverSearch, 409: ImportRefused, **PROBLEMS_OF_ONE},
    operation_id="find_covers",
    summary="Look for covers of what came in",
    openapi_extra=REPEATABLE,
)
def covers(request: ApiRequest, import_id: str, new: NewCoverSearch) -> HttpResponse:
    """Have the worker ask the book sources for covers, or stop that."""
    known(request, import_id)
    act = find_covers if new.do == "find" else stop_finding_covers
    return settled(act(request.desk, run=import_id))
