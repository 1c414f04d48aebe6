"""Reading the lending rules: the table, the terms of a card type, and why a loan gets its terms."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.forms.models import model_to_dict

from jieyue.catalog.models import ItemType
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.rules.policies import BUILT_IN, TERMS, PolicyRow, Terms, terms_for
from jieyue.libraries.models import Branch
from jieyue.patrons.models import Patron, PatronCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A code to choose, with its name."""

    code: str
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One row of the table: codes and names of its keys ("" is any), terms by column."""

    branch: str
    branch_name: str
    card_type: str
    card_type_name: str
    item_type: str
    item_type_name: str
    terms: dict[str, Any]  # in the order of TERMS; None falls through

    @property
    def codes(self) -> tuple[str, str, str]:
        """Return the codes that name it."""
        return self.branch, self.card_type, self.item_type

    @property
    def is_default(self) -> bool:
        """Say whether it is the row everything falls through to."""
        return not any(self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTable:
    """Every row in the published order (most specific first), and what can be chosen for keys."""

    rows: tuple[RuleRow, ...]
    branches: tuple[Choice, ...]
    card_types: tuple[Choice, ...]
    item_types: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One term of a combination: its value and the row it comes from, None if it is built in."""

    term: str
    value: Any
    row: RuleRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInPlace:
    """A row, or the place of one not there yet, and what would hold for its keys without it."""

    row: RuleRow
    is_new: bool
    below: dict[str, Explained]  # by term; a term that only this row says is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTypeView:
    """A card type with its own terms (None: the library's default) and those that apply."""

    code: str
    name: str
    valid_months: int | None
    yearly_fee_cents: int
    queue_class: int
    is_default: bool
    is_active: bool
    readers: int
    own_terms: dict[str, Any]
    terms: dict[str, Any]  # what a reader gets for the default item type, all branches
    item_types: tuple[str, ...]  # codes of what may be borrowed
    item_type_names: tuple[str, ...]


def rule_table() -> RuleTable:
    """Return the table of the library in scope. Four statements."""
    return RuleTable(
        rows=tuple(row for _, row in _rules()),
        branches=_choices(Branch.objects.order_by("id"), "is_open"),
        card_types=_choices(PatronCategory.objects.order_by("id"), "is_active"),
        item_types=_choices(ItemType.objects.order_by("id"), "is_active"),
    )


def explain(*, branch: str, card_type: str, item_type: str) -> list[Explained] | None:
    """Return every term of a combination (codes) with its row; None for an unknown code.

    Four statements.
    """
    place = Branch.objects.filter(code=branch).first()
    category = PatronCategory.objects.filter(code=card_type).first()
    kind = ItemType.objects.filter(code=item_type).first()
    if place is None or category is None or kind is None:
        return None
    found = _rules()
    terms = terms_for(
        [policy for policy, _ in found],
        branch_id=place.pk,
        category_id=category.pk,
        item_type_id=kind.pk,
    )
    return list(_explained(terms, found).values())


def rule_in_place(*, branch: str, card_type: str, item_type: str) -> RuleInPlace | None:
    """Return the row of these codes ("" is any) among the others; None for an unknown code.

    Four statements at most.
    """
    place = Branch.objects.filter(code=branch).first() if branch else None
    category = PatronCategory.objects.filter(code=card_type).first() if card_type else None
    kind = ItemType.objects.filter(code=item_type).first() if item_type else None
    if (branch and not place) or (card_type and not category) or (item_type and not kind):
        return None
    found = _rules()
    mine = [(policy, row) for policy, row in found if row.codes == (branch, card_type, item_type)]
    row = RuleRow(
        branch=branch,
        branch_name=place.name if place else "",
        card_type=card_type,
        card_type_name=category.name if category else "",
        item_type=item_type,
        item_type_name=kind.name if kind else "",
        terms=mine[0][1].terms if mine else dict.fromkeys(TERMS),
    )
    below: dict[str, Explained] = {}
    if row.is_default:
        below = {t: Explained(term=t, value=v, row=None) for t, v in BUILT_IN.items()}
    else:
        others = [pair for pair in found if pair not in mine]
        terms = terms_for(
            [policy for policy, _ in others],
            branch_id=place.pk if place else 0,
            category_id=category.pk if category else 0,
            item_type_id=kind.pk if kind else 0,
        )
        below = _explained(terms, others)
    return RuleInPlace(row=row, is_new=not mine, below=below)


