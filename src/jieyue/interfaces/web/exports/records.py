"""A title as a MARC record: shown field by field, and as a file."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jieyue.catalog.exporting import SUFFIXES, ExportFormat, title_out
from jieyue.catalog.rules.exporting.records import own_format, record_for
from jieyue.catalog.rules.exporting.things import ExportedTitle
from jieyue.catalog.rules.marc.findings import Encoding
from jieyue.catalog.rules.marc.formats import MarcFormat
from jieyue.catalog.rules.marc.writing import Unwritable, as_iso2709, xml_file
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.rendering import draw
from jieyue.libraries.rules.permissions import Permission

OFFERED: Final = (MarcFormat.CNMARC, MarcFormat.MARC21)
NAMES: Final = {
    MarcFormat.CNMARC: "CNMARC",
    MarcFormat.MARC21: "MARC21",
    MarcFormat.CMARC: "CMARC",
}
_FILES: Final = {
    MarcFormat.CNMARC: (ExportFormat.CNMARC, ExportFormat.CNMARC_XML),
    MarcFormat.MARC21: (ExportFormat.MARC21, ExportFormat.MARC21_XML),
}


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def record(request: StaffRequest, title: str) -> HttpResponse:
    """GET the fields of a title's record; `?format=` one of OFFERED, else the one it came in."""
    known = _known(request, title)
    own = own_format(known)
    kind = _kind(request, own)
    made = record_for(known, kind)
    lines = [
        {
            "tag": one.tag,
            "ends": "".join(one.indicators or ()).replace(" ", "␣"),
            "parts": [(part.code, part.value) for part in one.subfields],
            "data": one.data or "",
            "is_control": one.control_field,
        }
        for one in made.fields
    ]
    context: dict[str, Any] = {
        "page_active": "catalog",
        "title": known,
        "leader": str(made.leader),
        "lines": lines,
        "kind": kind.value,
        "kinds": [(one.value, NAMES[one]) for one in OFFERED],
        "own": NAMES[own] if own else "",
        "is_own": own is kind,
        "is_too_long": isinstance(as_iso2709(made), Unwritable),
    }
    return draw(request, "exports/record.html", context)


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def file(request: StaffRequest, title: str) -> HttpResponse:
    """GET the record as a file: `?format=`, `?as=xml`, `?encoding=gb18030`."""
    known = _known(request, title)
    kind = _kind(request, own_format(known))
    is_xml = request.GET.get("as") == "xml"
    made = record_for(known, kind)
    suffix, media = SUFFIXES[_FILES[kind][is_xml]]
    if is_xml:
        content = "".join(xml_file([made])).encode()
    else:
        is_old = request.GET.get("encoding") == Encoding.GB18030.value
        written = as_iso2709(made, Encoding.GB18030 if is_old else Encoding.UTF8)
        if isinstance(written, Unwritable):
            text = _("This record is too long for ISO 2709. Download it as XML.")
            return HttpResponse(text, status=409, content_type="text/plain; charset=utf-8")
        content = written
    answer = HttpResponse(content, content_type=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{known.public_id}.{suffix}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _known(request: StaffRequest, public_id: str) -> ExportedTitle:
    known = title_out(request.desk, public_id)
    if known is None:
        raise Http404("no such title")
    return known


def _kind(request: StaffRequest, own: MarcFormat | None) -> MarcFormat:
    asked = request.GET.get("format", "")
    found = next((one for one in OFFERED if one.value == asked), None)
    return found or (own if own in OFFERED else MarcFormat.CNMARC)
