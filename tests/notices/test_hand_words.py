"""What stands on a slip: what to do, and by when."""

from dataclasses import replace
from datetime import date

import pytest

from jieyue.notices.carried import TELLERS
from jieyue.notices.composing import Item
from jieyue.notices.hand_words import slip_day, slip_heading
from jieyue.notices.models import Notice
from jieyue.notices.words import VARIANTS, Words


@pytest.mark.once
@pytest.mark.parametrize("kind", sorted({*Notice.Kind.values, *VARIANTS}))
def test_a_slip_says_of_every_kind_what_to_do(kind):
    """What apps above bring has words of its own."""
    base, because = ("date_moved", kind) if kind.startswith("term_end") else (kind, "")
    if kind in {"returned", "renewed"}:
        base, because = "receipt", kind
    item = Item(kind=base, because=because, title="活着", on=date(2026, 3, 5), branch="总馆")
    is_own = base in TELLERS
    assert (slip_heading(item) == "图书馆有消息给你") == is_own, kind
    assert slip_heading(replace(item, words=Words("周末讲座", "…"))) == "周末讲座"
    assert slip_day(replace(item, on=None, branch=""), date(2026, 3, 9)) == ""


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "on", "said"),
    [
        ("overdue", 5, "3月5日应还，已晚4天，在总馆"),
        ("due_today", 9, "就是今天，3月9日，在总馆"),
        ("due_soon", 12, "3月12日前归还，在总馆"),
        ("hold_ready", 12, "为你保留到3月12日，在总馆"),
        ("suspended", 12, "到3月12日为止，在总馆"),
    ],
)
def test_a_slip_names_the_day_as_one_says_it(kind, on, said):
    item = Item(kind=kind, on=date(2026, 3, on), branch="总馆")
    assert slip_day(item, date(2026, 3, 9)) == said
