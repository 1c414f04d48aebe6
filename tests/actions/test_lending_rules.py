"""Card types, item types and the table of lending rules."""

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.item_types import (
    add_item_type,
    deactivate_item_type,
    edit_item_type,
    reactivate_item_type,
)
from jieyue.catalog.models import ItemType
from jieyue.circulation.actions.card_types import (
    CardTypeValues,
    add_card_type,
    deactivate_card_type,
    edit_card_type,
    reactivate_card_type,
)
from jieyue.circulation.actions.policies import add_rule, delete_rule, edit_rule
from jieyue.circulation.models import LoanPolicy
from jieyue.circulation.queries.policies import card_types, explain, rule_in_place, rule_table
from jieyue.circulation.rules.policies import BUILT_IN, REQUIRED, TERMS, RuleValues
from jieyue.circulation.rules.rule_values import CHOICES, LIMITS, SWITCHES
from jieyue.libraries.models import Library
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from jieyue.patrons.models import PatronCategory
from tests.world import World

BOOKS = frozenset({"book"})


def refused(trouble: Trouble) -> NotSaved:
    return NotSaved(trouble=trouble)


def version(world: World) -> int:
    return Library.objects.get(pk=world.library.pk).rules_version


def rules() -> list[tuple[object, ...]]:
    rows = LoanPolicy.objects.order_by("id").values_list(
        "category__code", "item_type__code", "may_borrow", "max_loans", "loan_days"
    )
    return list(rows)


DEFAULT = (None, None, True, 5, 30)


def test_a_card_type_brings_its_row_of_the_rules(world: World) -> None:
    values = CardTypeValues(
        name="少儿", item_types=BOOKS, max_loans=3, loan_days=14, valid_months=12, queue_class=2
    )

    assert add_card_type(world.desk(), values=values) == Saved(code="c2")

    row = PatronCategory.objects.get(code="c2")
    assert (row.name, row.valid_months, row.queue_class, row.is_default) == ("少儿", 12, 2, False)
    assert rules() == [DEFAULT, ("c2", None, None, 3, 14)]
    assert version(world) == 2


def test_only_differing_permissions_become_rows(world: World) -> None:
    add_item_type(world.desk(), name="期刊")
    add_card_type(world.desk(), values=CardTypeValues(name="少儿", item_types=BOOKS))
    assert rules() == [DEFAULT, ("c2", "t2", False, None, None)]

    both = CardTypeValues(name="少儿", item_types=BOOKS | {"t2"})
    assert edit_card_type(world.desk(), card_type="c2", values=both) == Saved(code="c2")
    assert rules() == [DEFAULT]
    assert Entry.objects.order_by("-id")[0].data == {
        "card_type": "c2",
        "changed": ["may_borrow:t2"],
    }


def test_a_kind_nobody_may_borrow_can_be_allowed_to_one(world: World) -> None:
    add_item_type(world.desk(), name="工具书")
    add_rule(world.desk(), item_type="t2", values=RuleValues(may_borrow=False))
    teachers = CardTypeValues(name="教师", item_types=BOOKS | {"t2"})

    add_card_type(world.desk(), values=teachers)

    assert rules()[2:] == [("c2", "t2", True, None, None)]
    by_name = {card.name: card.item_types for card in card_types()}
    assert by_name == {"成人": ("book",), "教师": ("book", "t2")}


