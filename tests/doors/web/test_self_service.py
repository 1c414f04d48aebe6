"""Scan and go: the way in, the scan page, receipts, the gate, signs, and what staff shelve."""

import base64
import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from jieyue.circulation.actions.self_checkin import self_checkin
from jieyue.circulation.actions.self_rules import add_return_point, renew_receipt_key, renew_signs
from jieyue.circulation.models import GateReport, Loan, Receipt, ReturnPoint, ToShelve
from jieyue.circulation.queries.receipts import public_keys, receipt_view, signed_text
from jieyue.circulation.queries.self_service import return_points, self_rules
from jieyue.circulation.rules.receipts import RECEIPT_HOURS, verified
from jieyue.circulation.rules.self_service import display_code, door_code, point_code, sign_code
from jieyue.kit import clock
from jieyue.libraries.settings.outcomes import Saved
from tests.self_service import allow, at_a_point, being
from tests.world import World


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"selfservice:{name}", args=[world.library.slug, *args])


@pytest.fixture
def reader(world: World, reader_client) -> Client:
    """A reader who signed in."""
    made: Client = reader_client(world.patron())
    return made


def through_the_door(world: World, client: Client) -> None:
    rules = self_rules(world.branch.pk)
    assert rules is not None
    answer = client.get(at(world, "here", door_code(rules, clock.now())))
    assert (answer.status_code, answer["Location"]) == (303, at(world, "scan"))


def take(world: World, client: Client, text: str, key: str = "k1", **more: str):
    return client.post(
        at(world, "scan"),
        {"scan": text, "do": "borrow"} | more,
        headers={"Idempotency-Key": key, "Jieyue-Scan": "1"},
    )


def test_door_scan_borrow_and_receipt(world: World, reader: Client) -> None:
    allow(world)
    copy = world.copy()
    through_the_door(world, reader)
    page = reader.get(at(world, "scan"))
    assert "您在馆内" in page.content.decode()
    assert "wasm-unsafe-eval" in page["Content-Security-Policy"]

    first = take(world, reader, copy.barcode)
    again = take(world, reader, copy.barcode)

    assert (first.status_code, again.status_code) == (200, 200)
    assert "已借到" in first.content.decode()
    assert copy.title.name in again.content.decode()
    assert "<html" not in first.content.decode()
    assert Loan.objects.count() == 1
    receipt = Receipt.objects.get()
    shown = reader.get(at(world, "receipt", receipt.public_id)).content.decode()
    assert "<svg" in shown
    assert copy.title.name in shown
    asked = reverse("voice:survey", args=[world.library.slug])
    assert f'hx-post="{asked}" hx-trigger="load"' in shown  # how did it go?


def test_without_the_door_the_answer_says_what_to_do(world: World, reader: Client) -> None:
    allow(world)
    copy = world.copy()

    answer = take(world, reader, copy.barcode)

    assert answer.status_code == 409
    assert "先扫馆内屏幕或标牌上的码" in answer.content.decode()
    assert not Loan.objects.exists()


def test_the_form_works_without_a_script(world: World, reader: Client) -> None:
    allow(world)
    through_the_door(world, reader)

    answer = reader.post(
        at(world, "scan"),
        {"scan": world.copy().barcode, "do": "borrow", "idempotency_key": "plain"},
    )

    assert answer.status_code == 200
    assert "<html" in answer.content.decode()
    assert Loan.objects.count() == 1


def test_an_old_or_made_up_code_is_no_way_in(world: World, reader: Client) -> None:
    allow(world)
    rules = self_rules(world.branch.pk)
    assert rules is not None
    old = door_code(rules, clock.now() - timedelta(minutes=5))

    for code in (old, display_code(rules), "d.x.y", "nonsense"):
        answer = reader.get(at(world, "here", code))
        assert answer.status_code == 404
        assert "jieyue_here" not in answer.cookies
    assert take(world, reader, world.copy().barcode).status_code == 409


def test_a_changed_cookie_and_another_librarys_are_worth_nothing(
    world: World, reader: Client
) -> None:
    allow(world)
    through_the_door(world, reader)
    kept = reader.cookies["jieyue_here"].value
    reader.cookies["jieyue_here"] = kept[:-2] + "xx"

    assert take(world, reader, world.copy().barcode).status_code == 409


def test_the_librarys_network_is_a_way_in(world: World, reader: Client) -> None:
    allow(world, by_door=False, by_network=True, networks="127.0.0.0/8")

    assert take(world, reader, world.copy().barcode).status_code == 200


def test_the_copys_own_code_offers_to_borrow_it(
    world: World, reader: Client, client: Client
) -> None:
    allow(world)
    copy = world.copy()
    address = reverse("reader:copy", args=[world.library.slug, copy.public_id])

    assert "登录" in client.get(address).content.decode()
    assert "先扫" in reader.get(address).content.decode()
    through_the_door(world, reader)
    page = reader.get(address).content.decode()
    assert "借这本书" in page
    [value] = re.findall(r'name="scan" value="([^"]+)"', page)
    answer = reader.post(at(world, "scan"), {"scan": value, "do": "borrow", "idempotency_key": "c"})
    assert answer.status_code == 200
    assert Loan.objects.get().copy_id == copy.pk


