"""Which described room or shelf a copy's shelf begins with, and what a description may say."""

import pytest

from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.locations import (
    Directions,
    directions_faults,
    is_link,
    longest,
    shelf_key,
    tidied,
)


@pytest.mark.parametrize(
    ("names", "shelf", "found"),
    [
        (["A3"], "A3", "A3"),
        (["A3"], "a3 左", "A3"),
        (["A3"], "A3-2", "A3"),
        (["A3"], "A30", None),
        (["A"], "A30", "A"),
        (["A"], "AB", None),
        (["A3"], "Ａ３", "A3"),
        (["童书区"], "童书区 A3", "童书区"),
        (["童书区", "童书区A3"], "童书区 A3", "童书区A3"),
        (["童书区A3"], "童书区", None),
        (["第1架"], "第1架第2层", "第1架"),
        (["第1"], "第12架", None),
        ([], "A3", None),
        (["A3"], "", None),
    ],
)
def test_the_longest_name_that_begins_the_shelf_counts_and_cuts_no_number_apart(
    names: list[str], shelf: str, found: str | None
) -> None:
    assert longest([shelf_key(name) for name in names], shelf) == (found and shelf_key(found))


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("https://surl.amap.com/3aBcD", True),
        ("https://j.map.baidu.com/a1/x?y=图书馆#2", True),
        ("https://例子.中国/地图", True),
        ("https://map.example.org:8443/", True),
        ("http://surl.amap.com/3aBcD", False),
        ("javascript:alert(1)", False),
        ("https:javascript", False),
        ("https://", False),
        ("https://localhost/", False),
        ("https://bank.example@evil.example/", False),
        ("https://a.example/ b", False),
        ('https://a.example/"x', False),
        ("https://a.example:notaport/", False),
        ("https://[::1", False),
        ("//a.example/", False),
    ],
)
def test_a_map_is_a_whole_link_with_https(text: str, is_good: bool) -> None:
    assert is_link(text) is is_good


def test_all_that_is_wrong_is_said_at_once() -> None:
    given = Directions(name=" \u3000", directions="路" * 201, map_url="http://a.example")

    assert directions_faults(tidied(given)) == [
        Fault(FaultCode.TOO_LONG, "directions", "200"),
        Fault(FaultCode.SHELF_MISSING, "name"),
        Fault(FaultCode.LINK_BAD, "map_url"),
    ]
    assert directions_faults(Directions(name="A3")) == [
        Fault(FaultCode.DIRECTIONS_MISSING, "directions")
    ]
    assert tidied(Directions(name=" A3 ", directions="二楼\n左手")) == Directions(
        name="A3", directions="二楼 左手"
    )