def test_there_is_always_one_default_card(world: World) -> None:
    plain = CardTypeValues(name="成人", item_types=BOOKS)
    child = CardTypeValues(name="少儿", item_types=BOOKS, is_default=True)

    assert edit_card_type(world.desk(), card_type="adult", values=plain) == refused(
        Trouble.DEFAULT_STAYS
    )
    assert deactivate_card_type(world.desk(), card_type="adult") == refused(Trouble.DEFAULT_STAYS)
    assert add_card_type(world.desk(), values=child) == Saved(code="c2")
    assert [c.code for c in PatronCategory.objects.filter(is_default=True)] == ["c2"]
    assert deactivate_card_type(world.desk(), card_type="adult") == Saved(code="adult")
    assert reactivate_card_type(world.desk(), card_type="adult") == Saved(code="adult")


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        ({"name": ""}, Trouble.NAME_MISSING),
        ({"name": "成人"}, Trouble.NAME_TAKEN),
        ({"loan_days": 0}, Trouble.NUMBER_BAD),
        ({"max_loans": 1000}, Trouble.NUMBER_BAD),
        ({"queue_class": 0}, Trouble.NUMBER_BAD),
        ({"item_types": frozenset({"nope"})}, Trouble.UNKNOWN),
    ],
)
def test_card_types_that_cannot_be(world: World, change, trouble) -> None:
    values = CardTypeValues(**({"name": "少儿", "item_types": BOOKS} | change))

    assert add_card_type(world.desk(), values=values) == refused(trouble)
    assert PatronCategory.objects.count() == 1
    assert rules() == [DEFAULT]
    assert version(world) == 1


def test_item_types_are_added_renamed_and_put_away(world: World) -> None:
    assert add_item_type(world.desk(), name="期刊") == Saved(code="t2")
    assert add_item_type(world.desk(), name="期刊") == refused(Trouble.NAME_TAKEN)
    assert edit_item_type(world.desk(), item_type="t2", name="杂志") == Saved(code="t2")
    assert edit_item_type(world.desk(), item_type="book", name="图书") == refused(
        Trouble.DEFAULT_STAYS
    )
    assert deactivate_item_type(world.desk(), item_type="book") == refused(Trouble.DEFAULT_STAYS)
    assert deactivate_item_type(world.desk(), item_type="t2") == Saved(code="t2")
    assert edit_item_type(world.desk(), item_type="t2", name="杂志", is_default=True) == refused(
        Trouble.DEFAULT_STAYS
    )
    assert reactivate_item_type(world.desk(), item_type="t2") == Saved(code="t2")
    assert edit_item_type(world.desk(), item_type="t2", name="杂志", is_default=True) == Saved(
        code="t2"
    )
    assert [t.code for t in ItemType.objects.filter(is_default=True)] == ["t2"]
    assert deactivate_item_type(world.desk(), item_type="x") == refused(Trouble.UNKNOWN)


def test_a_rule_is_added_once_changed_and_deleted(world: World) -> None:
    keys = {"branch": "main", "card_type": "adult"}

    assert add_rule(world.desk(), **keys, values=RuleValues(loan_days=7)) == Saved(
        code="main/adult/"
    )
    assert add_rule(world.desk(), **keys, values=RuleValues(loan_days=7)) == refused(
        Trouble.RULE_EXISTS
    )
    assert edit_rule(world.desk(), **keys, values=RuleValues(max_loans=2)) == Saved(
        code="main/adult/"
    )
    assert Entry.objects.order_by("-id")[0].data == {
        "branch": "main",
        "card_type": "adult",
        "was": {"loan_days": 7},
        "terms": {"max_loans": 2, "loan_days": None},
    }
    row = LoanPolicy.objects.get(branch=world.branch).pk
    assert delete_rule(world.desk(), **keys) == Saved(code="main/adult/")
    gone = Entry.objects.order_by("-id")[0].data
    assert (gone["was"], gone["policy"]) == ({"max_loans": 2}, row)
    assert delete_rule(world.desk(), **keys) == refused(Trouble.UNKNOWN)
    assert rules() == [DEFAULT]
    assert version(world) == 4


def test_every_term_can_be_set_and_the_default_row_leaves_out_what_is_built_in(
    world: World,
) -> None:
    every = RuleValues(
        **{term: LIMITS[term][1] for term in LIMITS}
        | {term: values[-1] for term, values in CHOICES.items()}
        | dict.fromkeys(SWITCHES, True)
    )
    assert None not in every.terms().values()

    assert edit_rule(world.desk(), values=every) == Saved(code="//")
    assert rule_table().rows[0].terms == every.terms()
    needed = RuleValues(**{term: every.terms()[term] for term in REQUIRED})
    assert edit_rule(world.desk(), values=needed) == Saved(code="//")
    assert rule_table().rows[0].terms == dict.fromkeys(TERMS) | needed.terms()


