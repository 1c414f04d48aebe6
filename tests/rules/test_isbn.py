"""What is typed and scanned at the desk, and the identifier it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jieyue.catalog
from jieyue.catalog.rules.isbn import (
    Isbn,
    Issn,
    NotANumber,
    OtherEan,
    Parsed,
    UnifiedNumber,
    WrongCheckDigit,
    WrongLength,
    hyphenate,
    is_isbn13,
    isbn10_of,
    isbn13_of,
    parse,
)

LAMP = Isbn(isbn13="9787020002207")
DASHES = "-‐‑‒–—―−－﹣ー─⁃"
SPACES = " \t\u00a0\u2002\u200b\u3000\ufeff\r\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9787020002207", LAMP),
        ("  9787020002207\r\n", LAMP),
        ("978-7-02-000220-7", LAMP),
        ("978 7 02 000220 7", LAMP),
        ("978.7.02.000220.7", LAMP),
        ("９７８－７－０２－０００２２０－７", LAMP),
        ("٩٧٨٧٠٢٠٠٠٢٢٠٧", LAMP),
        ("702000220X", LAMP),
        ("7-02-000220-x", LAMP),
        ("７－０２－０００２２０－Ｘ", LAMP),
        ("ISBN 978-7-02-000220-7", LAMP),
        ("isbn：9787020002207", LAMP),
        ("ISBN-13: 978-7-02-000220-7", LAMP),
        ("ISBN-10 7-02-000220-X", LAMP),
        ("ＩＳＢＮ９７８７０２０００２２０７", LAMP),
        ("ISBN 7-02-000220-X/I·221", LAMP),
        ("7-02-000220-X/I·221", LAMP),
        ("ISBN 978-7-02-000220-7 (平装) 定价：39.50元", LAMP),
        ("https://example.org/isbn/9787020002207/?from=qr", LAMP),
        ("978702000220739500", LAMP),
        ("9787020002207 39500", LAMP),
        ("978702000220759", LAMP),
        ("97870200022079787020002207", LAMP),
        ("]E09787020002207", LAMP),
        ("\u202a978-7-02-000220-7\u202c", LAMP),
        ("9798888888889", Isbn(isbn13="9798888888889")),
        ("10019·1234", UnifiedNumber(text="10019·1234")),
        ("7100.10", UnifiedNumber(text="7100·10")),
        ("10019•1234", UnifiedNumber(text="10019·1234")),
        ("10019・1234", UnifiedNumber(text="10019·1234")),
        ("１００１９．１２３４", UnifiedNumber(text="10019·1234")),
        ("统一书号：R10024 · 3342", UnifiedNumber(text="R10024·3342")),
        ("书号 7012‧0123k", UnifiedNumber(text="7012·0123K")),
        ("978-7-02-000220-8", WrongCheckDigit("9787020002208", "7", "9787020002207")),
        ("702000220-1", WrongCheckDigit("7020002201", "X", "9787020002207")),
        ("978702000220839500", WrongCheckDigit("9787020002208", "7", "9787020002207")),
        ("ISBN 978-7-02-000220-8 平装", WrongCheckDigit("9787020002208", "7", "9787020002207")),
        ("978702000220", WrongLength(given="978702000220", digits=12)),
        ("97870200022077", WrongLength(given="97870200022077", digits=14)),
        ("ISBN 12345", WrongLength(given="12345", digits=5)),
        ("2024010112", WrongCheckDigit("2024010112", "3", "9782024010111")),
        ("9771234567898", Issn(issn="1234-5679")),
        ("977123456789801", Issn(issn="1234-5679")),
        ("1234-5679", Issn(issn="1234-5679")),
        ("ISSN 12345679", Issn(issn="1234-5679")),
        ("1234-5670", WrongLength(given="12345670", digits=8)),
        ("6901234567892", OtherEan(text="6901234567892")),
        ("036000291452", OtherEan(text="036000291452")),
        ("9790001138673", OtherEan(text="9790001138673")),
        ("6901234567890", NotANumber(text="6901234567890")),
        ("19999·1", WrongLength(given="199991", digits=6)),
        ("", NotANumber(text="")),
        ("平凡的世界", NotANumber(text="平凡的世界")),
        ("X", NotANumber(text="X")),
        ("ISBN", NotANumber(text="ISBN")),
        ("\ud800\x00", NotANumber(text="")),
    ],
)
def test_reads_one_identifier(text: str, expected: Parsed) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["9" * 10_000, "😀" * 10_000, "ISBN " * 2_000, "ﷺ" * 10_000])
def test_answers_shortly_however_long_the_input(text: str) -> None:
    parsed = parse(text)

    assert isinstance(parsed, (NotANumber, WrongLength))
    assert len(parsed.text if isinstance(parsed, NotANumber) else parsed.given) <= 40


@pytest.mark.parametrize(
    ("isbn13", "isbn10", "hyphenated"),
    [
        ("9787020002207", "702000220X", "978-7-02-000220-7"),
        ("9787544258975", "7544258971", "978-7-5442-5897-5"),
        ("9780306406157", "0306406152", "978-0-306-40615-7"),
        ("9798888888889", None, "979-8-88888-888-9"),
        ("9787020002208", None, "9787020002208"),
        ("not one", None, "not one"),
    ],
)
def test_shows_both_forms(isbn13: str, isbn10: str | None, hyphenated: str) -> None:
    assert (isbn10_of(isbn13), hyphenate(isbn13)) == (isbn10, hyphenated)


def test_knows_every_isbn_of_the_curated_list() -> None:
    path = Path(jieyue.catalog.__file__).parent / "data" / "books.csv"
    isbns = re.findall(r"^(97[89]\d{10}),", path.read_text("utf-8"), re.MULTILINE)

    assert isbns
    assert [isbn for isbn in isbns if parse(isbn) != Isbn(isbn13=isbn)] == []
    assert [isbn for isbn in isbns if isbn13_of(hyphenate(isbn)) != isbn] == []


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    parsed = parse(text)

    assert not isinstance(parsed, Isbn) or is_isbn13(parsed.isbn13)


@given(st.text(alphabet="0123456789xX-·. ISBN统一书号KRTWM：", max_size=40))
def test_never_raises_on_what_looks_like_a_number(text: str) -> None:
    parsed = parse(text)

    assert not isinstance(parsed, Isbn) or is_isbn13(parsed.isbn13)


def valid_isbns() -> st.SearchStrategy[str]:
    """ISBN-13s of every prefix that carries books."""

    def complete(twelve: str) -> str:
        total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(twelve))
        return twelve + str(-total % 10)

    nine = st.text(alphabet="0123456789", min_size=9, max_size=9)
    after_979 = nine.filter(lambda digits: digits[0] != "0")
    return st.one_of(nine.map("978".__add__), after_979.map("979".__add__)).map(complete)


@given(st.data(), valid_isbns(), st.booleans())
def test_always_knows_a_valid_isbn_however_it_is_written(
    data: st.DataObject, isbn13: str, is_short: bool
) -> None:
    number = (isbn10_of(isbn13) or isbn13) if is_short else isbn13
    between = st.text(alphabet=DASHES + SPACES, max_size=2)
    full_width = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
    if data.draw(st.booleans()):
        number = number.lower()
    if data.draw(st.booleans()):
        number = number.translate(full_width)
    label = data.draw(st.sampled_from(["", "ISBN", "isbn ", "ISBN: ", "ＩＳＢＮ：", "ISBN-13: "]))
    written = label + "".join(char + data.draw(between) for char in number)

    assert parse(written) == Isbn(isbn13=isbn13)


@given(valid_isbns(), st.integers(0, 99_999))
def test_always_knows_an_isbn_before_its_price_code(isbn13: str, price: int) -> None:
    assert parse(f"{isbn13}{price:05}") == Isbn(isbn13=isbn13)


@given(valid_isbns(), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken_for_another_book(isbn13: str, at: int, by: int) -> None:
    digit = str((int(isbn13[at]) + by) % 10)

    assert not isinstance(parse(isbn13[:at] + digit + isbn13[at + 1 :]), Isbn)
