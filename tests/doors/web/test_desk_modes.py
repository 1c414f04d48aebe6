"""The desk's modes for renewing, for the book drop and for an amnesty; and recalls."""

from datetime import timedelta

import pytest

from jieyue.circulation.models import Loan
from jieyue.fees.models import LedgerLine
from jieyue.kit import clock
from tests.doors.web.desk_page import Desk, lend, open_loans
from tests.world import World

RENEW = {"mode": "renew"}


@pytest.fixture
def desk(world, staff_client) -> Desk:
    return Desk(world, staff_client)


def make_late(days: int) -> None:
    """Let every open loan have been due that many days ago."""
    Loan.objects.update(
        lent_at=clock.now() - timedelta(days=days + 30), due_at=clock.now() - timedelta(days=days)
    )


def test_scanning_in_renew_mode_renews_with_the_book_shown(world: World, desk: Desk) -> None:
    world.policy(max_unseen_renewals=0)
    patron, copy = world.patron(), world.copy()
    lend(world, copy, patron, ago=timedelta(days=20))
    desk.open("?mode=renew")

    answer = desk.scan(copy.barcode)

    assert (answer.status_code, desk.headline) == (200, "已续借")
    loan = Loan.objects.get()
    assert (loan.renewals, loan.unseen_renewals) == (1, 0)
    assert desk.state()["mode"] == ["renew"]
    assert desk.state()["last"] == [f"renewal:{loan.public_id}"]
    assert open_loans() == {(copy.pk, patron.pk)}


def test_a_copy_that_nobody_has_cannot_be_renewed(world: World, desk: Desk) -> None:
    desk.open("?mode=renew")
    desk.scan(world.copy().barcode)
    assert (desk.tone, desk.headline) == ("look", "没有借出，不用续借")


def test_the_same_scan_sent_twice_renews_once(world: World, desk: Desk) -> None:
    copy = world.copy()
    lend(world, copy, world.patron(), ago=timedelta(days=20))
    for _ in range(2):
        desk.scan(copy.barcode, key="once", mode="renew")
    assert Loan.objects.get().renewals == 1


def test_a_book_the_reader_has_already_is_renewed_by_one_press(world: World, desk: Desk) -> None:
    world.policy(max_unseen_renewals=0)
    patron, copy = world.patron(), world.copy()
    lend(world, copy, patron, ago=timedelta(days=20))
    desk.open(f"?mode=lend&reader={patron.public_id}")

    desk.scan(copy.barcode)
    assert f'value="renew:{copy.barcode}"' in desk.html
    desk.post("scans/", pick=f"renew:{copy.barcode}")

    assert desk.headline == "已续借"
    assert desk.state()["mode"] == ["lend"]
    assert Loan.objects.get().unseen_renewals == 0


def test_an_override_with_the_book_shown_stays_shown(world: World, desk: Desk) -> None:
    world.policy(max_renewals=0, max_unseen_renewals=0)
    copy = world.copy()
    loan = lend(world, copy, world.patron(), ago=timedelta(days=20))
    desk.open("?mode=renew")
    desk.scan(copy.barcode)
    assert 'name="seen" value="1"' in desk.html

    desk.post(f"loans/{loan}/renewals/", override="renewals_used_up", seen="1")

    assert desk.headline == "已续借"


def test_the_book_drop_counts_as_yesterday(world: World, desk: Desk) -> None:
    world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True)
    copy = world.copy()
    lend(world, copy, world.patron(), ago=timedelta(days=40))
    yesterday = clock.now().astimezone(world.desk().zone).replace(hour=0, minute=0)
    Loan.objects.update(due_at=yesterday - timedelta(minutes=10))

    html = desk.open("?mode=drop")
    assert "还书箱：现在扫描的书" in html
    desk.scan(copy.barcode)

    assert desk.headline == "已还"
    assert "按" in desk.html
    loan = Loan.objects.get()
    assert loan.returned_at.astimezone(world.desk().zone).date() < yesterday.date()
    assert not LedgerLine.objects.exists()
    assert desk.state()["mode"] == ["drop"]


def test_an_amnesty_is_switched_on_with_a_reason_and_off_again(world: World, desk: Desk) -> None:
    world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True)
    copies = [world.copy(), world.copy()]
    for copy in copies:
        lend(world, copy, world.patron(), ago=timedelta(days=3))
    make_late(5)

    assert "不计逾期：世界读书日" in desk.open("?mode=return&amnesty=世界读书日")
    desk.scan(copies[0].barcode)
    assert desk.state()["amnesty"] == ["世界读书日"]
    assert not LedgerLine.objects.exists()

    desk.open("?mode=return")
    desk.scan(copies[1].barcode)
    assert LedgerLine.objects.get().amount_cents == 100


def test_lending_knows_no_amnesty(world: World, desk: Desk) -> None:
    desk.open("?mode=lend&amnesty=世界读书日")
    assert desk.state() == {"mode": ["lend"]}


def test_a_loan_that_others_wait_for_is_recalled_and_that_is_undone(
    world: World, desk: Desk
) -> None:
    world.policy(recall_days=5)
    patron, copy = world.patron(), world.copy()
    loan = lend(world, copy, patron)
    before = Loan.objects.get().due_at
    assert f"{loan}/recalls/" not in desk.open(f"?reader={patron.public_id}")
    world.hold(world.patron("王小明"), copy.title)
    assert f"{loan}/recalls/" in desk.open(f"?reader={patron.public_id}")

    desk.post(f"loans/{loan}/recalls/")
    assert desk.headline == "已催还"
    assert Loan.objects.get().due_at < before
    assert desk.state()["last"] == [f"recall:{loan}"]
    assert f"{loan}/recalls/" not in desk.html

    desk.post(f"loans/{loan}/undo/", step="recall")
    assert Loan.objects.get().due_at == before


def test_without_javascript_a_recall_is_shown_after_the_redirect(world: World, desk: Desk) -> None:
    world.policy(recall_days=5)
    copy = world.copy()
    loan = lend(world, copy, world.patron())
    world.hold(world.patron("王小明"), copy.title)
    answer = desk.post(f"loans/{loan}/recalls/", htmx=False)
    assert answer.status_code == 303
    assert "已催还" in desk.get(answer.headers["Location"]).content.decode()


def test_the_desk_says_from_when_a_loan_can_be_renewed(world: World, desk: Desk) -> None:
    world.policy(renew_window_days=3)
    patron = world.patron()
    lend(world, world.copy(), patron)
    assert "起可续借" in desk.open(f"?reader={patron.public_id}")


def test_renewing_a_late_book_all_the_same_says_what_it_cost(world: World, desk: Desk) -> None:
    world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True)
    copy = world.copy()
    loan = lend(world, copy, world.patron())
    make_late(3)
    desk.open("?mode=renew")
    desk.scan(copy.barcode)

    desk.post(f"loans/{loan}/renewals/", override="loan_overdue,patron_has_overdue", seen="1")

    assert desk.headline == "已续借"
    assert "逾期费用 ¥0.60" in desk.html
