"""Card types (借阅卡类型): who gets which privileges, with their rows of the lending rules."""

from dataclasses import dataclass
from typing import Any, Final

from django.forms.models import model_to_dict

from jieyue.catalog.models import ItemType
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.rules.policies import TERMS, PolicyRow, terms_for
from jieyue.circulation.rules.rule_values import LIMITS
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble, name_trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import (
    NotSaved,
    Saved,
    changed,
    free_code,
    not_saved,
    saved,
)
from jieyue.libraries.versions import rules_changed
from jieyue.patrons.models import PatronCategory

MAX_CARD_NAME: Final = 50
MAX_MONTHS: Final = 1200
MAX_FEE_CENTS: Final = 1_000_000
OWN_TERMS: Final = ("max_loans", "loan_days", "max_renewals", "renewal_days", "max_holds")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTypeValues:
    """What a card type grants. A term that is None is the library's default.

    `valid_months` None: no expiry. `queue_class` 1 to 9, 1 is served first among holds.
    `item_types` are the codes of what may be borrowed.
    """

    name: str
    item_types: frozenset[str]
    is_default: bool = False
    valid_months: int | None = None
    yearly_fee_cents: int = 0
    queue_class: int = 5
    max_loans: int | None = None
    loan_days: int | None = None
    max_renewals: int | None = None
    renewal_days: int | None = None
    max_holds: int | None = None

    def of_category(self) -> dict[str, Any]:
        """Return the columns of the card type itself."""
        return {
            "name": self.name.strip(),
            "valid_months": self.valid_months,
            "yearly_fee_cents": self.yearly_fee_cents,
            "queue_class": self.queue_class,
            "is_default": self.is_default,
        }

    def trouble(self) -> Trouble | None:
        """Say what is wrong with the values."""
        ranges = [(getattr(self, term), *LIMITS[term]) for term in OWN_TERMS]
        ranges += [
            (self.valid_months, 1, MAX_MONTHS),
            (self.yearly_fee_cents, 0, MAX_FEE_CENTS),
            (self.queue_class, 1, 9),
        ]
        if any(value is not None and not low <= value <= high for value, low, high in ranges):
            return Trouble.NUMBER_BAD
        return name_trouble(self.name, limit=MAX_CARD_NAME)


@action(needs=Permission.SETTINGS, whole_library=True)
def add_card_type(desk: Desk, *, values: CardTypeValues) -> Saved | NotSaved:
    """Add a card type with its terms in the lending rules."""
    if trouble := values.trouble() or _name_trouble(values, None):
        return not_saved(trouble)
    code = free_code("c", PatronCategory.objects.values_list("code", flat=True))
    if values.is_default:
        PatronCategory.objects.filter(is_default=True).update(is_default=False)
    row = PatronCategory.objects.create(
        library_id=desk.library_id, code=code, **values.of_category()
    )
    _set_terms(desk, row, values)
    rules_changed(desk.library_id)
    return saved(code, card_type=code)


@action(needs=Permission.SETTINGS, whole_library=True)
def edit_card_type(desk: Desk, *, card_type: str, values: CardTypeValues) -> Saved | NotSaved:
    """Change a card type; cards and loans already given keep their dates."""
    row = lock_one(PatronCategory.objects.filter(code=card_type))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    trouble = values.trouble() or _name_trouble(values, row)
    if row.is_default != values.is_default and (row.is_default or not row.is_active):
        trouble = trouble or Trouble.DEFAULT_STAYS
    if trouble is not None:
        return not_saved(trouble)
    if values.is_default:
        PatronCategory.objects.filter(is_default=True).exclude(pk=row.pk).update(is_default=False)
    differing = changed(row, values.of_category())
    row.save(update_fields=differing)
    differing += _set_terms(desk, row, values)
    rules_changed(desk.library_id)
    return saved(card_type, card_type=card_type, changed=differing)


@action(needs=Permission.SETTINGS, whole_library=True)
def deactivate_card_type(desk: Desk, *, card_type: str) -> Saved | NotSaved:
    """Offer a card type no longer to new readers; those who have it keep it. Not the default."""
    row = lock_one(PatronCategory.objects.filter(code=card_type))
    if row is None:
        return not_saved(Trouble.UNKNOWN)
    if row.is_default:
        return not_saved(Trouble.DEFAULT_STAYS)
    PatronCategory.objects.filter(pk=row.pk).update(is_active=False)
    rules_changed(desk.library_id)
    return saved(card_type, card_type=card_type)


@action(needs=Permission.SETTINGS, whole_library=True)
def reactivate_card_type(desk: Desk, *, card_type: str) -> Saved | NotSaved:
    """Offer a card type again."""
    if not PatronCategory.objects.filter(code=card_type).update(is_active=True):
        return not_saved(Trouble.UNKNOWN)
    rules_changed(desk.library_id)
    return saved(card_type, card_type=card_type)


def _name_trouble(values: CardTypeValues, row: PatronCategory | None) -> Trouble | None:
    same = PatronCategory.objects.filter(name=values.name.strip())
    if row is not None:
        same = same.exclude(pk=row.pk)
    if same.exists():
        return Trouble.NAME_TAKEN
    kinds = set(ItemType.objects.values_list("code", flat=True))
    return None if values.item_types <= kinds else Trouble.UNKNOWN


def _set_terms(desk: Desk, row: PatronCategory, values: CardTypeValues) -> list[str]:
    """Write the card type's rows of the lending rules; return the names of changed terms."""
    general = _rule(desk, row, None)
    differing = changed(general, {term: getattr(values, term) for term in OWN_TERMS})
    _keep(general)
    for kind in ItemType.objects.filter(is_active=True).order_by("id"):
        if _set_permission(desk, row, kind, wanted=kind.code in values.item_types):
            differing.append(f"may_borrow:{kind.code}")
    return differing


def _set_permission(desk: Desk, row: PatronCategory, kind: ItemType, *, wanted: bool) -> bool:
    """Say whether the card borrows this kind, with a row only where the rules below differ."""
    special = _rule(desk, row, kind)
    was = special.may_borrow
    special.may_borrow = None
    below = [policy for policy in _rows_of_all_branches() if policy.id != special.pk]
    # The default row is complete, so `may_borrow` at least is always found.
    resolved = terms_for(below, branch_id=0, category_id=row.pk, item_type_id=kind.pk).may_borrow
    if resolved != wanted:
        special.may_borrow = wanted
    _keep(special)
    return was != special.may_borrow


def _rule(desk: Desk, row: PatronCategory, kind: ItemType | None) -> LoanPolicy:
    found = lock_one(LoanPolicy.objects.filter(branch=None, category=row, item_type=kind))
    return found or LoanPolicy(library_id=desk.library_id, category=row, item_type=kind)


def _keep(rule: LoanPolicy) -> None:
    """Save a row that says something, delete or leave out one that says nothing."""
    if any(getattr(rule, term) is not None for term in TERMS):
        rule.save()
    elif rule.pk is not None:
        rule.delete()


def _rows_of_all_branches() -> list[PolicyRow]:
    fields = ["category", "item_type", *TERMS]
    rows = []
    for policy in LoanPolicy.objects.filter(branch=None).order_by("id"):
        values = model_to_dict(policy, fields)
        keys = {f"{key}_id": values.pop(key) for key in ("category", "item_type")}
        rows.append(PolicyRow(id=policy.pk, **keys, **values))
    return rows
