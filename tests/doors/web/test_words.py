"""Reasons in words."""

from datetime import date

import pytest
from django.utils import translation

from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.interfaces.web.saying import told_day
from jieyue.interfaces.web.words import reason_name, reason_words, to_reader

FACTS = {
    Reason.PATRON_FROZEN: {"note": "换班。"},
    Reason.PATRON_EXPIRED: {"on": "2026-03-01"},
    Reason.PATRON_AT_LOAN_LIMIT: {"open": 5, "limit": 5},
    Reason.PATRON_HAS_OVERDUE: {"overdue": 2, "tolerated": 0},
    Reason.PATRON_OWES_TOO_MUCH: {"owed_cents": 560, "tolerated_cents": 0},
    Reason.RENEWALS_USED_UP: {"renewals": 2, "limit": 2},
    Reason.RENEWAL_GAINS_NOTHING: {"on": "2026-04-01"},
}


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("for_reader", [True, False])
@pytest.mark.parametrize("facts", [True, False])
def test_every_reason_has_words(reason, language, for_reader, facts) -> None:
    why = Why(reason, FACTS.get(reason, {}) if facts else {})

    with translation.override(language):
        words = reason_words(why, for_reader=for_reader)
        name = reason_name(reason)

    assert words.text
    assert name
    assert "%(" not in words.text + words.help
    is_chinese = any("一" <= c <= "鿿" for c in words.text)
    assert is_chinese == (language == "zh-hans") or "换班" in words.text


# What only staff ask for: back-dated returns, undoing, damage, recalls, queues, settling, counting;
# and a copy scanned twice in one pile.
NOT_FOR_READERS = {
    *(reason for reason in Reason if reason.value.startswith("stock_")),
    Reason.SETTLING_UNFIT, Reason.TEXT_MISSING, Reason.TEXT_TOO_LONG, Reason.RECALL_NOT_ALLOWED,
    Reason.NOBODY_WAITS, Reason.OTHER_QUEUE, Reason.REASON_MISSING, Reason.FINE_PAID,
    Reason.RETURN_DAY_UNFIT, Reason.TOO_LATE_TO_REDATE, Reason.TOO_LATE_TO_UNDO,
    Reason.SOMETHING_FOLLOWED, Reason.DEPOSIT_GIVEN_BACK, Reason.SCANNED_TWICE,
}  # fmt: skip


@pytest.mark.parametrize("reason", sorted(set(Reason) - NOT_FOR_READERS))
@pytest.mark.parametrize("facts", [True, False])
def test_a_reader_is_told_what_to_do(reason, facts) -> None:
    why = Why(reason, FACTS.get(reason, {}) if facts else {})
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert reason_words(why, for_reader=True).help


def test_figures_explain_a_refusal() -> None:
    def said(reason: Reason) -> str:
        return reason_words(Why(reason, FACTS[reason])).text

    with translation.override("zh-hans"):
        assert said(Reason.PATRON_FROZEN) == "已停借：换班。"
        assert said(Reason.PATRON_EXPIRED) == "借阅卡已于 2026年3月1日 到期。"
        assert said(Reason.PATRON_AT_LOAN_LIMIT) == "最多可借 5 本，已经借满。"
        assert said(Reason.PATRON_OWES_TOO_MUCH) == "欠费 ¥5.60，超过允许的 ¥0.00。"
        assert said(Reason.RENEWALS_USED_UP) == "最多续借 2 次，已经用完。"


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", ["3月5日", "2027年3月5日"]), ("en", ["5 Mar", "5 Mar 2027"])],
)
def test_a_day_is_told_with_its_year_only_when_it_is_another(language, said) -> None:
    days = [date(2026, 3, 5), date(2027, 3, 5)]
    today = date(2026, 3, 1)

    with translation.override(language):
        assert [told_day(day, today) for day in days] == said
        for day, words in zip(days, said, strict=True):
            why = Why(Reason.PATRON_EXPIRED, {"on": day.isoformat()})
            text = to_reader(why, today).text
            assert words in text and (str(day.year) in text) == (day.year != today.year)


def test_a_reader_is_helped_otherwise_than_staff() -> None:
    why = Why(Reason.CARD_LOST)

    assert reason_words(why).help != reason_words(why, for_reader=True).help
