"""Who says what of a book."""

from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.provenance import apart, handed_on, said_by

BOOK = Description(name="三体", isbn13="9787536692930", authors="刘慈欣", year=2008, volume="")


def test_a_field_is_the_word_of_who_wrote_it_last() -> None:
    kept = said_by({}, ("year", "isbn13"), "名单.xlsx")
    assert kept == {"year": "名单.xlsx"}
    kept = said_by(kept, ("year", "name"), "")
    assert apart(kept, BOOK, "聚合") == {"": ["name", "year"]}
    assert apart(kept, BOOK, "") == {}


def test_a_new_source_leaves_others_their_word() -> None:
    kept = handed_on({"year": "名单.xlsx"}, BOOK, old="", new="聚合")
    assert kept == {"name": "", "authors": "", "year": "名单.xlsx"}
    assert handed_on(kept, BOOK, old="聚合", new="聚合") == kept
    assert apart(kept, BOOK, "聚合") == {"": ["name", "authors"], "名单.xlsx": ["year"]}


def test_what_is_empty_is_nobodys_word() -> None:
    assert apart({"volume": "聚合"}, BOOK, "") == {}
