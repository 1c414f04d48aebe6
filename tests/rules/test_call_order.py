"""In which order call numbers stand on a shelf."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.catalog.rules.call_order import (
    KEY_LENGTH,
    call_key,
    last_key,
    running_keys,
)

ON_THE_SHELF = [
    "B84/3",
    "I0/2",
    "I106",
    "I106/1",
    "I207.22/8",
    "I207.227/1",
    "I21/1",
    "I247/9",
    "I247-43/1",
    "I247(712)/1",
    'I247"1"/1',
    "I247=6/1",
    "I247+J/1",
    "I247:J/1",
    "I247.5/2",
    "I247.5/13",
    "I247.5/13-2",
    "I247.5/13=2",
    "I247.5/13:2",
    "I247.5/14",
    "I247.5/100",
    "I247.5/N2338",
    "I247.5/N10000",
    "I247.5/Z1",
    "I247.57/1",
    "I3/1",
    "K825.38=5/1",
    "T/1",
    "TB12/1",
    "TP312/7",
    "TP312.1/1",
    "TP312C/1",
    "TP312JA/1",
    "Z228/1",
    "红/1",
    "绘/1",
]


def test_call_numbers_stand_in_the_order_of_the_classes_then_of_their_numbers() -> None:
    mixed = list(ON_THE_SHELF)
    random.Random(4).shuffle(mixed)

    assert sorted(mixed, key=call_key) == ON_THE_SHELF


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I247.57/12", "i247.57/12"),
        ("I247.57/12", "I247.57 / 012"),
        ("I247.57/12", "Ｉ２４７．５７／１２"),
        ("I247-43/1", "I247—43/1"),
        ("I24757/12", "I247.57/12"),
        ("K28“1”/3", 'K28"1"/3'),
    ],
)
def test_ways_of_writing_one_call_number_stand_together(one: str, other: str) -> None:
    assert call_key(one) == call_key(other)


def test_the_range_of_a_class_holds_its_numbers_and_nothing_else() -> None:
    first, end = running_keys("I247.5")

    inside = [number for number in ON_THE_SHELF if first <= call_key(number) < end]

    assert inside == [
        "I247.5/2", "I247.5/13", "I247.5/13-2", "I247.5/13=2", "I247.5/13:2", "I247.5/14",
        "I247.5/100",
    ]  # fmt: skip


def test_a_barcode_scanned_into_the_field_is_no_running_number() -> None:
    first, end = running_keys("I247.5")

    assert first <= call_key("I247.5/999999") < end
    assert not first <= call_key("I247.5/9787020002207") < end


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("I207", "I21", ["I207.22/8", "I207.227/1", "I21/1"]),
        ("I247.5/13", "I247.5/13", ["I247.5/13", "I247.5/13-2", "I247.5/13=2", "I247.5/13:2"]),
        ("T", "T", ["T/1", "TB12/1", "TP312/7", "TP312.1/1", "TP312C/1", "TP312JA/1"]),
    ],
)
def test_a_range_of_the_shelf_ends_with_all_of_its_last_class(
    first: str, last: str, inside: list[str]
) -> None:
    low, high = call_key(first)[:-1], last_key(last)

    assert [number for number in ON_THE_SHELF if low <= call_key(number) < high] == inside


@given(st.text(max_size=80))
def test_any_text_has_a_key_that_every_database_sorts_alike(text: str) -> None:
    key = call_key(text)

    assert len(key) <= KEY_LENGTH
    assert all(sign in "0123456789abcdefghijklmnopqrstuvwxyz" for sign in key)


def test_no_call_number_has_no_key() -> None:
    assert call_key("  ") == ""
