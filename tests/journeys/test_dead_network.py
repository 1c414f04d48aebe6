"""The network dies at the shelf and at the gate: nothing is done twice, nothing forged passes."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from jieyue.accounts.models import Account
from jieyue.circulation.models import Receipt
from jieyue.circulation.queries.receipts import receipt_view, signed_text
from jieyue.circulation.queries.self_service import self_rules
from jieyue.circulation.rules.self_service import door_code
from jieyue.community.actions.survey import set_survey
from jieyue.kit import clock
from jieyue.patrons.models import Patron
from tests.doors.conftest import signed_in
from tests.journeys.conftest import Windows
from tests.journeys.stock import Stock
from tests.self_service import allow
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def scan(page: Page, text: str) -> None:
    page.locator("#typed").fill(text)
    page.locator("#typed").press("Enter")


def check(gate: Page, text: str, *words: str) -> None:
    gate.locator("input.code[name=receipt]").fill(text)
    gate.locator("input.code[name=receipt]").press("Enter")
    for one in words:
        expect(gate.locator("#verdict")).to_contain_text(one)


def changed(text: str, place: int) -> str:
    return f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"


def test_a_scan_waits_for_the_network_and_the_gate_checks_without(
    windows: Windows, live_server, stock: Stock
) -> None:
    world: World = stock.world
    allow(world)
    set_survey(world.desk(), text="借书顺利吗？", is_asked=True)
    copy, site = world.copy(world.title("城南旧事")), live_server.url

    def at(name: str, *args: str) -> str:
        return site + reverse(f"selfservice:{name}", args=[world.slug, *args])

    patron = world.patron("周读者")
    account = Account.objects.create(name=patron.name, password="!", created_at=world.now)
    Patron.objects.filter(pk=patron.pk).update(account=account)
    cookies = signed_in(account, patron=(world.library.pk, patron.pk)).cookies
    name = settings.SESSION_COOKIE_NAME
    phone, gate = windows("reader"), windows("staff")
    phone.context.add_cookies([{"name": name, "value": cookies[name].value, "url": site}])
    rules = self_rules(world.branch.pk)
    assert rules is not None
    phone.goto(at("here", door_code(rules, clock.now())))

    phone.context.set_offline(True)
    scan(phone, copy.barcode)
    expect(phone.get_by_text("还没有借成")).to_be_visible()
    assert not Receipt.objects.exists()
    phone.context.set_offline(False)
    expect(phone.locator("#answer")).to_contain_text("已借到")
    phone.get_by_role("link", name="借好了").click()
    phone.locator("#survey label").first.click()
    phone.get_by_role("button", name="发送").click()
    expect(phone.locator("#survey")).to_contain_text("谢谢")

    gate.goto(at("gate"))
    gate.wait_for_function(f"localStorage.getItem('jieyue-gate-keys-{world.slug}')")
    made = Receipt.objects.get()
    view = receipt_view(clock.now(), world.desk().zone, made.public_id)
    assert view is not None
    signed = signed_text(world.desk(now=clock.now()), view)
    start = f"{site}/{world.slug}/r/{made.public_id}#"
    gate.context.set_offline(True)
    check(gate, start + signed, "离线", "城南旧事")
    for place in (20, signed.index(".") + 9):  # of what is said, and of its signature
        check(gate, start + changed(signed, place), "无法核对")

    # Let through once, a photo of it is told, without network and with it.
    check(gate, start + signed, "城南旧事")
    gate.get_by_role("button", name="册数相符").click()
    expect(gate.locator("#verdict")).to_contain_text("本机已记下")
    check(gate, start + signed, "已经从这里通过", "城南旧事")
    gate.context.set_offline(False)
    check(gate, start + signed, "已经从这里通过", "没有问题")
    gate.get_by_role("button", name="册数相符").click()
    expect(gate.locator("#verdict")).to_contain_text("下一位")
    check(gate, start + signed, "已经核对过")
    kept = gate.evaluate("Object.keys(localStorage).filter((name) => name.includes('gate'))")
    assert sorted(kept) == [f"jieyue-gate-{one}-{world.slug}" for one in ("keys", "passed")]