def test_of_several_copies_one_is_chosen(world: World, reader: Client) -> None:
    allow(world)
    title = world.title(isbn13="9787020002207")
    codes = [world.copy(title).barcode, world.copy(title).barcode]
    through_the_door(world, reader)

    page = take(world, reader, title.isbn13).content.decode()

    assert all(f'value="{code}"' in page for code in codes)
    assert not Loan.objects.exists()


def test_returning_at_a_point_and_shelving(
    world: World, reader: Client, staff_client: Client
) -> None:
    allow(world)
    add_return_point(world.desk(), branch="main", name="门口", says="放进蓝色的箱子。")
    rules, point = self_rules(world.branch.pk), ReturnPoint.objects.get()
    assert rules is not None
    copy = world.copy()
    through_the_door(world, reader)
    take(world, reader, copy.barcode)

    way = reader.get(at(world, "here", point_code(rules, point.public_id)))
    assert way["Location"] == f"{at(world, 'scan')}?do=return"
    answer = take(world, reader, copy.barcode, key="back", do="return")

    assert answer.status_code == 200
    assert "放进蓝色的箱子。" in answer.content.decode()
    listed = staff_client.get(at(world, "shelving")).content.decode()
    since = ToShelve.objects.get().returned_at.astimezone(world.desk().zone)
    assert copy.barcode in listed
    assert f"{since:%m-%d %H:%M}" in listed  # what is not found for long never came back
    scanned = staff_client.post(at(world, "shelving"), {"q": copy.barcode})
    assert "已放回" in scanned.content.decode()
    assert ToShelve.objects.get().ending == "shelved"


def test_a_returned_book_somebody_waits_for_is_put_onto_the_hold_shelf(
    world: World, staff_client: Client, client: Client
) -> None:
    allow(world)
    copy, now = world.copy(), clock.now()
    desk = being(at_a_point(world, world.patron(), now=now), until=now)
    self_checkin(desk, scan=copy.barcode)
    title = client.get(f"/{world.slug}/t/{copy.title.public_id}").content.decode()
    hold = world.hold(world.patron(), copy.title)

    listed = staff_client.get(at(world, "shelving")).content.decode()
    scanned = staff_client.post(at(world, "shelving"), {"q": copy.barcode}).content.decode()

    assert "刚还回，待上架" in title
    assert "有人预约，请扫一下" in listed
    assert "预约架" in scanned
    hold.refresh_from_db()
    assert hold.state == "ready"
    assert copy.barcode not in staff_client.get(at(world, "shelving")).content.decode()


def test_a_receipt_shows_others_no_books_and_staff_the_truth(
    world: World, reader: Client, staff_client: Client, client: Client
) -> None:
    allow(world)
    copy = world.copy()
    through_the_door(world, reader)
    take(world, reader, copy.barcode)
    number = Receipt.objects.get().public_id

    stranger = client.get(at(world, "receipt", number)).content.decode()
    assert copy.title.name not in stranger
    assert "林晓雨" not in stranger
    to_staff = staff_client.get(at(world, "receipt", number))
    assert to_staff["Location"] == at(world, "check", number)
    checked = staff_client.get(to_staff["Location"]).content.decode()
    assert "没有问题" in checked
    assert copy.title.name in checked
    assert "林晓雨" not in checked
    assert staff_client.post(at(world, "passed", number)).status_code == 303
    assert "已经核对过" in staff_client.get(to_staff["Location"]).content.decode()
    Loan.objects.update(returned_at=clock.now() + timedelta(days=1), ending="returned")
    assert "没有问题" not in staff_client.get(to_staff["Location"]).content.decode()


def test_the_gate_reports_and_staff_settle(world: World, staff_client: Client) -> None:
    page = staff_client.get(at(world, "gate"))
    assert "wasm-unsafe-eval" in page["Content-Security-Policy"]

    staff_client.post(at(world, "report"), {"kind": "no_receipt", "text": "两本绘本"})
    assert staff_client.post(at(world, "report"), {"kind": "nonsense"}).status_code == 404

    assert "两本绘本" in staff_client.get(at(world, "shelving")).content.decode()
    number = GateReport.objects.get().public_id
    assert staff_client.post(at(world, "settled", number)).status_code == 303
    assert "两本绘本" not in staff_client.get(at(world, "shelving")).content.decode()


