"""A library's lending rules in memory, loaded anew when their version moves."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, fields
from typing import Final
from zoneinfo import ZoneInfo

from django.forms.models import model_to_dict

from jieyue.circulation.models import BlockRule, LoanPolicy, TermEnd, Vacation
from jieyue.circulation.rules.due_dates import DateRules, TermEndRule
from jieyue.circulation.rules.policies import TERMS, Act, Grid, PolicyRow, Terms, terms_for
from jieyue.circulation.rules.vacations import VacationRule
from jieyue.kit import sql
from jieyue.kit.scope import current_library_id
from jieyue.libraries.models import Branch
from jieyue.libraries.queries import calendars_of
from jieyue.libraries.rules.calendars import Calendar

KEPT_LIBRARIES: Final = 256


@dataclass(frozen=True)
class Rulebook:
    """Policies, calendars and what stops readers, of one library at one version of its rules."""

    version: int
    policies: tuple[PolicyRow, ...]
    calendars: dict[int, Calendar]  # by branch id
    grid: Grid = field(default_factory=dict)
    vacations: tuple[VacationRule, ...] = ()
    term_ends: tuple[TermEndRule, ...] = ()
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
                grid=self.grid,
            )
        return self._terms[key]

    @property
    def recalls_by_itself(self) -> bool:
        """Say whether any row lets a hold recall a loan."""
        return any(row.recall_from_days for row in self.policies)

    def dates(self, branch_id: int, zone: ZoneInfo) -> DateRules:
        """Return what the dates of a branch's loans are made of, besides their terms."""
        return DateRules(
            zone=zone,
            calendar=self.calendars[branch_id],
            vacations=tuple(v for v in self.vacations if v.branch_id in (None, branch_id)),
            term_ends=self.term_ends,
        )


_kept: "OrderedDict[int, Rulebook]" = OrderedDict()
_lock = threading.Lock()


def rulebook(version: int) -> Rulebook:
    """Return the rules of the library in scope. No statement if `version` is known, else seven.

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


def terms_of(row: sql.Row) -> Terms:
    """Return the terms of the loan of a row, as the rules are now."""
    book = rulebook(row["rules_version"])
    return book.terms(row["branch_id"], row["category_id"], row["item_type_id"])


def forget_rulebooks() -> None:
    """Drop everything kept (tests roll the database back under it)."""
    with _lock:
        _kept.clear()


def _load(version: int) -> Rulebook:
    columns = ["id", "branch", "category", "item_type", *TERMS]
    rows = []
    for policy in LoanPolicy.objects.order_by("id"):
        values = model_to_dict(policy, columns) | {"id": policy.pk}
        keys = {f"{key}_id": values.pop(key) for key in ("branch", "category", "item_type")}
        rows.append(PolicyRow(**keys, **values))
    branches = list(Branch.objects.order_by("id").values_list("id", flat=True))
    return Rulebook(
        version, tuple(rows), calendars_of(branches), block_grid(), vacation_rules(), _term_ends()
    )


def vacation_rules() -> tuple[VacationRule, ...]:
    """Return the library's vacations, earliest first. One statement."""
    names = [rule_field.name for rule_field in fields(VacationRule)]
    rows = Vacation.objects.order_by("starts_on", "id").values(*names)
    return tuple(VacationRule(**row) for row in rows)


def _term_ends() -> tuple[TermEndRule, ...]:
    rows = TermEnd.objects.order_by("on", "id").values_list("name", "on", "category_id")
    return tuple(TermEndRule(*row) for row in rows)


def block_grid() -> Grid:
    """Return which acts each condition stops, where the library says so. One statement."""
    return {row.condition: _acts(row) for row in BlockRule.objects.order_by("condition")}


def _acts(row: BlockRule) -> frozenset[Act]:
    acts: tuple[tuple[Act, bool], ...] = (
        ("borrow", row.stops_borrowing),
        ("renew", row.stops_renewing),
        ("hold", row.stops_holds),
    )
    return frozenset(act for act, is_stopped in acts if is_stopped)
