"""The pages that say why a date or a charge is what it is."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.circulation.queries.why import RuleSaid, WhyStep
from jieyue.fees.models import LedgerLine
from jieyue.interfaces.web.why.words import date_step_words, rule_words
from tests.doors.web.pages import words_of
from tests.world import World

STEPS = (
    "others_wait", "recall", "counted", "hours", "on_site", "vacation", "closed", "opening",
    "closing", "ceiling", "term_end", "closed_before", "next_day",
)  # fmt: skip


@pytest.fixture
def lent(world: World) -> Loan:
    world.policy(settled_by="money", fine_cents=10, fine_counts_closed=True)
    patron = world.patron("林晓雨")
    copy = world.copy(world.title("红楼梦"))
    [one] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    return Loan.objects.select_related("copy", "patron").get(public_id=one.loan)


@pytest.fixture
def charge(world: World, lent: Loan) -> str:
    at = lent.due_at + timedelta(days=4, hours=-1)
    checkin(world.desk(now=at), copy_barcodes=(lent.copy.barcode,))
    return LedgerLine.objects.get(kind="charge").public_id


def test_staff_are_told_why_a_loan_is_due(world: World, staff_client, lent: Loan) -> None:
    page = words_of(staff_client.get(reverse("why:loan", args=[world.slug, lent.public_id])))

    assert "4月1日 到期" in page
    assert "往后数 30 天" in page
    assert "借阅规则“其他所有情况”一行是这样写的" in page


def test_staff_are_told_why_a_charge_is_what_it_is(world: World, staff_client, charge) -> None:
    page = words_of(staff_client.get(reverse("why:charge", args=[world.slug, charge])))

    assert "¥0.40" in page
    assert "逾期 4 天" in page
    assert "乘以 ¥0.10 ¥0.40" in page


def test_readers_are_told_of_their_own_and_of_nobody_elses(
    world: World, reader_client, lent: Loan, charge: str
) -> None:
    loan_page = reverse("reader:loan_why", args=[world.slug, lent.public_id])
    charge_page = reverse("reader:charge_why", args=[world.slug, charge])
    own, other = reader_client(lent.patron), reader_client(world.patron())

    assert "往后数 30 天" in words_of(own.get(loan_page))
    assert "¥0.40" in words_of(own.get(charge_page))
    assert other.get(loan_page).status_code == 404
    assert other.get(charge_page).status_code == 404


def test_a_refusal_in_the_journal_is_explained_with_its_figures(world: World, staff_client) -> None:
    world.policy(max_loans=1)
    patron = world.patron()
    barcodes = (world.copy().barcode, world.copy().barcode)
    checkout(world.desk(), copy_barcodes=barcodes, card_barcode=patron.card)

    page = words_of(staff_client.get(reverse("journal:list", args=[world.slug])))

    assert "为什么？ 最多可借 1 本，已经借满。 先还一本，或破例借出。" in page


@pytest.mark.parametrize("what", STEPS)
def test_every_step_of_a_date_has_words(what: str, world: World) -> None:
    step = WhyStep(what=what, on=world.now.date(), note="3" if what != "closed" else "馆庆")

    assert date_step_words(step) not in ("", "改动")


def test_the_rule_is_named_as_it_was() -> None:
    said = [
        rule_words(rule)
        for rule in (
            RuleSaid(),
            RuleSaid(is_built_in=True),
            RuleSaid(card_type="成人", item_type="图书", is_changed=True),
            RuleSaid(card_type="成人", is_gone=True),
        )
    ]
    assert len(set(said)) == 4
    assert "成人 × 图书" in said[2]


def test_a_way_leads_back_to_where_one_came_from(world: World, staff_client, lent: Loan) -> None:
    here = reverse("why:loan", args=[world.slug, lent.public_id])
    desk = reverse("desk:home", args=[world.slug])
    patron = reverse("patrons:patron", args=[world.slug, lent.patron.public_id])
    for came, back in (
        (f"http://testserver{patron}?all=1", f"{patron}?all=1"),
        ("", desk),
        (f"http://testserver{here}", desk),
        (f"http://elsewhere.example{patron}", desk),
        ("http://testserver/southfield/staff/patrons/", desk),
        ("javascript:alert(1)", desk),
    ):
        page = staff_client.get(here, headers={"Referer": came}).content.decode()
        assert f'<a class="link" href="{back}">' in page, came


def test_readers_are_led_back_too(world: World, reader_client, lent: Loan) -> None:
    here = reverse("reader:loan_why", args=[world.slug, lent.public_id])
    page = reader_client(lent.patron).get(here).content.decode()
    assert f'<a class="link" href="{reverse("reader:loans", args=[world.slug])}">' in page
