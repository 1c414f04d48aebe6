"""Reading one scan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.scanned import MAX_SCAN, read_scan


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("300000018", ("300000018",)),
        (" 3000 0001 8\r\n", ("3000 0001 8", "300000018")),
        ("３００００００１８", ("300000018",)),
        ("lib-7", ("lib-7", "LIB-7")),
        ("\x00300000018\x1b", ("300000018",)),
        ("3" * 41, ()),
        ("", ()),
    ],
)
def test_a_barcode_is_asked_for_in_each_spelling(text: str, codes: tuple[str, ...]) -> None:
    assert read_scan(text).codes == codes


@pytest.mark.parametrize(
    "text",
    [
        "https://jieyue.example/northfield/c/ABCDEFGH23",
        "HTTPS://JIEYUE.EXAMPLE/northfield/c/ABCDEFGH23/",
        "ｈｔｔｐｓ：／／jieyue.example／northfield／c／ABCDEFGH23",
        "https：、、jieyue。example、northfield、c、abcdefgh23",
        "http://192.168.1.9:8000/northfield/c/ABCDEFGH23",
    ],
)
def test_a_copys_address_is_read_however_it_was_typed(text: str) -> None:
    scan = read_scan(text)

    assert (scan.slug, scan.copy) == ("northfield", "ABCDEFGH23")


@pytest.mark.parametrize("text", ["https://example.org/", "a/c/b", "northfield/c/", "红楼梦/c/x"])
def test_another_address_is_none(text: str) -> None:
    assert (read_scan(text).slug, read_scan(text).copy) == ("", "")


def test_a_mistyped_number_of_our_own_says_what_its_last_digit_should_be() -> None:
    assert read_scan("300000015").own_number_expected == ""
    assert read_scan("300000018").own_number_expected == "5"
    assert read_scan("978702000220X").own_number_expected == ""


def test_long_input_is_cut_and_is_no_barcode() -> None:
    scan = read_scan("书" * 10_000)

    assert (len(scan.words), scan.codes, scan.was_cut) == (MAX_SCAN, (), True)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    scan = read_scan(text)

    assert scan.words.isprintable()
    assert len(scan.words) <= MAX_SCAN
