"""The table of lending rules, and why a loan gets its terms."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jieyue.circulation.actions.policies import add_rule, delete_rule, edit_rule
from jieyue.circulation.queries.policies import (
    Explained,
    RuleRow,
    RuleTable,
    explain,
    rule_in_place,
    rule_table,
)
from jieyue.circulation.queries.rehearsal import rehearse
from jieyue.circulation.queries.rehearsed import RuleChange
from jieyue.circulation.rules.rule_values import rule_trouble
from jieyue.interfaces.web.access import StaffRequest, staff_page
from jieyue.interfaces.web.settings.answers import press, show, submit, to
from jieyue.interfaces.web.settings.places import Reach
from jieyue.interfaces.web.settings.rehearsal_words import rehearsal_words
from jieyue.interfaces.web.settings.rule_forms import KeysForm, RuleForm, row_words
from jieyue.interfaces.web.settings.rule_words import GROUPS, TERMS, group_words, term_words
from jieyue.interfaces.web.settings.words import trouble_words
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission

ANY = "-"  # stands for an empty key in an address


@staff_page(Permission.SETTINGS)
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """GET the table; with three codes in the query also what applies to them, and why."""
    return show(request, "rules.html", _table(request, rule_table()))


@staff_page(Permission.SETTINGS)
@require_GET
def new(request: StaffRequest) -> HttpResponse:
    """GET the question for whom a new row is; answered, on to that row."""
    table = rule_table()
    keys = KeysForm(
        request.GET if "item_type" in request.GET else None,
        table=table,
        any_of=True,
        reach=Reach(request.desk),
    )
    if keys.is_valid():
        codes = [keys.cleaned_data[key] or ANY for key in ("branch", "card_type", "item_type")]
        return redirect(to(request, "rule", *codes))
    context = {"keys": keys, "may_change": True}
    return show(request, "new_rule.html", context, status=422 if keys.is_bound else 200)


@staff_page(Permission.SETTINGS)
@require_http_methods(["GET", "POST"])
def rule(request: StaffRequest, branch: str, card_type: str, item_type: str) -> HttpResponse:
    """GET one row, or the place of one not there yet; POST its terms."""
    named = _named(branch, card_type, item_type)
    found = rule_in_place(**named)
    if found is None:
        raise Http404("no such rule")
    form = RuleForm(request.POST or None, row=found.row, below=found.below)
    context = {
        "row": found.row,
        "is_new": found.is_new,
        "label": row_words(found.row),
        "may_change": named["branch"] in Reach(request.desk),
        "delete_address": to(request, "delete_rule", branch, card_type, item_type),
    }
    if request.method == "GET":
        return show(request, "rule.html", context | {"form": form})
    if "try" in request.POST:
        return _tried(request, form, context, named)
    change = add_rule if found.is_new else edit_rule
    return submit(
        request,
        form,
        "rule.html",
        context,
        lambda: change(request.desk, values=form.values(), **named),
        text=_("The row is in the table. It holds for loans from now on.")
        if found.is_new
        else _("Saved. Loans already made keep their dates."),
        address=to(request, "rules"),
    )


def _tried(
    request: StaffRequest, form: RuleForm, context: dict[str, Any], named: dict[str, str]
) -> HttpResponse:
    """Show what the terms typed in (or deleting the row) would have meant; nothing is saved."""
    is_deleted = request.POST["try"] == "delete"
    if is_deleted:
        form = RuleForm(row=form.row, below=form.explained)
    elif not form.is_valid():
        return show(request, "rule.html", context | {"form": form}, status=422)
    values = None if is_deleted else form.values()
    trouble = (
        rule_trouble(values, is_default=form.row.is_default)
        if values is not None
        else Trouble.DEFAULT_RULE_STAYS
        if form.row.is_default
        else None
    )
    if trouble is not None:
        refused = {"form": form, "trouble": trouble_words(trouble)}
        return show(request, "rule.html", context | refused, status=409)
    found = rehearse(
        request.desk,
        [RuleChange(**named, values=values)],
        with_names=request.desk.may(Permission.PATRON_VIEW),
    )
    shown = {"form": form, "rehearsal": rehearsal_words(found)}
    return show(request, "rule.html", context | shown)


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


def _named(branch: str, card_type: str, item_type: str) -> dict[str, str]:
    keys = {"branch": branch, "card_type": card_type, "item_type": item_type}
    return {key: "" if code == ANY else code for key, code in keys.items()}


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
        "rows": [
            {
                "row": row,
                "label": row_words(row),
                "address": _address(request, row),
                "groups": _groups(row.terms),
            }
            for row in table.rows
        ],
        "may_change": True,  # rows of one's own branch
        "ask": KeysForm(initial=chosen, table=table, any_of=False),
        "explained": _explained(request, {one.term: one for one in found or []}),
    }


def _groups(terms: dict[str, Any]) -> list[tuple[Any, list[tuple[Any, str]]]]:
    """Return what a row says, by group; groups it says nothing about are left out."""
    return [
        (group.name, [(TERMS[t].name, term_words(t, terms[t])) for t in group.terms if t in given])
        for group in GROUPS
        if (given := {term for term in group.terms if terms[term] is not None})
    ]


def _explained(request: StaffRequest, found: dict[str, Explained]) -> list[dict[str, Any]]:
    """Return what applies to a combination by group, each value with the row it comes from."""
    values = {term: one.value for term, one in found.items()}
    return [
        {
            "name": group.name,
            "words": group_words(group, values),
            "terms": [
                {
                    "name": TERMS[term].name,
                    "value": term_words(term, found[term].value),
                    "from": row_words(row) if (row := found[term].row) else "",
                    "address": _address(request, row) if row else "",
                }
                for term in group.terms
            ],
        }
        for group in GROUPS
        if found
    ]


def _address(request: StaffRequest, row: RuleRow) -> str:
    return to(request, "rule", row.branch or ANY, row.card_type or ANY, row.item_type or ANY)