def test_a_card_type_keeps_a_row_that_says_only_newer_terms(world: World) -> None:
    add_rule(world.desk(), card_type="adult", values=RuleValues(fine_cents=10))
    values = CardTypeValues(name="成人", item_types=BOOKS, is_default=True)

    assert edit_card_type(world.desk(), card_type="adult", values=values) == Saved(code="adult")

    assert LoanPolicy.objects.get(category=world.category).fine_cents == 10


def test_a_place_in_the_table_says_what_holds_below_it(world: World) -> None:
    add_rule(world.desk(), item_type="book", values=RuleValues(loan_days=7))
    add_rule(world.desk(), card_type="adult", values=RuleValues(loan_days=9, max_loans=2))

    there = rule_in_place(branch="", card_type="adult", item_type="")
    new = rule_in_place(branch="", card_type="adult", item_type="book")
    last = rule_in_place(branch="", card_type="", item_type="")

    assert there is not None and new is not None and last is not None
    assert (there.is_new, there.below["loan_days"].value, there.row.terms["loan_days"]) == (
        False, 30, 9,
    )  # fmt: skip
    assert (new.is_new, new.below["loan_days"].value, new.below["hold_days"].row) == (True, 9, None)
    assert {term: one.value for term, one in last.below.items()} == BUILT_IN
    assert rule_in_place(branch="nope", card_type="", item_type="") is None


def test_the_default_rule_stays_and_stays_complete(world: World) -> None:
    assert delete_rule(world.desk()) == refused(Trouble.DEFAULT_RULE_STAYS)
    assert edit_rule(world.desk(), values=RuleValues(max_loans=1)) == refused(
        Trouble.DEFAULT_RULE_COMPLETE
    )
    assert rules() == [DEFAULT]


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        (RuleValues(), Trouble.RULE_EMPTY),
        (RuleValues(loan_days=0), Trouble.NUMBER_BAD),
        (RuleValues(loan_days=4000), Trouble.NUMBER_BAD),
        (RuleValues(closed_days="maybe"), Trouble.NUMBER_BAD),
    ],
)
def test_rules_that_cannot_be(world: World, values, trouble) -> None:
    assert add_rule(world.desk(), card_type="adult", values=values) == refused(trouble)
    assert add_rule(world.desk(), card_type="nope", values=RuleValues(loan_days=1)) == refused(
        Trouble.UNKNOWN
    )


def test_the_table_shows_the_published_order_and_explains(world: World) -> None:
    desk = world.desk()
    add_rule(desk, item_type="book", values=RuleValues(loan_days=1))
    add_rule(desk, branch="main", values=RuleValues(max_loans=9))
    add_rule(desk, card_type="adult", item_type="book", values=RuleValues(may_borrow=False))

    rows = rule_table().rows

    assert [(r.branch, r.card_type, r.item_type) for r in rows] == [
        ("main", "", ""),
        ("", "adult", "book"),
        ("", "", "book"),
        ("", "", ""),
    ]
    explained = explain(branch="main", card_type="adult", item_type="book")
    assert explained is not None
    said = [(e.term, e.value, rows.index(e.row)) for e in explained if e.row is not None]
    assert said == [
        ("may_borrow", False, 1),
        ("max_loans", 9, 0),
        ("loan_days", 1, 2),
        ("max_renewals", 2, 3),
        ("renewal_days", 30, 3),
        ("max_holds", 5, 3),
        ("max_overdue", 0, 3),
        ("max_owed_cents", 0, 3),
        ("closed_days", "next_open", 3),
    ]
    assert {e.term: e.value for e in explained if e.row is None} == BUILT_IN
    assert tuple(e.term for e in explained) == TERMS
    assert explain(branch="main", card_type="adult", item_type="nope") is None
