"""Search keys and the terms asked of them."""

import pytest

from jieyue.catalog.rules.search_key import KeyFields, compact, search_key, terms_of

STONE = KeyFields(
    name="哈利·波特与魔法石",
    subtitle="十周年纪念版",
    authors="J.K.罗琳",
    translators="苏农",
    publisher="人民文学出版社",
    isbn13="9787020002207",
)


def test_the_key_has_one_segment_per_kind_of_field() -> None:
    assert search_key(STONE) == (
        "^哈利波特与魔法石$十周年纪念版,@jk罗琳,苏农,&人民文学出版社,=9787020002207,702000220x,"
        "~haliboteyumofashi,shizhounianjinianban,jkluolin,sunong,"
        "*hlbtymfs,sznjnb,jkll,sn,"
    )


@pytest.mark.parametrize(
    "query",
    [
        "哈利波特",
        "哈利·波特",
        "魔法石 罗琳",
        "苏农",
        "人民文学",
        "9787020002207",
        "978-7-02-000220-7",
        "ISBN 978-7-02-000220-7",
        "ISBN：7020002",
        "7-02-000220-X",
        "hali bote",
        "HaLiBoTe",
        "hlbt",
        "ＨＬＢＴ",
        "hlbt 罗琳",
        "sunong",
        "JK罗琳",
        "j.k.罗琳",
    ],
)
def test_what_people_type_is_found(query: str) -> None:
    key = search_key(STONE)
    terms = terms_of(query)
    assert terms
    assert all(term in key for term in terms)


@pytest.mark.parametrize("query", ["百年孤独", "9787020002214", "哈利 余华", "hlm"])
def test_what_is_not_there_is_not_found(query: str) -> None:
    key = search_key(STONE)
    assert not all(term in key for term in terms_of(query))


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("单田芳", ["dantianfang", "shantianfang"]),
        ("曾国藩", ["cengguofan", "zengguofan"]),
        ("尉迟恭", ["yuchigong"]),
        ("余华", ["yuhua"]),
    ],
)
def test_family_names_are_found_by_their_own_reading(name: str, readings: list[str]) -> None:
    key = search_key(KeyFields(name="书", authors=name))
    spoken = key.partition("~")[2].partition("*")[0].split(",")
    assert set(readings) <= set(spoken)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("C++ Primer（第5版）", "c++primer第5版"),
        ("C#", "c#"),
        ("１９８４", "1984"),
        ("?!", "?!"),
        ("😀", "😀"),
        ("^$@&=~*,", ""),
        ("㛃䶮", "㛃䶮"),
    ],
)
def test_compact(text: str, short: str) -> None:
    assert compact(text) == short


def test_a_unified_number_is_found_without_its_dot() -> None:
    key = search_key(KeyFields(name="青春之歌", unified_number="10019·1234"))
    assert terms_of("10019·1234") == ("100191234",)
    assert "100191234" in key


def test_queries_are_bounded_and_hold_no_wildcards() -> None:
    assert terms_of("") == terms_of("  %_\\ ".replace("%_\\", "")) == ()
    assert len(terms_of("x " * 10_000)) == 1
    assert len(terms_of(" ".join(f"w{n}" for n in range(50)))) == 8
    assert max(map(len, terms_of("长" * 10_000))) == 200
    assert terms_of("100%") == ("100",)
