"""The lending rules as the public is told them: what holds for each card type at a branch."""

from dataclasses import dataclass

from jieyue.catalog.models import ItemType
from jieyue.circulation.queries.rulebook import rulebook
from jieyue.circulation.rules.policies import Terms
from jieyue.patrons.models import PatronCategory

# What of an item type is said where it differs from the usual one.
TOLD = ("may_borrow", "loan_days", "loan_hours", "max_renewals")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRules:
    """The terms of one card type, and of the kinds of thing that are lent otherwise."""

    category_id: int
    category: str
    valid_months: int | None
    yearly_fee_cents: int
    terms: Terms
    others: tuple[tuple[str, Terms], ...]  # item type's name


def public_rules(version: int, branch_id: int) -> list[PublicRules]:
    """Return what holds for each card type that is given out, the usual one first.

    Two statements, and those of the rulebook. `version` is the library's `rules_version`.
    """
    book = rulebook(version)
    types = list(ItemType.objects.order_by("-is_default", "id").values_list("id", "name"))
    found = []
    for card in PatronCategory.objects.filter(is_active=True).order_by("-is_default", "id"):
        terms = [(name, book.terms(branch_id, card.pk, type_id)) for type_id, name in types]
        usual = terms[0][1]
        others = tuple((name, one) for name, one in terms[1:] if _told(one) != _told(usual))
        found.append(
            PublicRules(
                category_id=card.pk,
                category=card.name,
                valid_months=card.valid_months,
                yearly_fee_cents=card.yearly_fee_cents,
                terms=usual,
                others=others,
            )
        )
    return found


def _told(terms: Terms) -> tuple[object, ...]:
    return tuple(getattr(terms, name) for name in TOLD)
