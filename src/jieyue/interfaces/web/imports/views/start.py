"""Where a list comes in: choose or drop a file; what was brought in before."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.circulation.importing.kinds import work_of
from jieyue.imports.actions import ImportRefused, bring_file
from jieyue.imports.keeping import file_for_now, way_to
from jieyue.imports.queries import imports
from jieyue.imports.rules.runs import UNDO_DAYS, Kind
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.imports.kinds import offered
from jieyue.interfaces.web.imports.lists import OFFERED
from jieyue.interfaces.web.imports.shown import card
from jieyue.interfaces.web.imports.views import address, file_field, known
from jieyue.interfaces.web.imports.words import KIND_HELP, KINDS, refusal
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.queries import staff_names
from jieyue.libraries.rules.permissions import Permission

SHOWN: Final = 50  # earlier imports


@staff_page()
@require_http_methods(["GET", "POST"])
def start(request: StaffRequest) -> HttpResponse:
    """GET the page; POST a file, and go on to its columns."""
    kinds = offered(request)
    if not kinds:
        raise ForbiddenError(Permission.CATALOG_EDIT)
    if request.method == "GET":
        return _page(request, kinds, request.GET.get("kind", ""))
    chosen, again_of = request.POST.get("kind", ""), request.POST.get("again_of", "")[:12]
    if again_of:
        chosen = known(again_of, request)[0].kind
    file: Any = request.FILES.get("file")
    if chosen not in kinds:
        return _page(request, kinds, "", reasons=("kind_unknown",))
    if file is None:
        return _page(request, kinds, chosen, reasons=("file_missing",))
    with kept_on_disk(file) as path:
        outcome = bring_file(
            request.desk,
            work_of(chosen, path),
            path=path,
            file_name=file.name or _("list"),
            again_of=again_of,
        )
    if isinstance(outcome, ImportRefused):
        return _page(request, kinds, chosen, reasons=outcome.reasons)
    return elsewhere(request, address(request, outcome.run, "columns"))


def kept_on_disk(file: Any) -> AbstractContextManager[Path]:
    """Return where a file that came with a form lies; a small one is in memory until now."""
    path = way_to(file)
    return file_for_now(file.chunks()) if path is None else nullcontext(path)


def _page(
    request: StaffRequest, kinds: list[Kind], chosen: str, *, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    runs = imports(kinds=tuple(kind.value for kind in kinds), limit=SHOWN)
    names = staff_names(run.staff_id for run in runs)
    context = {
        "page_active": "catalog",
        "kinds": [
            {
                "code": kind.value,
                "name": KINDS[kind],
                "help": KIND_HELP[kind],
                "has_template": kind in OFFERED,
            }
            for kind in kinds
            if kind in KIND_HELP
        ],
        "chosen": chosen if chosen in kinds else kinds[0].value,
        "undo_days": UNDO_DAYS,
        "runs": [card(request.desk, run, names.get(run.staff_id or 0, "")) for run in runs],
        "errors": [refusal(code) for code in reasons],
    }
    status = 422 if reasons else 200
    return draw(request, "imports/start.html", context | file_field(), status=status)
