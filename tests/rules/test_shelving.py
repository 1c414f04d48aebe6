"""Call numbers by scheme: what stands behind the class."""

import pytest

from jieyue.catalog.rules.call_order import call_key
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.shelving import (
    Scheme,
    author_letters,
    marked,
    next_number,
    stem_of,
    unmarked,
)

ALIVE = Description(name="活着", authors="余华", year=2012, clc="I247.57")


@pytest.mark.parametrize(
    ("scheme", "first", "after"),
    [
        (Scheme.RUNNING, "I247.57/1", {"I247.57/12": "I247.57/13", "I24757/9:2=3": "I247.57/10"}),
        (Scheme.AUTHOR, "I247.57/YH", {"I247.57/YH": "I247.57/YH2", "I247.57/yh9": "I247.57/YH10"}),
        (
            Scheme.YEAR,
            "I247.57/2012",
            {"I247.57/2012": "I247.57/2012-2", "I247.57/2012-9": "I247.57/2012-10"},
        ),
    ],
)
def test_the_next_number_of_a_class(scheme: Scheme, first: str, after: dict[str, str]) -> None:
    stem = stem_of(scheme, ALIVE)
    assert stem is not None
    assert next_number(stem, "") == first
    assert {last: next_number(stem, last) for last in after} == after


@pytest.mark.parametrize(
    ("scheme", "inside", "outside"),
    [
        (
            Scheme.RUNNING,
            ["I247.57/1", "I247.57/12=2", "I247.57/99"],
            ["I247.57", "I247.57/YH", "I247.5/1", "I247.571/1", "I247.57/3000000018"],
        ),
        (
            Scheme.AUTHOR,
            ["I247.57/YH", "I247.57/YH2", "I247.57/YH10=2"],
            ["I247.57/YHA", "I247.57/YG", "I247.57/12", "I247.58/YH"],
        ),
        (
            Scheme.YEAR,
            ["I247.57/2012", "I247.57/2012-2", "I247.57/2012-12"],
            ["I247.57/2011", "I247.57/2013", "I247.57/20120", "I247.57/2012A"],
        ),
    ],
)
def test_numbers_of_one_stem_lie_between_its_keys(
    scheme: Scheme, inside: list[str], outside: list[str]
) -> None:
    stem = stem_of(scheme, ALIVE)
    assert stem is not None
    lies = {n: stem.first_key <= call_key(n) < stem.end_key for n in inside + outside}
    assert lies == dict.fromkeys(inside, True) | dict.fromkeys(outside, False)
    assert sorted(inside, key=call_key) == inside


def test_a_class_alone_and_a_free_number() -> None:
    stem = stem_of(Scheme.CLASS, ALIVE)
    assert stem is not None
    assert stem.call_number == "I247.57"
    assert stem_of(Scheme.FREE, ALIVE) is None
    assert stem_of(Scheme.RUNNING, Description(name="活着")) is None
    assert stem_of(Scheme.YEAR, Description(name="活着", clc="I247.57")) is None


@pytest.mark.parametrize(
    ("authors", "letters"),
    [
        ("余华", "YH"),
        ("曾国藩 / 李鸿章", "ZGF"),  # a surname read otherwise than the word
        ("〔英〕J. K. 罗琳", "JKL"),
        ("（哥伦）加西亚·马尔克斯", "JXY"),
        ("J. K. Rowling", "ROW"),
        ("Rowling, J. K.", "ROW"),
        ("", "HZ"),
        ("[编写组]", "HZ"),
    ],
)
def test_letters_of_an_author(authors: str, letters: str) -> None:
    assert author_letters(Description(name="活着", authors=authors)) == letters


def test_a_draft_has_no_letters() -> None:
    draft = Description(name="ISBN 978-7-02-000220-7", isbn13="9787020002207", clc="I24")
    assert author_letters(draft) == ""


@pytest.mark.parametrize(
    ("volume", "edition", "first"),
    [
        ("", "", ["I2/7", "I2/7=2", "I2/7=3"]),
        ("第 2 卷", "", ["I2/7:2", "I2/7:2=2", "I2/7:2=3"]),
        ("上册", "第 3 版", ["I2/7:1=3", "I2/7:1=4", "I2/7:1=5"]),
        ("", "第 3 版", ["I2/7=3", "I2/7=4", "I2/7=5"]),
        ("", "第 1 版", ["I2/7", "I2/7=2", "I2/7=3"]),
    ],
)
def test_volumes_and_editions_stand_beside_the_first(
    volume: str, edition: str, first: list[str]
) -> None:
    book = Description(name="三体", volume=volume, edition=edition)
    assert marked("I2/7", book)[:3] == first
    assert {unmarked(number) for number in first} == {"I2/7"}
