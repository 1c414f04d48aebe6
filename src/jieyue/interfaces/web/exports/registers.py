"""The registers inspectors ask for: on the screen, on paper, as a workbook."""

from collections.abc import Iterator
from datetime import date
from math import ceil
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jieyue.catalog.registers import (
    AccessionLine,
    Period,
    Summary,
    Sums,
    accessions,
    all_accessions,
    first_day,
    summary,
)
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.class_words import CLASS_WORDS
from jieyue.interfaces.web.downloads import XLSX, download, new_file
from jieyue.interfaces.web.paging import page_number
from jieyue.interfaces.web.rendering import draw
from jieyue.interfaces.web.security import csp
from jieyue.interfaces.web.settings.fields import day
from jieyue.kit.money import yuan
from jieyue.kit.tables.writing import write_workbook
from jieyue.libraries.rules.permissions import Permission

PAGE: Final = 50
SHEET: Final = 1_000  # lines of one print
SHOWN: Final = 400  # lines of the summary on the screen


class PeriodForm(forms.Form):
    """From which day to which, and at which branch."""

    first = day(gettext_lazy("From"))
    last = day(gettext_lazy("Until"))
    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)

    def clean(self) -> dict[str, Any]:
        """Days must not run backwards."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("first"), given.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first one."))
        return given


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def whole(request: StaffRequest) -> HttpResponse:
    """GET 总括登记账 of a period: `?first=`, `?last=`, `?branch=`; this year if nothing is said."""
    form, period = _asked(request, all_time=False)
    context: dict[str, Any] = {"form": form, "asked": _query(period)}
    if period:
        context |= _shown(summary(request.desk, period), most=SHOWN)
    return _page(request, "exports/register.html", context, 200 if period else 422)


@csp("print")
@staff_page(Permission.CATALOG_VIEW)
@require_GET
def whole_sheet(request: StaffRequest) -> HttpResponse:
    """GET the same on paper."""
    form, period = _asked(request, all_time=False)
    if period is None:
        return _page(request, "exports/register.html", {"form": form}, 422)
    context = _shown(summary(request.desk, period)) | {"period": period, "asked": _query(period)}
    return _page(request, "exports/register_sheet.html", context | _where(request, period))


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def whole_file(request: StaffRequest) -> HttpResponse:
    """GET the same as a workbook."""
    form, period = _asked(request, all_time=False)
    if period is None:
        return _page(request, "exports/register.html", {"form": form}, 422)
    rows = _summary_rows(summary(request.desk, period), period)
    return _workbook(request, _("Summary register"), rows)


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def copies(request: StaffRequest) -> HttpResponse:
    """GET 个别登记账: the copies that came in in a period, all there are if nothing is said."""
    form, period = _asked(request, all_time=True)
    context: dict[str, Any] = {"form": form, "asked": _query(period), "query": _query(period)}
    if period:
        number = page_number(request, most=100_000)
        lines, total = accessions(request.desk, period, limit=PAGE, offset=(number - 1) * PAGE)
        last = max(1, ceil(total / PAGE))
        context |= {"lines": lines, "total": total, "number": number, "last": last}
        context["parts"] = range(1, ceil(total / SHEET) + 1)
    return _page(request, "exports/accessions.html", context, 200 if period else 422)


@csp("print")
@staff_page(Permission.CATALOG_VIEW)
@require_GET
def copies_sheet(request: StaffRequest) -> HttpResponse:
    """GET a thousand lines of it on paper; `?part=`."""
    form, period = _asked(request, all_time=True)
    if period is None:
        return _page(request, "exports/accessions.html", {"form": form}, 422)
    part = page_number(request, name="part")
    lines, total = accessions(request.desk, period, limit=SHEET, offset=(part - 1) * SHEET)
    context = {"lines": lines, "period": period, "asked": _query(period), "part": part}
    context |= {"parts": ceil(total / SHEET), "total": total} | _where(request, period)
    return _page(request, "exports/accessions_sheet.html", context)


@staff_page(Permission.CATALOG_VIEW)
@require_GET
def copies_file(request: StaffRequest) -> HttpResponse:
    """GET all of it as a workbook."""
    form, period = _asked(request, all_time=True)
    if period is None:
        return _page(request, "exports/accessions.html", {"form": form}, 422)
    rows = _accession_rows(all_accessions(request.desk, period))
    return _workbook(request, _("Accession register"), rows)


def _asked(request: StaffRequest, *, all_time: bool) -> tuple[PeriodForm, Period | None]:
    today = request.desk.today
    first = date(today.year, 1, 1)
    if all_time:
        first = first_day(request.desk) or first
    usual = {"first": first, "last": today, "branch": ""}
    given = {name: request.GET.get(name, "") for name in usual}
    form = PeriodForm(
        {name: given[name] or usual[name] for name in usual} if any(given.values()) else usual
    )
    branches: Any = request.page["branches"]
    field = form.fields["branch"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("All branches")), *((one.code, one.name) for one in branches)]
    return form, Period(**form.cleaned_data) if form.is_valid() else None


def _query(period: Period | None) -> str:
    if period is None:
        return ""
    values = {"first": period.first, "last": period.last, "branch": period.branch}
    return urlencode({name: value for name, value in values.items() if value})


def _where(request: StaffRequest, period: Period) -> dict[str, Any]:
    branches: Any = request.page["branches"]
    names = {one.code: one.name for one in branches}
    return {"branch_name": names.get(period.branch, ""), "printed_on": request.desk.today}


def _shown(found: Summary, *, most: int | None = None) -> dict[str, Any]:
    classes = [
        {"letter": one.letter, "words": CLASS_WORDS.get(one.letter, ""), "sums": one.sums}
        for one in found.classes
    ]
    more = len(found.lines) - most if most and len(found.lines) > most else 0
    return {"register": found, "lines": found.lines[:most], "more": more, "classes": classes}


def _summary_rows(found: Summary, period: Period) -> Iterator[tuple[str, ...]]:
    yield (
        *(_("Date"), _("In or out"), _("Source or reason"), _("Supplier")),
        *(_("Titles"), _("Number of copies"), _("Amount in yuan"), _("Copies without a price")),
    )
    yield (period.first.isoformat(), _("There at the beginning"), "", "", *_cells(found.opening))
    for line in found.lines:
        words = _("Came in") if line.is_arrival else _("Went out")
        yield (line.day.isoformat(), words, line.source, line.supplier, *_cells(line.sums))
    last = period.last.isoformat()
    yield (last, _("Came in, in all"), "", "", *_cells(found.arrived))
    yield (last, _("Went out, in all"), "", "", *_cells(found.left))
    yield (last, _("There at the end"), "", "", *_cells(found.closing))
    for one in found.classes:
        words = str(CLASS_WORDS.get(one.letter, _("Without a class")))
        yield ("", _("Of them"), one.letter, words, *_cells(one.sums))


def _cells(sums: Sums) -> tuple[str, ...]:
    return (str(sums.titles), str(sums.copies), yuan(sums.cents), str(sums.unpriced))


def _accession_rows(lines: Iterator[AccessionLine]) -> Iterator[tuple[str, ...]]:
    yield (
        *(_("Accession number"), _("Date"), _("Barcode"), _("Title"), _("Author")),
        *(_("Publisher"), _("Year"), _("Price"), _("Source"), _("Supplier")),
        *(_("Call number"), _("Branch"), _("Withdrawn on"), _("Why")),
    )
    for line in lines:
        price = "" if line.price_cents is None else yuan(line.price_cents)
        gone = line.withdrawn_on.isoformat() if line.withdrawn_on else ""
        yield (
            *(line.accession_number, line.added_on.isoformat(), line.barcode, line.title),
            *(line.authors, line.publisher, str(line.year or ""), price, line.source),
            *(line.supplier, line.call_number, line.branch, gone, line.reason),
        )


def _workbook(request: StaffRequest, name: str, rows: Iterator[tuple[str, ...]]) -> HttpResponse:
    file = new_file()
    write_workbook(file, name, rows)
    return download(file, f"{name}-{request.desk.today}.xlsx", XLSX)


def _page(
    request: StaffRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return draw(request, template, {"page_active": "catalog"} | context, status=status)
