"""The lending rules: rows of terms for branch × card type × item type.

A row is named by the codes of its keys; an empty code means any. The row of three empty codes is
the library's default: it is never deleted, and says all that has no built-in value. Whoever works
at single branches changes only the rows of those.
"""

from django.db.models import QuerySet

from jieyue.catalog.models import ItemType
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.rules.policies import TERMS, RuleValues
from jieyue.circulation.rules.rule_values import rule_trouble
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, changed, not_saved, saved
from jieyue.libraries.versions import rules_changed
from jieyue.patrons.models import PatronCategory


@action(needs=Permission.SETTINGS)
def add_rule(
    desk: Desk, *, values: RuleValues, branch: str = "", card_type: str = "", item_type: str = ""
) -> Saved | NotSaved:
    """Add a row of terms; loans made from now on follow it, open ones keep their dates."""
    keys = _keys(branch, card_type, item_type)
    if keys is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, keys["branch"].pk if keys["branch"] else None)
    trouble = rule_trouble(values, is_default=not any(keys.values()))
    if trouble is not None:
        return not_saved(trouble)
    if _rows(branch, card_type, item_type).exists():
        return not_saved(Trouble.RULE_EXISTS)
    LoanPolicy.objects.create(library_id=desk.library_id, **keys, **values.terms())
    rules_changed(desk.library_id)
    return _saved(branch, card_type, item_type, now=_said(values))


@action(needs=Permission.SETTINGS)
def edit_rule(
    desk: Desk, *, values: RuleValues, branch: str = "", card_type: str = "", item_type: str = ""
) -> Saved | NotSaved:
    """Change the terms of a row; an empty one falls through to the next row."""
    row = lock_one(_rows(branch, card_type, item_type))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    trouble = rule_trouble(values, is_default=not (branch or card_type or item_type))
    if trouble is not None:
        return not_saved(trouble)
    was = _said(_values_of(row))
    differing = changed(row, values.terms())
    row.save(update_fields=differing)
    rules_changed(desk.library_id)
    now = {term: value for term, value in values.terms().items() if term in differing}
    return _saved(branch, card_type, item_type, was=was, now=now)


@action(needs=Permission.SETTINGS)
def delete_rule(
    desk: Desk, *, branch: str = "", card_type: str = "", item_type: str = ""
) -> Saved | NotSaved:
    """Delete a row; what it said now comes from the rows below it. Never the default."""
    if not (branch or card_type or item_type):
        return not_saved(Trouble.DEFAULT_RULE_STAYS)
    row = lock_one(_rows(branch, card_type, item_type))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    need_branch(desk, row.branch_id)
    policy, was = row.pk, _said(_values_of(row))  # the id, for loans that remember this row
    row.delete()
    rules_changed(desk.library_id)
    return _saved(branch, card_type, item_type, was=was, policy=policy)


def _rows(branch: str, card_type: str, item_type: str) -> QuerySet[LoanPolicy]:
    found: QuerySet[LoanPolicy] = LoanPolicy.objects.all()
    found = found.filter(branch__code=branch) if branch else found.filter(branch=None)
    found = found.filter(category__code=card_type) if card_type else found.filter(category=None)
    return found.filter(item_type__code=item_type) if item_type else found.filter(item_type=None)


def _keys(
    branch: str, card_type: str, item_type: str
) -> dict[str, Branch | PatronCategory | ItemType | None] | None:
    """Return the rows that the codes name, None for a code that names nothing."""
    keys = {
        "branch": Branch.objects.filter(code=branch).first() if branch else None,
        "category": PatronCategory.objects.filter(code=card_type).first() if card_type else None,
        "item_type": ItemType.objects.filter(code=item_type).first() if item_type else None,
    }
    asked = {"branch": branch, "category": card_type, "item_type": item_type}
    return None if any(asked[key] and keys[key] is None for key in keys) else keys


def _values_of(row: LoanPolicy) -> RuleValues:
    return RuleValues(**{term: getattr(row, term) for term in TERMS})


def _said(values: RuleValues) -> dict[str, object]:
    return {term: value for term, value in values.terms().items() if value is not None}


def _saved(
    branch: str,
    card_type: str,
    item_type: str,
    *,
    was: dict[str, object] | None = None,
    now: dict[str, object] | None = None,
    policy: int | None = None,
) -> Saved:
    keys = {"branch": branch, "card_type": card_type, "item_type": item_type}
    code = f"{branch}/{card_type}/{item_type}"
    return saved(code, **keys, was=was, terms=now, policy=policy)
