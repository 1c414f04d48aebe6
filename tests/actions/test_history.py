"""Who borrowed what is kept as the reader chooses, and forgotten when its time is over."""

from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.history import HistoryForgotten, erase_history, set_retention
from jieyue.circulation.jobs.history import forget_histories
from jieyue.circulation.models import Loan, ReadingFigure
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.queries.history import retention
from jieyue.circulation.rules.history import RetentionRules
from jieyue.fees.actions import charge
from jieyue.libraries.actions import ForbiddenError
from jieyue.patrons.joining.consents import give_consent, texts, withdraw_consent


def borrow(world, patron, title=None, *, back: bool = True) -> str:
    """Lend a copy at `now`, and take it back a day later; return the loan's public id."""
    copy = world.copy(title)
    desk = world.desk()
    lent = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card).results[0]
    assert lent.type == "lent"
    if back:
        checkin(world.days_later(1), copy_barcodes=(copy.barcode,))
    return lent.loan


def whose(loan: str) -> int | None:
    return Loan.objects.get(public_id=loan).patron_id


def choose(world, patron, *, keep: bool) -> None:
    desk = world.reader_desk(patron)
    version = texts()["history"].version
    give_consent(desk, kind="history", version=version, language="zh-hans")
    if not keep:
        withdraw_consent(desk, kind="history")


@pytest.fixture
def readers(world):
    """One who keeps, one who does not, one who never chose, each with a loan brought back."""
    found = {name: world.patron(name, group_name="三(2)班") for name in ("要", "不要", "没选")}
    choose(world, found["要"], keep=True)
    choose(world, found["不要"], keep=False)
    return {name: (patron, borrow(world, patron)) for name, patron in found.items()}


def after(world, days: int) -> int:
    return forget_histories(world.now + timedelta(days=1 + days))


def test_each_is_forgotten_when_their_time_is_over(world, readers) -> None:
    def known() -> dict[str, bool]:
        return {name: whose(loan) is not None for name, (_, loan) in readers.items()}

    assert after(world, 13) == 0
    assert known() == {"要": True, "不要": True, "没选": True}
    assert after(world, 15) == 1
    assert known() == {"要": True, "不要": False, "没选": True}
    assert after(world, 366) == 1
    assert known() == {"要": True, "不要": False, "没选": False}
    assert after(world, 3000) == 0
    assert contradictions() == []


def test_statistics_stay_true_though_nobody_knows_whose_they_were(world, readers) -> None:
    patron, _ = readers["不要"]
    borrow(world, patron, world.title("三体", clc="I247.55"))
    after(world, 20)
    rows = ReadingFigure.objects.values_list("month", "group_name", "main_class", "loans")
    assert sorted((str(month), *rest) for month, *rest in rows) == [
        ("2026-03-01", "三(2)班", "", 1),
        ("2026-03-01", "三(2)班", "I", 1),
    ]
    borrow(world, patron)
    after(world, 40)
    assert ReadingFigure.objects.get(main_class="").loans == 2


def test_the_journal_forgets_the_reader_but_not_what_was_done(world, readers) -> None:
    patron, _ = readers["不要"]
    before = Entry.objects.count()
    assert Entry.objects.filter(patron_id=patron.pk, copy_id__isnull=False).count() == 2
    after(world, 20)
    assert not Entry.objects.filter(patron_id=patron.pk, copy_id__isnull=False).exists()
    assert Entry.objects.count() == before + 2  # what the night did, for two moments


def test_an_open_loan_and_what_is_owed_for_are_never_forgotten(world, readers) -> None:
    patron, loan = readers["不要"]
    open_loan = borrow(world, patron, back=False)
    charge(world.desk(), patron=patron.public_id, amount_cents=500, reason="封面撕了")
    assert after(world, 100) == 0
    assert whose(loan) == whose(open_loan) == patron.pk


def test_a_reader_erases_at_once_what_is_older_than_the_days_of_grace(world) -> None:
    patron = world.patron()
    old = borrow(world, patron)
    world.now += timedelta(days=20)
    new = borrow(world, patron)
    world.now += timedelta(days=2)
    assert erase_history(world.reader_desk(patron)) == HistoryForgotten(loans=1)
    assert (whose(old), whose(new)) == (None, patron.pk)
    with pytest.raises(ForbiddenError):
        erase_history(world.desk())


def test_who_owes_something_is_told_so(world) -> None:
    patron = world.patron()
    loan = borrow(world, patron)
    charge(world.desk(), patron=patron.public_id, amount_cents=500, reason="封面撕了")
    world.now += timedelta(days=50)
    done = erase_history(world.reader_desk(patron))
    assert done == HistoryForgotten(loans=0, kept_for_dues=True)
    assert whose(loan) == patron.pk


def test_a_library_sets_its_own_times(world) -> None:
    assert retention() == RetentionRules(365, 14)
    assert set_retention(world.desk(), unchosen_days=None, grace_days=30).type == "saved"
    assert retention() == RetentionRules(None, 30)
    for days, grace in ((0, 14), (30, 0), (99_999, 14)):
        assert set_retention(world.desk(), unchosen_days=days, grace_days=grace).type == "refused"
    loan = borrow(world, world.patron())
    assert after(world, 5000) == 0
    assert whose(loan) is not None


def test_a_school_forgets_sooner(world) -> None:
    world.library.kind = "primary"
    world.library.save()
    assert retention() == RetentionRules(90, 14)


def test_many_loans_are_forgotten_in_batches(world, monkeypatch) -> None:
    monkeypatch.setattr("jieyue.circulation.actions.history.BATCH", 2)
    monkeypatch.setattr("jieyue.circulation.jobs.history.BATCH", 2)
    patron = world.patron()
    loans = [borrow(world, patron) for _ in range(5)]
    assert after(world, 400) == 5
    assert {whose(loan) for loan in loans} == {None}
