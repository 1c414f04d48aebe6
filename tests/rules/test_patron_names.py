"""Finding a reader by name, and what of a phone number is kept and shown."""

import pytest

from jieyue.patrons.rules.names import (
    MAX_KEY,
    masked_phone,
    name_key,
    normal_email,
    normal_phone,
    plain,
    sort_key,
)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("林晓雨", ["林晓雨", "linxiaoyu", "lxy"]),
        ("曾子涵", ["zengzihan", "zzh", "cengzihan", "czh"]),
        ("单一诺", ["shanyinuo", "syn", "danyinuo", "dyn"]),
        ("解晓东", ["xiexiaodong", "xxd", "jiexiaodong"]),
        ("仇英", ["qiuying", "qy", "chouying"]),
        ("盖叫天", ["gejiaotian", "gaijiaotian"]),
        ("查良镛", ["zhaliangyong", "zly", "chaliangyong"]),
        ("吕布", ["lvbu", "lb"]),
        ("欧阳 修", ["欧阳修", "ouyangxiu", "oyx"]),
        ("阿依古丽·买买提", ["阿依古丽买买提", "ayigulimaimaiti"]),
        ("Anna Li", ["annali"]),
        ("Ａｎｎａ", ["anna"]),  # full-width
        ("𠮷野", ["𠮷野"]),  # a rare character has no reading, and is found as it is
        ("小明😀", ["小明😀"]),
    ],
)
def test_a_name_is_found_by_itself_its_pinyin_and_its_initials(name, parts) -> None:
    key = name_key(name)
    for part in parts:
        assert f"|{part}|" in key


def test_names_stand_in_the_order_of_their_pinyin_with_a_surname_together() -> None:
    names = ["程安", "单一诺", "陈国", "Anna", "曾子涵", "陈安", "吕布"]
    assert sorted(names, key=sort_key) == [
        "Anna", "陈安", "陈国", "程安", "吕布", "单一诺", "曾子涵"
    ]  # fmt: skip


def test_an_empty_name_has_no_key_and_a_long_one_fits() -> None:
    assert name_key("  ") == ""
    assert len(name_key("曾" * 100)) <= MAX_KEY


def test_what_is_typed_is_compared_plainly() -> None:
    assert plain(" Zhang ＳＡＮ ") == "zhangsan"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812341234", "13812341234"),
        ("+86 138 1234 1234", "13812341234"),
        ("86-138-1234-1234", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("（010）6552-3456", "01065523456"),
        ("+1 415 555 2671", "+14155552671"),
        ("无", ""),
        ("+", ""),
        ("", ""),
    ],
)
def test_a_phone_number_is_kept_as_digits(typed, kept) -> None:
    assert normal_phone(typed) == kept


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("01065523456", "010****3456"),
        ("65523456", "655****3456"),
        ("655234", "****"),
        ("", ""),
    ],
)
def test_a_list_shows_enough_to_recognise_ones_own(phone, shown) -> None:
    assert masked_phone(phone) == shown


def test_an_address_is_kept_in_lower_case() -> None:
    assert normal_email(" Li.Na＠Example.CN ") == "li.na@example.cn"
