"""A library's lending rules in memory, loaded anew when their version moves."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from django.forms.models import model_to_dict

from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.rules.policies import TERMS, PolicyRow, Terms, terms_for
from jieyue.kit.scope import current_library_id
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import Calendar

KEPT_LIBRARIES: Final = 256


@dataclass(frozen=True)
class Rulebook:
    """Policies and calendars of one library at one version of its rules."""

    version: int
    policies: tuple[PolicyRow, ...]
    calendars: dict[int, Calendar]  # by branch id
    _terms: dict[tuple[int, int, int], Terms] = field(default_factory=dict)

    def terms(self, branch_id: int, category_id: int, item_type_id: int) -> Terms:
        """Return the terms for one kind of loan. Raises NoDefaultPolicyError."""
        key = (branch_id, category_id, item_type_id)
        if key not in self._terms:
            self._terms[key] = terms_for(
                self.policies,
                branch_id=branch_id,
                category_id=category_id,
                item_type_id=item_type_id,
            )
        return self._terms[key]


_kept: "OrderedDict[int, Rulebook]" = OrderedDict()
_lock = threading.Lock()


def rulebook(version: int) -> Rulebook:
    """Return the rules of the library in scope. No statement if `version` is known, else four.

    `version` is `Library.rules_version` as the caller read it under its lock.
    """
    library_id = current_library_id()
    with _lock:
        book = _kept.get(library_id)
        if book is not None and book.version == version:
            _kept.move_to_end(library_id)
            return book
    book = _load(version)
    with _lock:
        _kept[library_id] = book
        while len(_kept) > KEPT_LIBRARIES:
            _kept.popitem(last=False)
    return book


def forget_rulebooks() -> None:
    """Drop everything kept (tests roll the database back under it)."""
    with _lock:
        _kept.clear()


def _load(version: int) -> Rulebook:
    fields = ["id", "branch", "category", "item_type", *TERMS]
    rows = []
    for policy in LoanPolicy.objects.order_by("id"):
        values = model_to_dict(policy, fields) | {"id": policy.pk}
        keys = {f"{key}_id": values.pop(key) for key in ("branch", "category", "item_type")}
        rows.append(PolicyRow(**keys, **values))
    branches = list(Branch.objects.order_by("id").values_list("id", flat=True))
    return Rulebook(version, tuple(rows), calendars_of(branches))
