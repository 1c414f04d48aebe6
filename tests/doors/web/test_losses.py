"""Pages of lost, damaged and claimed books, and of what stops a reader."""

from datetime import timedelta

import pytest

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.models import Block, BlockRule, Loan
from jieyue.kit import clock
from tests.world import World


class Case:
    def __init__(self, world: World, **copy) -> None:
        self.world = world
        self.patron = world.patron()
        self.copy = world.copy(world.title("活着"), **({"price_cents": 3850} | copy))
        call = {"copy_barcodes": (self.copy.barcode,), "card_barcode": self.patron.card}
        [lent] = checkout(world.desk(now=clock.now()), **call).results
        self.loan = lent.loan
        self.desk = world.desk(now=clock.now() + timedelta(seconds=5))

    @property
    def row(self) -> Loan:
        return Loan.objects.get(public_id=self.loan)

    def at(self, name: str = "") -> str:
        return f"/{self.world.library.slug}/staff/losses/{self.loan}/{name}"


@pytest.fixture
def case(world: World) -> Case:
    return Case(world)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_loss_is_reported_shown_and_settled_by_a_copy(case, staff_client) -> None:
    page = staff_client.get(case.at())
    assert "不填：按规则 ¥38.50。" in text(page)

    assert staff_client.post(case.at("loss/"), {"cost_cents": ""}).status_code == 303
    page = staff_client.get(case.at())
    assert "应赔 ¥38.50，还差 ¥38.50。" in text(page)
    assert "活着" in text(staff_client.get(f"/{case.world.library.slug}/staff/losses/"))

    assert staff_client.post(case.at("replacement/"), {"barcode": ""}).status_code == 303
    assert case.row.ending == "lost"
    assert "丢失已了结" in text(staff_client.get(case.at()))


def test_a_refusal_says_what_would_help_and_keeps_what_was_typed(world, staff_client) -> None:
    case = Case(world, price_cents=None)

    refused = staff_client.post(case.at("loss/"), {"cost_cents": ""})
    wrong = staff_client.post(case.at("loss/"), {"cost_cents": "很多"})
    unfit = staff_client.post(case.at("replacement/"), {"barcode": case.patron.card})

    assert (refused.status_code, wrong.status_code, unfit.status_code) == (409, 422, 409)
    assert "这一册没有登记价格。 请填写赔偿金额。" in text(refused)
    assert case.patron.card in text(unfit)
    assert case.row.lost_at is None


def test_a_claim_is_settled_on_the_loans_page(case, staff_client) -> None:
    assert staff_client.post(case.at("claim/")).status_code == 303
    assert "声称已还" in text(staff_client.get(case.at()))

    sent = staff_client.post(case.at("claim/end/"), {"resolution": "never_lent"})

    assert sent.status_code == 303
    assert (case.row.ending, Copy.objects.get(pk=case.copy.pk).standing) == (
        "never_lent", "missing",
    )  # fmt: skip


def test_damage_is_written_down_after_the_return(case, staff_client) -> None:
    checkin(case.desk, copy_barcodes=(case.copy.barcode,))
    assert "登记损坏" in text(staff_client.get(case.at()))

    sent = staff_client.post(
        case.at("damage/"), {"reason": "水渍", "cost_cents": "5", "to_repair": "on"}
    )

    assert sent.status_code == 303
    assert Copy.objects.get(pk=case.copy.pk).standing == "repair"


def test_money_due_back_is_on_the_list_until_it_is_given(case, staff_client) -> None:
    report_lost(case.desk, loan=case.loan)
    take_payment(case.desk, patron=case.patron.public_id, amount_cents=3850)
    checkin(case.desk, copy_barcodes=(case.copy.barcode,))

    listed = text(staff_client.get(f"/{case.world.library.slug}/staff/losses/"))

    assert "¥38.50" in listed
    assert "应退读者 ¥38.50" in text(staff_client.get(case.at()))


def test_a_reader_says_so_of_their_own_books_only(case, reader_client) -> None:
    mine = f"/{case.world.library.slug}/my/loans/{case.loan}/"
    me, other = reader_client(case.patron), reader_client(case.world.patron())

    assert other.get(mine + "report").status_code == 404
    assert other.post(mine + "loss").status_code == 404
    assert "需要赔偿 ¥38.50" in text(me.get(mine + "report"))
    assert me.post(mine + "claim").status_code == 303
    again = me.post(mine + "claim")
    assert again.status_code == 409
    assert me.post(mine + "loss").status_code == 303
    assert case.row.lost_how == "reader"


def test_a_reader_sees_what_stops_them_and_what_lifts_it(case, reader_client, staff_client) -> None:
    patron, slug = case.patron, case.world.library.slug
    me = reader_client(patron)
    assert "您可以借书、续借和预约" in text(me.get(f"/{slug}/me"))
    at = f"/{slug}/staff/patrons/{patron.public_id}/blocks/"

    wrong = staff_client.post(at, {"reason": "撕书"})
    made = staff_client.post(at, {"reason": "撕书", "staff_note": "见谈话", "stops": ["borrow"]})

    assert (wrong.status_code, made.status_code) == (409, 303)
    assert "馆员已限制：撕书。" in text(me.get(f"/{slug}/me"))
    assert "见谈话" not in text(me.get(f"/{slug}/me"))
    shown = text(staff_client.get(at))
    assert "见谈话" in shown
    assert "限制：借书" in shown
    assert "馆员已限制：撕书。" in text(
        staff_client.get(f"/{slug}/staff/patrons/{patron.public_id}/")
    )
    block = Block.objects.get()
    assert staff_client.post(f"{at}{block.public_id}/end/", {"why": ""}).status_code == 409
    assert staff_client.post(f"{at}{block.public_id}/end/", {"why": "赔了"}).status_code == 303
    assert "您可以借书、续借和预约" in text(me.get(f"/{slug}/me"))


def test_the_grid_is_a_page(world, staff_client) -> None:
    at = f"/{world.library.slug}/staff/settings/blocks/"
    assert "挂失的卡一律不能借书" in text(staff_client.get(at))

    assert staff_client.post(at, {"expired": ["hold"], "lost": ["borrow"]}).status_code == 303

    rows = {row.condition: row for row in BlockRule.objects.all()}
    assert (rows["expired"].stops_borrowing, rows["expired"].stops_holds) == (False, True)
    assert (rows["owed"].stops_borrowing, rows["lost"].stops_borrowing) == (False, True)
