"""Writing the catalogue into a file: which books, which kind of file, what does not fit in it."""

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.catalog.exporting import (
    SUFFIXES,
    Exported,
    TooManyRowsError,
    write_export,
)
from jieyue.catalog.rules.marc.writing import Limit
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.downloads import download, new_file
from jieyue.interfaces.web.exports.forms import ExportForm
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

SHOWN: Final = 12  # barcodes or titles a message names


@staff_page(Permission.CATALOG_VIEW)
@require_http_methods(["GET", "POST"])
def books(request: StaffRequest) -> HttpResponse:
    """GET what can be written out; POST it and get the file, or the page with what is in the way.

    GET takes `?q=` what a search finds and `?show=look`. What ISO 2709 cannot hold and barcodes on
    no copy are said first; `do=anyway` takes the rest.
    """
    branches: Any = request.page["branches"]
    if request.method == "GET":
        text = request.GET.get("q", "")[:200]
        which = "search" if text.strip() else "all"
        which = "look" if request.GET.get("show") == "look" else which
        form = ExportForm(initial={"which": which, "q": text}, branches=branches)
        return _page(request, form)
    form = ExportForm(request.POST, branches=branches)
    if not form.is_valid():
        return _page(request, form, status=422)
    kind = form.format()
    file = new_file()
    try:
        exported = write_export(
            file,
            request.desk,
            form.choice(),
            kind=kind,
            language="zh" if (get_language() or "zh").startswith("zh") else "en",
            encoding=form.encoding_chosen(),
        )
    except TooManyRowsError:
        file.close()
        words = _("An Excel sheet has no room for so many copies. Choose CSV, or a part of them.")
        return _page(request, form, errors=[words], status=409)
    is_in_the_way = bool(exported.left_out or exported.unknown)
    if not exported.titles or (is_in_the_way and request.POST.get("do") != "anyway"):
        file.close()
        return _page(request, form, exported=exported, status=409)
    suffix, media = SUFFIXES[kind]
    return download(file, f"{request.library.slug}-{request.desk.today}.{suffix}", media)


def _page(
    request: StaffRequest,
    form: ExportForm,
    *,
    errors: list[str] | None = None,
    exported: Exported | None = None,
    status: int = 200,
) -> HttpResponse:
    errors = errors or []
    is_empty = exported is not None and not exported.titles
    if is_empty and exported and not (exported.left_out or exported.unknown):
        errors = [*errors, _("There is no book with this choice.")]
    context = {
        "page_active": "catalog",
        "form": form,
        "errors": errors,
        "exported": exported,
        "is_empty": is_empty,
        "unknown": exported.unknown[:SHOWN] if exported else (),
        "left_out": _left_out(exported) if exported else [],
    }
    return draw(request, "exports/books.html", context, status=status)


def _left_out(exported: Exported) -> list[dict[str, Any]]:
    words = {
        Limit.FIELD_TOO_LONG: _("field %(value)s is too long"),
        Limit.RECORD_TOO_LONG: _("%(value)s bytes are too long"),
    }
    return [
        {"title": one.title, "name": one.name, "why": words[one.code] % {"value": one.value}}
        for one in exported.left_out[:SHOWN]
    ]
