"""The curated list stays what its README says: correct ISBNs, sane values, our own lines."""

import csv
import re
from collections import Counter
from pathlib import Path

import jieyue.catalog

BOOKS_PATH = Path(jieyue.catalog.__file__).parent / "data" / "books.csv"
COLUMNS = [
    "isbn",
    "title",
    "subtitle",
    "author",
    "publisher",
    "year",
    "price_cents",
    "pages",
    "clc",
    "audience",
    "line",
]
CLC = re.compile(r"(T[B-Z]|[A-KN-SUVXZ])[\d-][\d.\-]*")  # the main classes in use, then the number


def rows() -> list[dict[str, str]]:
    with BOOKS_PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def check_digit_holds(isbn: str) -> bool:
    if not re.fullmatch(r"97[89]\d{10}", isbn):
        return False
    return sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(isbn)) % 10 == 0


def is_empty_or_within(value: str, lowest: int, highest: int) -> bool:
    return value == "" or (value.isascii() and value.isdigit() and lowest <= int(value) <= highest)


def repeated(values: list[object]) -> list[object]:
    return [value for value, times in Counter(values).items() if times > 1]


def test_file_is_plain_utf8_with_the_agreed_columns() -> None:
    raw = BOOKS_PATH.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.decode("utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_list_is_large_and_mixed() -> None:
    books = rows()
    audiences = Counter(book["audience"] for book in books)
    assert len(books) >= 450
    assert audiences["early"] + audiences["child"] >= 100
    assert audiences["teen"] >= 80
    assert audiences["adult"] >= 150


def test_every_isbn_is_correct_and_unique() -> None:
    isbns = [book["isbn"] for book in rows()]
    assert [isbn for isbn in isbns if not check_digit_holds(isbn)] == []
    assert repeated(list(isbns)) == []


def test_no_book_is_listed_twice() -> None:
    assert repeated([(book["title"], book["author"]) for book in rows()]) == []


def test_texts_are_present_trimmed_and_short() -> None:
    for book in rows():
        assert None not in book.values(), book
        assert 1 <= len(book["title"]) <= 200, book
        assert 1 <= len(book["author"]) <= 200, book
        assert 1 <= len(book["publisher"]) <= 100, book
        assert all(value == value.strip() for value in book.values()), book


def test_numbers_are_empty_or_plausible() -> None:
    for book in rows():
        assert is_empty_or_within(book["year"], 1950, 2026), book
        assert is_empty_or_within(book["price_cents"], 100, 200_000), book
        assert is_empty_or_within(book["pages"], 8, 8000), book


def test_classes_and_audiences_are_known() -> None:
    for book in rows():
        assert CLC.fullmatch(book["clc"]), book
        assert book["audience"] in {"early", "child", "teen", "adult"}, book


def test_every_line_is_our_own_short_sentence() -> None:
    lines = [book["line"] for book in rows()]
    assert [line for line in lines if not 8 <= len(line) <= 60] == []
    assert repeated(list(lines)) == []
