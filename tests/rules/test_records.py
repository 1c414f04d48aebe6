"""Messy values as sources send them, and the record they make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.catalog.rules.record_names import Names, names_of
from jieyue.catalog.rules.record_values import (
    Price,
    address_of,
    clean,
    pages_of,
    price_of,
    year_of,
)
from jieyue.catalog.rules.records import (
    BookRecord,
    Doubt,
    as_plain,
    doubts,
    record_from_plain,
    record_of,
)

ISBN = "9787020002207"
GOOD = BookRecord(isbn13=ISBN, title="山谷里的灯", authors=("甲一",), publisher="晨光出版社")


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("39.50", "yuan", Price(3950, "39.50")),
        ("39.5", "yuan", Price(3950, "39.5")),
        ("59.00元", "yuan", Price(5900, "59.00元")),
        ("CNY48.00", "yuan", Price(4800, "CNY48.00")),
        ("CNY 36", "yuan", Price(3600, "CNY 36")),
        ("RMB 12.80", "yuan", Price(1280, "RMB 12.80")),
        ("CNY25.00(含光盘)", "yuan", Price(2500, "CNY25.00(含光盘)")),
        ("￥ 1,280.00", "yuan", Price(128000, "￥ 1,280.00")),
        ("５９．００元", "yuan", Price(5900, "５９．００元")),
        ("0.35", "yuan", Price(35, "0.35")),
        (39, "yuan", Price(3900, "39")),
        (45.5, "yuan", Price(4550, "45.50")),
        (5900, "fen", Price(5900, "59.00")),
        ("5900", "fen", Price(5900, "59.00")),
        ("59.00元", "fen", Price(5900, "59.00元")),
        ("12.345", "yuan", Price(1235, "12.345")),
        ("USD 67.00", "yuan", Price(None, "USD 67.00")),
        ("US$10", "yuan", Price(None, "US$10")),
        ("HK$88", "yuan", Price(None, "HK$88")),
        ("NT$300", "yuan", Price(None, "NT$300")),
        ("£3.00", "yuan", Price(None, "£3.00")),
        ("1200日元", "yuan", Price(None, "1200日元")),
        ("0", "yuan", Price(None, "0")),
        (0, "fen", Price(None, "0.00")),
        ("-5", "yuan", Price(None, "-5")),
        ("免费", "yuan", Price(None, "免费")),
        ("9" * 40, "yuan", Price(None, "9" * 40)),
        (float("nan"), "yuan", Price(None, "")),
        (True, "yuan", Price(None, "")),
        ({"a": 1}, "yuan", Price(None, "")),
        (None, "yuan", Price(None, "")),
    ],
)
def test_prices(value: object, unit: str, expected: Price) -> None:
    assert price_of(value, unit=unit) == expected


def test_a_price_without_currency_is_not_chinese_everywhere() -> None:
    assert price_of("28.00 (pbk)", default_currency="?") == Price(None, "28.00 (pbk)")
    assert price_of("CNY28.00", default_currency="?") == Price(2800, "CNY28.00")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("201209", 2012),
        ("20120901", 2012),
        ("2012-9", 2012),
        ("2023-01", 2023),
        ("2017-7-1", 2017),
        ("2014.06", 2014),
        ("2012年9月第1版", 2012),
        ("２０１２", 2012),
        ("March 2009", 2009),
        ("c2007.", 2007),
        ("[2003]", 2003),
        ("1994.5", 1994),
        ("民国25 [1936]", 1936),
        ("民国25", 1936),
        ("一九八四年", 1984),
        ("二〇一二", 2012),
        ("", None),
        ("不详", None),
        ("999", None),
        ("12345", None),
        ("9787020002207", None),
    ],
)
def test_years(text: str, year: int | None) -> None:
    assert year_of(text) == year


@pytest.mark.parametrize(
    ("value", "pages"),
    [
        (320, 320),
        ("320", 320),
        ("320页", 320),
        ("３２０页", 320),
        ("3, 320页", 320),
        ("ix, 374 p. ;", 374),
        ("80p.", 80),
        ("276 pages", 276),
        ("2册(1200页)", 1200),
        ("2册", None),
        ("0", None),
        (-3, None),
        ("99999", None),
        (None, None),
    ],
)
def test_pages(value: object, pages: int | None) -> None:
    assert pages_of(value) == pages


@pytest.mark.parametrize(
    ("statement", "authors", "translators"),
    [
        ("余华", ["余华"], []),
        ("[哥伦比亚]加西亚•马", ["加西亚·马"], []),
        ("甲一 / 乙二", ["甲一", "乙二"], []),
        ("甲一/乙二", ["甲一", "乙二"], []),
        ("刘慈欣|王晋康", ["刘慈欣", "王晋康"], []),
        ("[英]J.K.罗琳著；马爱新译", ["J.K.罗琳"], ["马爱新"]),
        ("（英）夏洛蒂·勃朗特著，宋兆霖译", ["夏洛蒂·勃朗特"], ["宋兆霖"]),
        ("[美]马丁 (Martin, R.C.) 著 ; 王海鹏, 许建军译", ["马丁"], ["王海鹏", "许建军"]),
        ("王小明, 许建军译", ["王小明"], ["许建军"]),
        ("曹雪芹 高鹗 著", ["曹雪芹", "高鹗"], []),
        ("王 明", ["王明"], []),
        ("鲁迅等著", ["鲁迅"], []),
        ("王小明 等 编著", ["王小明"], []),
        ("北京大学 主编", ["北京大学"], []),
        ("中国科学院编", ["中国科学院"], []),
        ("作者：莫言", ["莫言"], []),
        ("译者:李继宏", [], ["李继宏"]),
        ("张爱玲/著", ["张爱玲"], []),
        ("金波文/王明图", ["金波", "王明"], []),
        ("几米 绘", ["几米"], []),
        ("许嘉文", ["许嘉文"], []),
        ("(清) 曹雪芹", ["曹雪芹"], []),
        ("〔清〕曹雪芹", ["曹雪芹"], []),
        ("J.K. Rowling, Mary GrandPré", ["J.K. Rowling", "Mary GrandPré"], []),
        ("by John Miedema", ["John Miedema"], []),
        ("余华,余华", ["余华"], []),
        ("未知", [], []),
        ("null", [], []),
        ("；；/", [], []),
        (["Lin, Ward", "[英]沃德"], ["Lin, Ward", "沃德"], []),
        (["陈小满 译", 7, None, {}], ["7"], ["陈小满"]),
        (7, [], []),
        (None, [], []),
    ],
)
def test_names(statement: object, authors: list[str], translators: list[str]) -> None:
    assert names_of(statement) == Names(tuple(authors), tuple(translators))


def test_translators_may_come_apart() -> None:
    assert names_of("甲一著", "乙二译 / 丙三") == Names(("甲一",), ("乙二", "丙三"))


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://img.example.org/a.jpg", "https://img.example.org/a.jpg"),
        ("//img.example.org/a.jpg", "https://img.example.org/a.jpg"),
        ('["https://img.example.org/a.jpg","b"]', "https://img.example.org/a.jpg"),
        (["https://img.example.org/a.jpg"], "https://img.example.org/a.jpg"),
        ("javascript:alert(1)", ""),
        ("data:image/png;base64,xx", ""),
        ("https://user:pass@img.example.org/a.jpg", ""),
        ('https://img.example.org/a.jpg"onload="x', ""),
        ("https://img.example.org/" + "a" * 500, ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_cover_addresses(value: object, address: str) -> None:
    assert address_of(value) == address


def test_text_loses_what_cannot_be_shown_and_keeps_rare_characters() -> None:
    assert clean("\u0098Das\u009c \x00书\r\n\t名\u200b𬭚\U00031350\ud800", 50) == (
        "Das 书 名𬭚\U00031350"
    )


def test_a_record_of_a_whole_answer() -> None:
    raw = {
        "isbn": "978-7-02-000220-7",
        "title": "《山谷里的灯》",
        "authors": "[英]沃德著；陈小满译",
        "publisher": "晨光出版社 ",
        "published": "201209",
        "price": 3950,
        "pages": "241页",
        "cover_url": '["//img.example.org/a.jpg"]',
        "summary": None,
        "unheard_of": "x",
    }

    assert record_of(raw, source="测试", price_unit="fen") == BookRecord(
        isbn13=ISBN,
        title="山谷里的灯",
        authors=("沃德",),
        translators=("陈小满",),
        publisher="晨光出版社",
        published="201209",
        year=2012,
        price_cents=3950,
        price_text="39.50",
        pages=241,
        cover_url="https://img.example.org/a.jpg",
        source="测试",
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"isbn13": "9787111075752"}, (Doubt.ISBN_DIFFERS,)),
        ({"isbn13": ""}, (Doubt.ISBN_NOT_GIVEN,)),
        ({"title": ""}, (Doubt.TITLE_MISSING,)),
        ({"title": "请求过快，请稍后再试"}, (Doubt.TITLE_SUSPICIOUS,)),
        ({"title": "<html><body>"}, (Doubt.TITLE_SUSPICIOUS,)),
        ({"title": "？？？"}, (Doubt.TITLE_SUSPICIOUS,)),
        ({"title": "计算机组装与系统维护"}, ()),
        ({"title": "The Forbidden City"}, ()),
        ({"title": "长" * 121}, (Doubt.TITLE_TOO_LONG,)),
        ({"authors": ()}, (Doubt.AUTHOR_MISSING,)),
        ({"publisher": ""}, (Doubt.PUBLISHER_MISSING,)),
        ({"price_cents": 5}, (Doubt.PRICE_ABSURD,)),
        ({"price_cents": 500_001}, (Doubt.PRICE_ABSURD,)),
        ({"price_cents": 35}, ()),
        ({"year": 1936}, (Doubt.YEAR_ABSURD,)),
        ({"year": 2027}, ()),
        ({"year": 2028}, (Doubt.YEAR_ABSURD,)),
        (
            {"title": "", "authors": (), "publisher": ""},
            (Doubt.TITLE_MISSING, Doubt.AUTHOR_MISSING, Doubt.PUBLISHER_MISSING),
        ),
    ],
)
def test_doubts(changes: dict[str, object], expected: tuple[Doubt, ...]) -> None:
    record = record_from_plain(as_plain(GOOD) | changes)

    assert doubts(record, ISBN, this_year=2026) == expected


def test_doubts_are_given_gravest_first() -> None:
    everything = BookRecord(isbn13="x", price_cents=1, year=1)

    found = doubts(everything, ISBN)

    assert list(found) == [doubt for doubt in Doubt if doubt in found]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *("isbn", "title", "subtitle", "authors", "translators", "publisher", "place", "published"),
    *("price", "pages", "binding", "series", "clc", "language", "summary", "cover_url"),
]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from(["yuan", "fen"]))
def test_any_answer_makes_a_record_that_survives_being_kept(
    raw: dict[str, object], unit: str
) -> None:
    record = record_of(raw, source="s", price_unit=unit)

    assert record_from_plain(as_plain(record)) == record
    str(record).encode("utf-8")


@pytest.mark.parametrize("char", ["长", "译 ", "(", "文/", "0", "[]", "\x00"])
def test_however_long_the_answer_the_record_is_bounded(char: str) -> None:
    record = record_of(dict.fromkeys(FIELDS, char * 60_000), source="s")

    assert sum(len(str(value)) for value in as_plain(record).values()) < 10_000


def test_a_kept_record_of_another_version_is_read_or_refused() -> None:
    plain = as_plain(GOOD)

    assert record_from_plain(plain | {"colour": "red"}) == GOOD
    with pytest.raises(TypeError):
        record_from_plain(plain | {"authors": "甲"})
    with pytest.raises(TypeError):
        record_from_plain(plain | {"title": None})
    with pytest.raises(ValueError):
        record_from_plain(plain | {"year": "soon"})
