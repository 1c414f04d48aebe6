"""What a list's columns hold, as we understand it and as somebody says."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jieyue.imports.actions import ImportRefused, choose_columns, start_check
from jieyue.imports.queries import ImportView
from jieyue.imports.rules.runs import AT_WORK, Kind, State
from jieyue.interfaces.web.access import StaffRequest, elsewhere, staff_page
from jieyue.interfaces.web.imports.forms import (
    chosen_better,
    chosen_columns,
    chosen_shape,
    shape_choices,
)
from jieyue.interfaces.web.imports.kinds import Brought, options_form
from jieyue.interfaces.web.imports.views import address, known, page

OPEN = (State.UPLOADED, State.CHECKED)


@staff_page()
@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, run: str) -> HttpResponse:
    """GET the columns; POST how the file is read (`do=shape`), or what they hold, and check it."""
    found, brought = known(run, request)
    if found.state not in OPEN:
        if request.method == "POST" and found.state not in AT_WORK:
            return _page(request, found, brought, reasons=("not_now",))
        return elsewhere(request, address(request, run))
    if request.method == "GET":
        return _page(request, found, brought)
    if request.POST.get("do") == "shape":
        return _read_otherwise(request, found, brought)
    return _check(request, found, brought)


def _read_otherwise(request: StaffRequest, run: ImportView, brought: Brought) -> HttpResponse:
    shape = chosen_shape(request.POST, run.shape)
    outcome = choose_columns(request.desk, brought.work, run=run.public_id, shape=shape)
    if isinstance(outcome, ImportRefused):
        return _page(request, run, brought, reasons=outcome.reasons)
    return elsewhere(request, address(request, run.public_id, "columns"))


def _check(request: StaffRequest, run: ImportView, brought: Brought) -> HttpResponse:
    kinds = chosen_columns(request.POST, len(run.columns), [*brought.columns])
    form = options_form(request, Kind(run.kind), run.options, request.POST)
    better = chosen_better(request.POST, kinds, brought.better)
    if form is not None and not form.is_valid():
        return _page(request, _said(run, kinds, better), brought, form=form, status=422)
    options = dict(form.cleaned_data) if form is not None else {}
    desk = replace(request.desk, key=None)  # saying the same twice does no harm
    outcome = choose_columns(
        desk,
        brought.work,
        run=run.public_id,
        kinds=kinds if run.columns else None,
        options=options | {"replaces": better},
    )
    if not isinstance(outcome, ImportRefused):
        outcome = start_check(request.desk, run=run.public_id)
    if isinstance(outcome, ImportRefused):
        found, _brought = known(run.public_id, request)
        return _page(request, found, brought, reasons=outcome.reasons)
    return elsewhere(request, address(request, run.public_id))


def _said(run: ImportView, kinds: list[str], better: list[str]) -> ImportView:
    """Return the import with what was just said, so that nothing typed is lost."""
    said = tuple(
        replace(column, kind=kind) for column, kind in zip(run.columns, kinds, strict=True)
    )
    return replace(run, columns=said, options={**run.options, "replaces": better})


def _page(
    request: StaffRequest,
    run: ImportView,
    brought: Brought,
    *,
    form: Any = None,
    reasons: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    form = form or options_form(request, Kind(run.kind), run.options)
    better = set(run.options.get("replaces", ()))
    shown = [
        {
            "heading": column.heading or _("Column %(n)s") % {"n": at},
            "samples": column.samples,
            "kind": column.kind,
            "is_guess": column.how == "content",
            "may_be_better": column.kind in brought.better,
            "is_better": brought.better.get(column.kind) in better,
        }
        for at, column in enumerate(run.columns, start=1)
    ]
    return page(
        request,
        "columns",
        run,
        reasons=reasons or _problem(run),
        status=409 if reasons else status,
        columns=shown,
        known=sum(bool(column.kind) for column in run.columns),
        offered=[*brought.columns.items()],
        has_better=bool(brought.better),
        shape={
            "choices": shape_choices(run.shape),
            "is_damaged": run.shape.get("is_damaged", False),
        },
        form=form,
    )


def _problem(run: ImportView) -> tuple[str, ...]:
    if not run.has_arrived:  # a program is still sending it, or has given up
        return ("file_incomplete",)
    return (run.problem,) if run.problem else ()
