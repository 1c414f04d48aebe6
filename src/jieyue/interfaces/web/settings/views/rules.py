"""The table of lending rules, and why a loan gets its terms."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.policies import add_rule, delete_rule, edit_rule
from jieyue.circulation.queries.policies import RuleRow, RuleTable, explain, rule_table
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.rule_forms import KeysForm, RuleForm, rule_initial
from jieyue.interfaces.web.settings.words import COLUMNS, term_words
from jieyue.libraries.rules.permissions import Permission

ANY = "-"  # stands for an empty key in an address


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the table; with three codes in the query also what applies to them, and why."""
    return show(request, "rules.html", _table(request, rule_table()))


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """GET the form for a new row; POST it."""
    keys = KeysForm(request.POST or None, table=rule_table(), any_of=True)
    form = RuleForm(request.POST or None)
    if request.method == "GET":
        return show(request, "rule.html", {"form": form, "keys": keys})
    if not keys.is_valid():
        return show(request, "rule.html", {"form": form, "keys": keys}, status=422)
    return submit(
        request,
        form,
        "rule.html",
        {"keys": keys},
        lambda: add_rule(request.desk, values=form.values(), **keys.cleaned_data),
        text=_("The row is in the table. It holds for loans from now on."),
        address=to(request, "rules"),
    )


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, branch: str, card_type: str, item_type: str) -> HttpResponse:
    """GET one row; POST its terms."""
    named = _named(branch, card_type, item_type)
    row = _known(named)
    form = RuleForm(
        request.POST or None, initial=rule_initial(row.terms), is_default=row.is_default
    )
    context = {
        "row": row,
        "label": row_words(row),
        "delete_address": to(request, "delete_rule", branch, card_type, item_type),
    }
    if request.method == "GET":
        return show(request, "rule.html", context | {"form": form})
    return submit(
        request,
        form,
        "rule.html",
        context,
        lambda: edit_rule(request.desk, values=form.values(), **named),
        text=_("Saved. Loans already made keep their dates."),
        address=to(request, "rules"),
    )


@staff_page(Permission.SETTINGS)
@require_POST
def delete(request: StaffRequest, branch: str, card_type: str, item_type: str) -> HttpResponse:
    """POST: delete a row."""
    named = _named(branch, card_type, item_type)
    return press(
        request,
        lambda: delete_rule(request.desk, **named),
        lambda trouble, status: show(
            request,
            "rules.html",
            _table(request, rule_table()) | {"trouble": trouble},
            status=status,
        ),
        text=_("The row is gone; what it said now comes from the rows below."),
        address=to(request, "rules"),
    )


def row_words(row: RuleRow) -> str:
    """Return for whom a row is."""
    names = [row.branch_name, row.card_type_name, row.item_type_name]
    return " × ".join(name for name in names if name) or _("Everything else")


def _named(branch: str, card_type: str, item_type: str) -> dict[str, str]:
    keys = {"branch": branch, "card_type": card_type, "item_type": item_type}
    return {key: "" if code == ANY else code for key, code in keys.items()}


def _known(named: dict[str, str]) -> RuleRow:
    for row in rule_table().rows:
        if {key: getattr(row, key) for key in named} == named:
            return row
    raise Http404("no such rule")


def _table(request: StaffRequest, table: RuleTable) -> dict[str, Any]:
    first = {
        "branch": next((c.code for c in table.branches if c.is_active), ""),
        "card_type": next((c.code for c in table.card_types if c.is_active), ""),
        "item_type": next((c.code for c in table.item_types if c.is_active), ""),
    }
    chosen = {key: request.GET.get(key, code) for key, code in first.items()}
    found = explain(**chosen) if request.method == "GET" else None
    if found is None and set(first) & set(request.GET):
        raise Http404("no such combination")
    return {
        "columns": COLUMNS,
        "rows": [
            {
                "row": row,
                "label": row_words(row),
                "address": _address(request, row),
                "cells": [(COLUMNS[c], term_words(c, value)) for c, value in row.terms.items()],
            }
            for row in table.rows
        ],
        "ask": KeysForm(initial=chosen, table=table, any_of=False),
        "explained": [
            {
                "name": COLUMNS[one.column],
                "value": term_words(one.column, one.value),
                "from": row_words(one.row),
                "address": _address(request, one.row),
            }
            for one in found or []
        ],
    }


def _address(request: StaffRequest, row: RuleRow) -> str:
    return to(request, "rule", row.branch or ANY, row.card_type or ANY, row.item_type or ANY)
