"""What readers and staff see of renewals, recalls and corrected returns."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.fees.models import LedgerLine
from jieyue.kit import clock
from tests.world import World


@pytest.fixture
def reader(world: World):
    return world.patron()


@pytest.fixture
def loan(world: World, reader) -> Loan:
    """A loan of 30 days, made now."""
    copy = world.copy(price_cents=5_000)
    checkout(world.desk(now=clock.now()), copy_barcodes=(copy.barcode,), card_barcode=reader.card)
    return Loan.objects.get()


def own_page(world: World, reader_client, reader) -> str:
    return reader_client(reader).get(f"/{world.slug}/my/loans").content.decode()


def staff_page(world: World, staff_client, reader) -> str:
    return staff_client.get(f"/{world.slug}/staff/patrons/{reader.public_id}/").content.decode()


class TestAReader:
    def test_sees_from_when_and_no_button(self, world, reader, loan, reader_client) -> None:
        """RERO 2872."""
        world.policy(renew_window_days=3)
        first = (loan.due_at.astimezone(world.desk().zone) - timedelta(days=3)).date()
        page = own_page(world, reader_client, reader)
        assert f"{first.month}月{first.day}日起可以续借" in page
        assert f"{loan.public_id}/renewals" not in page

    def test_sees_that_it_renews_itself(self, world, reader, loan, reader_client) -> None:
        world.policy(auto_renews=True)
        assert "到期前会自动续借" in own_page(world, reader_client, reader)

    def test_sees_why_it_did_not_renew_itself(self, world, reader, loan, reader_client) -> None:
        world.hold(world.patron("王小明"), loan.copy.title)
        Loan.objects.update(
            not_renewed={
                "on": "2026-04-01",
                "reasons": [{"code": "loan_awaited", "facts": {"waiting": 1}}],
            }
        )
        page = own_page(world, reader_client, reader)
        assert "4月1日没有自动续借：有 1 位读者在等这本书。" in page

    def test_sees_that_it_was_recalled(self, world, reader, loan, reader_client) -> None:
        Loan.objects.update(recalled_at=clock.now())
        assert "请在新的到期日前归还" in own_page(world, reader_client, reader)


class TestStaff:
    def recall(self, world: World, staff_client, reader, loan: Loan, key: str = "k"):
        return staff_client.post(
            f"/{world.slug}/staff/patrons/{reader.public_id}/recalls/",
            {"loan": loan.public_id, "idempotency_key": key},
        )

    def test_recall_a_loan_that_others_wait_for(self, world, reader, loan, staff_client) -> None:
        world.policy(recall_days=5)
        assert "recalls/" not in staff_page(world, staff_client, reader)
        refused = self.recall(world, staff_client, reader, loan, "a")
        assert refused.status_code == 409
        assert "没有人在等" in refused.content.decode()

        world.hold(world.patron("王小明"), loan.copy.title)
        assert "recalls/" in staff_page(world, staff_client, reader)
        before = loan.due_at
        assert self.recall(world, staff_client, reader, loan, "b").status_code == 303
        assert Loan.objects.get().due_at < before
        assert "已催还" in staff_page(world, staff_client, reader)

    def test_recall_only_this_readers_loans(self, world, loan, staff_client) -> None:
        other = world.patron("王小明")
        assert self.recall(world, staff_client, other, loan).status_code == 404

    def test_correct_the_day_of_a_return(self, world, reader, loan, staff_client) -> None:
        world.policy(settled_by="money", fine_cents=20, fine_counts_closed=True)
        Loan.objects.update(
            lent_at=loan.lent_at - timedelta(days=33), due_at=loan.due_at - timedelta(days=33)
        )
        checkin(world.desk(now=clock.now()), copy_barcodes=(loan.copy.barcode,))
        assert sum(LedgerLine.objects.values_list("amount_cents", flat=True)) == 60
        url = f"/{world.slug}/staff/patrons/returns/{loan.public_id}/"
        assert url in staff_page(world, staff_client, reader)
        assert 'type="datetime-local"' in staff_client.get(url).content.decode()

        due = Loan.objects.get().due_at.astimezone(world.desk().zone)
        future = (clock.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
        posts = [
            staff_client.post(url, {"came_back": given, "idempotency_key": f"k{n}"})
            for n, given in enumerate(("nonsense", future, due.strftime("%Y-%m-%dT10:00")))
        ]

        assert [answer.status_code for answer in posts] == [422, 409, 303]
        assert sum(LedgerLine.objects.values_list("amount_cents", flat=True)) == 0
        returned_at = Loan.objects.get().returned_at.astimezone(world.desk().zone)
        assert returned_at.strftime("%Y-%m-%d %H:%M") == due.strftime("%Y-%m-%d 10:00")

    def test_a_loan_that_is_open_has_no_return_to_correct(self, world, loan, staff_client) -> None:
        url = f"/{world.slug}/staff/patrons/returns/{loan.public_id}/"
        assert staff_client.get(url).status_code == 404
