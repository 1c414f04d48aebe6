"""Texts with blanks, and how long one is as SMS."""

import pytest

from jieyue.notices.rules.retrying import again_after, is_hopeless
from jieyue.notices.rules.texts import Flaw, Parts, filled, flaws, renamed, sms_parts


def test_blanks_are_filled_and_what_is_put_in_is_not_looked_through():
    assert filled("{reader}：{title}", {"reader": "{title}", "title": "活着"}) == "{title}：活着"
    assert filled("{a}\n\n\n\n{b}", {"a": "1", "b": ""}) == "1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{title}", []),
        ("  ", [Flaw("empty")]),
        ("{titel}{titel}", [Flaw("unknown", "titel")]),
        ("{title", [Flaw("unclosed")]),
        ("title}", [Flaw("unclosed")]),
        ("{}", [Flaw("unclosed")]),
        ("x" * 21, [Flaw("long", "20")]),
    ],
)
def test_a_text_s_flaws_are_named(text, expected):
    assert flaws(text, known=("title",), most=20) == expected


def test_a_frame_needs_a_place_for_the_messages():
    assert flaws("您好", known=("messages",), most=20, needs="messages") == [
        Flaw("missing", "messages")
    ]


def test_blanks_have_names_in_the_reader_s_language():
    names = {"title": "书名"}
    assert renamed("{title}到期", names) == "{书名}到期"
    assert renamed("{书名}到期", {"书名": "title"}) == "{title}到期"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", Parts(0, 0)),
        ("书" * 70, Parts(70, 1)),
        ("书" * 71, Parts(71, 2)),
        ("书" * 134, Parts(134, 2)),
        ("书" * 135, Parts(135, 3)),
        ("a" * 160, Parts(160, 1)),
        ("a" * 161, Parts(161, 2)),
        ("[" * 80, Parts(160, 1)),
        ("𠮷" * 36, Parts(72, 2)),  # outside the BMP: two places each
    ],
)
def test_a_text_message_is_paid_by_the_part(text, parts):
    assert sms_parts(text) == parts


def test_trying_again_waits_longer_each_time_and_ends():
    minutes = [again_after(n).total_seconds() / 60 for n in range(1, 7)]
    assert minutes == [1, 4, 16, 64, 120, 120]
    assert [is_hopeless("service", n) for n in (5, 6)] == [False, True]
    assert is_hopeless("address", 1) and is_hopeless("message", 1)