def _explained(terms: Terms, found: list[tuple[PolicyRow, RuleRow]]) -> dict[str, Explained]:
    rows = {policy.id: row for policy, row in found}
    return {
        term: Explained(term=term, value=getattr(terms, term), row=rows.get(terms.rows[term]))
        for term in TERMS
    }


def card_types() -> list[CardTypeView]:
    """Return every card type, those in use first, oldest first. Four statements."""
    policies = [policy for policy, _ in _rules() if policy.branch_id is None]
    kinds = list(ItemType.objects.filter(is_active=True).order_by("-is_default", "id"))
    readers = dict(Patron.objects.values_list("category").annotate(n=Count("id")).order_by())
    rows = PatronCategory.objects.order_by("-is_active", "id")
    return [_card_type(row, policies, kinds, readers.get(row.pk, 0)) for row in rows]


def _card_type(
    row: PatronCategory, policies: list[PolicyRow], kinds: list[ItemType], readers: int
) -> CardTypeView:
    own = next((p for p in policies if p.category_id == row.pk and p.item_type_id is None), None)
    terms = {
        kind.pk: terms_for(policies, branch_id=0, category_id=row.pk, item_type_id=kind.pk)
        for kind in kinds
    }
    first = terms[kinds[0].pk] if kinds else None
    allowed = [kind for kind in kinds if terms[kind.pk].may_borrow]
    return CardTypeView(
        code=row.code,
        name=row.name,
        valid_months=row.valid_months,
        yearly_fee_cents=row.yearly_fee_cents,
        queue_class=row.queue_class,
        is_default=row.is_default,
        is_active=row.is_active,
        readers=readers,
        own_terms={term: getattr(own, term) if own else None for term in TERMS},
        terms={term: getattr(first, term) if first else None for term in TERMS},
        item_types=tuple(kind.code for kind in allowed),
        item_type_names=tuple(kind.name for kind in allowed),
    )


def _rules() -> list[tuple[PolicyRow, RuleRow]]:
    """Return the rows in the published order. One statement."""
    found = []
    for policy in LoanPolicy.objects.select_related("branch", "category", "item_type"):
        values = model_to_dict(policy, TERMS)
        row = PolicyRow(
            id=policy.pk,
            branch_id=policy.branch_id,
            category_id=policy.category_id,
            item_type_id=policy.item_type_id,
            **values,
        )
        found.append((row, _row(policy, values)))
    # Within one weight by the keys' age, so that the table never jumps about.
    return sorted(
        found,
        key=lambda pair: (
            -pair[0].weight(),
            pair[0].branch_id or 0,
            pair[0].category_id or 0,
            pair[0].item_type_id or 0,
        ),
    )


def _row(policy: LoanPolicy, values: dict[str, Any]) -> RuleRow:
    return RuleRow(
        branch=policy.branch.code if policy.branch else "",
        branch_name=policy.branch.name if policy.branch else "",
        card_type=policy.category.code if policy.category else "",
        card_type_name=policy.category.name if policy.category else "",
        item_type=policy.item_type.code if policy.item_type else "",
        item_type_name=policy.item_type.name if policy.item_type else "",
        terms={term: values[term] for term in TERMS},
    )


def _choices(rows: Iterable[Any], active: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(code=row.code, name=row.name, is_active=getattr(row, active)) for row in rows
    )
