"""What is checked of a reader's details, and how long a card is valid."""

from datetime import date

import pytest

from jieyue.patrons.rules.membership import (
    Fault,
    PatronFault,
    contact_faults,
    extended_until,
    is_card_barcode,
    text_faults,
    valid_until,
)
from tests.world import day


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-03-02", 12, "2027-03-01"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2026-12-01", 1, "2026-12-31"),
        ("2026-09-01", 36, "2029-08-31"),
    ],
)
def test_a_card_runs_until_the_day_before(start, months, last) -> None:
    assert valid_until(day(start), months) == day(last)


def test_a_card_type_without_validity_does_not_expire() -> None:
    assert valid_until(date(2026, 3, 2), None) is None
    assert extended_until(date(2026, 3, 2), date(2026, 3, 1), None) is None


@pytest.mark.parametrize(
    ("expires", "last"),
    [
        ("2026-03-31", "2027-03-31"),  # still runs: goes on from its end
        ("2026-03-02", "2027-03-02"),  # its last day is today
        ("2026-03-01", "2027-03-01"),  # has ended: starts again today
        (None, "2027-03-01"),
    ],
)
def test_extending_goes_on_from_the_end_or_from_today(expires, last) -> None:
    ends = day(expires) if expires else None
    assert extended_until(day("2026-03-02"), ends, 12) == day(last)


@pytest.mark.parametrize(
    ("barcode", "is_one"),
    [
        ("200000018", True),
        ("LIB-0001", True),
        ("12", False),
        ("1" * 40, True),
        ("1" * 41, False),
        ("12 34", False),
        ("卡号一二三", False),
        ("１２３４", False),
    ],
)
def test_a_card_number_can_be_scanned(barcode, is_one) -> None:
    assert is_card_barcode(barcode) is is_one


@pytest.mark.parametrize(
    ("phone", "email", "codes"),
    [
        ("", "", []),
        ("138 1234 1234", "a@b.cn", []),
        ("1234", "", [PatronFault.PHONE_BAD]),
        ("没有", "", [PatronFault.PHONE_BAD]),
        ("1" * 21, "", [PatronFault.PHONE_BAD]),
        ("", "a@b", [PatronFault.EMAIL_BAD]),
        ("", "a b@c.cn", [PatronFault.EMAIL_BAD]),
        ("", "@c.cn", [PatronFault.EMAIL_BAD]),
        ("", "lin.xiao_yu+books@mail-1.school.edu.cn", []),
        ("", "林@书馆.中国", []),
        ("", "a@evil.example,b@school.example", [PatronFault.EMAIL_BAD]),
        ("", "a@evil.example;b@school.example", [PatronFault.EMAIL_BAD]),
        ("", "<a@evil.example>,b@school.example", [PatronFault.EMAIL_BAD]),
        ("", '"a@evil.example"@school.example', [PatronFault.EMAIL_BAD]),
        ("", "a(@evil.example)@school.example", [PatronFault.EMAIL_BAD]),
        ("", "a%evil.example@school.example", [PatronFault.EMAIL_BAD]),
        ("", "a@evil.example@school.example", [PatronFault.EMAIL_BAD]),
        ("", "a@.school.example", [PatronFault.EMAIL_BAD]),
        ("", "a@b.cn\rBcc: c@d.cn", [PatronFault.EMAIL_BAD]),
    ],
)
def test_contacts_are_whole_or_empty(phone, email, codes) -> None:
    assert [fault.code for fault in contact_faults(phone, email)] == codes


def test_every_text_that_is_wrong_is_named() -> None:
    assert text_faults([("name", " "), ("note", "长" * 2001), ("group_name", "三（1）班")]) == [
        Fault("note", PatronFault.TOO_LONG, "2000"),
        Fault("name", PatronFault.NAME_MISSING),
    ]