def test_a_receipt_is_signed_for_gates_without_network(
    world: World, reader: Client, staff_client: Client
) -> None:
    allow(world)
    copy = world.copy(world.title("平凡的世界：第一部"))
    through_the_door(world, reader)
    take(world, reader, copy.barcode)
    number = Receipt.objects.get().public_id
    reader.get(at(world, "receipt", number))
    found = receipt_view(clock.now(), world.desk().zone, number)
    assert found is not None
    text = signed_text(world.desk(now=clock.now()), found)
    keys = staff_client.get(at(world, "keys")).json()

    assert keys == {"library": world.library.slug, "keys": public_keys(clock.now())}
    [key] = keys["keys"].values()
    said = verified(key, text)
    assert said is not None
    assert (said["r"], said["n"]) == (number, 1)
    assert said["b"] == [[copy.barcode[-5:], "平凡的世界：第一"]]
    assert len(base64.urlsafe_b64decode(text.partition(".")[2] + "==")) == 64
    payload = json.dumps(said | {"n": 9}).encode()
    forged = base64.urlsafe_b64encode(payload).decode().rstrip("=")
    assert verified(key, f"{forged}.{text.partition('.')[2]}") is None
    renew_receipt_key(world.desk(now=clock.now()))
    reader.get(at(world, "receipt", number))
    assert len(public_keys(clock.now())) == 2
    later = clock.now() + timedelta(hours=RECEIPT_HOURS, minutes=1)
    assert key not in public_keys(later).values()  # nobody forges with an old key that leaked


def test_the_screen_shows_a_code_that_lets_in(world: World, client: Client) -> None:
    allow(world)
    rules = self_rules(world.branch.pk)
    assert rules is not None
    address = at(world, "door", display_code(rules))

    assert "<svg" in client.get(address).content.decode()
    assert "<html" not in client.get(f"{address}/now").content.decode()
    assert client.get(address[:-1] + "x").status_code == 404
    assert client.get(at(world, "door", door_code(rules, clock.now()))).status_code == 404


def test_the_rules_are_set_on_their_page(world: World, staff_client: Client) -> None:
    listing = staff_client.get(at(world, "settings"))
    address = listing["Location"]
    given = {
        "may_borrow": "on", "by_door": "on", "minutes": "45", "when": "windows",
        "days": ["0", "4"], "starts": "18:00", "ends": "21:30", "most": "3", "not_for": ["adult"],
        "idempotency_key": "r1",
    }  # fmt: skip

    assert staff_client.post(address, given).status_code == 303

    rules = self_rules(world.branch.pk)
    assert rules is not None
    assert rules.windows == ((0, "18:00", "21:30"), (4, "18:00", "21:30"))
    assert (rules.minutes, rules.most, rules.not_for) == (45, 3, frozenset({"adult"}))
    page = staff_client.get(address).content.decode()
    assert 'value="18:00"' in page
    assert display_code(rules) in page
    wrong = staff_client.post(address, given | {"ends": "", "idempotency_key": "r2"})
    assert wrong.status_code == 409
    assert "时段" in wrong.content.decode()


def test_new_signs_end_what_the_old_ones_let_in(world: World, reader: Client) -> None:
    allow(world, by_sign=True, minutes=240)
    point = add_return_point(world.desk(), branch="main", name="门口")
    assert isinstance(point, Saved)
    rules, [shelf] = self_rules(world.branch.pk), return_points(world.branch.pk)
    assert rules is not None
    for code in (sign_code(rules), point_code(rules, shelf.public_id)):
        assert reader.get(at(world, "here", code)).status_code == 303
    first, second = world.copy(), world.copy()
    assert take(world, reader, first.barcode).status_code == 200

    renew_signs(world.desk(), branch="main")

    assert take(world, reader, second.barcode, key="k2").status_code == 409
    assert take(world, reader, first.barcode, key="k3", do="return").status_code == 409
    assert Loan.objects.filter(returned_at=None).count() == 1


def test_signs_are_printed_and_end_with_new_ones(world: World, staff_client: Client) -> None:
    allow(world, by_sign=True)
    points = at(world, "add_point", "main")
    staff_client.post(points, {"name": "门口", "says": "放这里", "idempotency_key": "p1"})
    sheet = staff_client.get(at(world, "signs", "main")).content.decode()
    assert sheet.count("<svg") >= 2
    before = self_rules(world.branch.pk)
    renewed = staff_client.post(
        at(world, "renew", "main"), {"what": "screen", "idempotency_key": "n1"}
    )
    assert renewed.status_code == 303
    after = self_rules(world.branch.pk)
    assert before is not None
    assert after is not None
    assert before.secret != after.secret
    assert display_code(before) != display_code(after)


def test_a_branch_without_self_service_has_no_sign_and_says_so(
    world: World, staff_client: Client
) -> None:
    page = staff_client.get(at(world, "signs", "main"))
    assert page.status_code == 200
    assert "还没有可以打印的标牌" in page.content.decode()


def test_a_stranger_signs_in_first_and_keeps_the_way_in(world: World, client: Client) -> None:
    allow(world)
    rules = self_rules(world.branch.pk)
    assert rules is not None

    answer = client.get(at(world, "here", door_code(rules, clock.now())))
    to_sign_in = client.get(answer["Location"])

    assert urlsplit(to_sign_in["Location"]).path == reverse(
        "site:library_sign_in", args=[world.library.slug]
    )
    assert client.cookies["jieyue_here"]["httponly"]
