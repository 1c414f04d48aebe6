"""What a new library starts with: kinds, holidays, addresses."""

from datetime import date, timedelta
from itertools import product

import pytest

from jieyue.circulation.rules.policies import REQUIRED, PolicyRow, RuleValues, terms_for
from jieyue.circulation.rules.rule_values import rule_trouble
from jieyue.libraries.models import Library
from jieyue.libraries.rules.holidays import public_holidays
from jieyue.libraries.rules.kinds import KINDS, STARTS
from jieyue.libraries.rules.slugs import MAX_SLUG, is_reserved, is_slug, numbered, slug_of

every_kind = pytest.mark.parametrize("kind", KINDS)


def test_there_is_a_start_for_every_kind() -> None:
    assert set(KINDS) == set(Library.Kind.values)


@every_kind
def test_a_kind_has_a_complete_default_and_possible_rules(kind) -> None:
    start = STARTS[kind]

    assert set(start.default) >= set(REQUIRED)
    assert rule_trouble(RuleValues(**start.default), is_default=True) is None
    for rule in start.rules:
        assert rule_trouble(RuleValues(**rule.terms), is_default=False) is None


@every_kind
def test_a_kinds_rules_name_its_own_cards_and_items_once(kind) -> None:
    start = STARTS[kind]
    cards, items = [c.code for c in start.cards], [i.code for i in start.items]
    keys = [(rule.card, rule.item) for rule in start.rules]

    assert len(set(cards)) == len(cards)
    assert len(set(items)) == len(items)
    assert len(set(keys)) == len(keys)
    assert {card for card, _ in keys} <= {None, *cards}
    assert {item for _, item in keys} <= {None, *items}
    assert (None, None) not in keys


@every_kind
def test_every_card_can_borrow_the_first_kind_of_thing(kind) -> None:
    start = STARTS[kind]
    cards = {card.code: n for n, card in enumerate(start.cards)}
    items = {item.code: n for n, item in enumerate(start.items)}
    rows = [PolicyRow(id=0, **start.default)] + [
        PolicyRow(
            id=n + 1,
            category_id=None if rule.card is None else cards[rule.card],
            item_type_id=None if rule.item is None else items[rule.item],
            **rule.terms,
        )
        for n, rule in enumerate(start.rules)
    ]
    for card, item in product(cards.values(), items.values()):
        terms = terms_for(rows, branch_id=1, category_id=card, item_type_id=item)
        assert terms.loan_days >= 7
        assert terms.may_borrow or start.items[item].code == "reference"


def test_a_home_never_closes_and_a_public_library_opens_on_holidays() -> None:
    assert STARTS["family"].weekdays == ()
    assert not STARTS["public"].closes_on_holidays


def test_the_coming_years_holidays_are_the_laws_own_days() -> None:
    spans = public_holidays(date(2026, 11, 22))

    assert [(s.name, str(s.starts_on), str(s.ends_on)) for s in spans] == [
        ("元旦", "2027-01-01", "2027-01-01"),
        ("春节", "2027-02-05", "2027-02-08"),
        ("清明节", "2027-04-05", "2027-04-05"),
        ("劳动节", "2027-05-01", "2027-05-02"),
        ("端午节", "2027-06-09", "2027-06-09"),
        ("中秋节", "2027-09-15", "2027-09-15"),
        ("国庆节", "2027-10-01", "2027-10-03"),
    ]
    assert all(span.is_closed for span in spans)


def test_a_holiday_that_has_begun_still_counts_and_uncertain_years_bring_fixed_dates() -> None:
    assert public_holidays(date(2027, 2, 8))[0].name == "春节"
    assert {span.name for span in public_holidays(date(2040, 1, 2))} == {
        "元旦",
        "劳动节",
        "国庆节",
    }


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029])
def test_thirteen_days_a_year(year) -> None:
    spans = [s for s in public_holidays(date(year, 1, 1)) if s.starts_on.year == year]
    days = sum(((s.ends_on - s.starts_on) // timedelta(days=1)) + 1 for s in spans)
    assert days == 13


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("青禾图书馆", "qinghe"),
        ("育才小学 图书室", "yucaixiaoxue"),
        ("Café Zoë 读书角", "cafe-zoe"),
        ("北京市海淀区中关村第一小学图书馆", "bjshdqzgcdyxx"),
        ("图书馆", "tushuguan"),
        ("API", "api-tsg"),
        ("🙂", "tushuguan"),
        ("", "tushuguan"),
        ("a", "a-tsg"),
    ],
)
def test_an_address_is_made_of_the_name(name, slug) -> None:
    assert slug_of(name) == slug
    assert is_slug(slug)
    assert not is_reserved(slug)


@pytest.mark.parametrize(
    "bad", ["", "a", "-a", "a-", "a--b", "A1", "青禾", "a_b", "x" * (MAX_SLUG + 1), "a b"]
)
def test_what_is_no_address(bad) -> None:
    assert not is_slug(bad)


def test_reserved_and_numbered_addresses() -> None:
    assert is_reserved("api")
    assert is_reserved("qinghe-lianxi")
    assert numbered("qinghe", 2) == "qinghe-2"
    assert len(numbered("x" * MAX_SLUG, 12)) == MAX_SLUG
