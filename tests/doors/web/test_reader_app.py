"""A library's reader pages as an app on a phone."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from django.contrib.staticfiles import finders
from PIL import Image, ImageDraw

from jieyue.accounts.models import Account
from jieyue.circulation.actions.checkout import checkout
from jieyue.interfaces.web.reader.card import Drawn, bars, qr
from jieyue.kit import clock
from jieyue.patrons.models import Card

STAFF_PAGES = ("staff/desk/", "staff/journal/")


def config_of(client, world) -> dict:
    source = client.get(f"/{world.slug}/sw.js").content.decode()
    return json.loads(source.partition("const CONFIG = ")[2].partition(";\n")[0])


def test_the_manifest_names_the_library_and_pictures_there_are(world, client) -> None:
    answer = client.get(f"/{world.slug}/app.webmanifest")
    found = answer.json()
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (found["name"], found["scope"], found["start_url"]) == (
        world.library.name,
        f"/{world.slug}/",
        f"/{world.slug}/",
    )
    for icon in found["icons"]:
        path = finders.find(icon["src"].partition("?")[0].removeprefix("/static/"))
        with Image.open(path) as picture:
            assert "x".join(map(str, picture.size)) == icon["sizes"]
    assert {icon["purpose"] for icon in found["icons"]} == {"any", "maskable"}
    for shortcut in found["shortcuts"]:
        assert client.get(shortcut["url"]).status_code in (200, 303)


def test_the_worker_keeps_the_shell_and_nothing_of_the_staff(world, client) -> None:
    config = config_of(client, world)
    page = client.get(f"/{world.slug}/").content.decode()
    asked = re.findall(r'<(?:link rel="stylesheet"|script)[^>]*?(?:href|src)="([^"]+)"', page)

    assert set(asked) <= set(config["shell"])
    for address in config["shell"]:
        assert client.get(address).status_code == 200, address
    assert config["staff"] == f"/{world.slug}/staff/"
    assert not any("/staff/" in address for address in config["shell"] + config["kept"])


def test_the_worker_knows_every_module_the_pages_import(world, client) -> None:
    shell = {address.partition("?")[0] for address in config_of(client, world)["shell"]}
    for address in [one for one in shell if one.endswith(".js") and "/jieyue/" in one]:
        source = Path(finders.find(address.removeprefix("/static/"))).read_text(encoding="utf-8")
        for name in re.findall(r'^import .*?"\./([\w-]+\.js)"', source, re.MULTILINE):
            assert f"/static/jieyue/js/{name}" in shell, (address, name)


def test_pages_say_whose_they_are_and_those_of_the_staff_do_not(
    world, client, reader_client, staff_client
) -> None:
    patron = world.patron()
    reader = reader_client(patron)
    assert client.get(f"/{world.slug}/").headers["Jieyue-For"] == "-"
    for page in ("", "my/loans", "my/card", "my/holds", "search"):
        answer = reader.get(f"/{world.slug}/{page}")
        assert answer.headers["Jieyue-For"] == patron.public_id, page
        assert answer.headers["Cache-Control"] == "private, no-store"
    for page in STAFF_PAGES:
        assert not staff_client.get(f"/{world.slug}/{page}").has_header("Jieyue-For"), page


def test_on_a_device_of_many_pages_are_nobodys_to_keep(world, reader_client) -> None:
    mine = reader_client(world.patron())
    session = mine.session
    session.set_expiry(0)  # as ticking "Others use this computer too" does
    session.save()
    answer = mine.get(f"/{world.slug}/my/card")
    assert answer.headers["Jieyue-For"] == "shared"
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_no_browser_stores_what_somebody_typed_or_is_about_to_become(world, client) -> None:
    assert not client.get(f"/{world.slug}/search").has_header("Cache-Control")
    session = client.session
    session["joining"] = {}
    session.save()
    answer = client.get(f"/{world.slug}/sign-in")
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_what_is_shown_without_a_network_is_nobodys_own(world, reader_client) -> None:
    client = reader_client(world.patron("林晓雨"))
    for address in (f"/{world.slug}/offline", f"/{world.slug}/offline?unsent=1"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "林晓雨" not in answer.content.decode()


def test_a_page_brings_the_words_for_when_it_is_old(world, reader_client) -> None:
    """The worker shows them by taking `hidden` away (worker.js): both must stay as they are."""
    html = reader_client(world.patron()).get(f"/{world.slug}/my/loans").content.decode()
    assert html.count('id="kept" hidden') == 1
    assert re.search(r"离线：这是 \d+月\d+日 \d\d:\d\d 的内容。", html)
    assert "<html " in html


def test_signing_out_clears_what_the_phone_kept(world, reader_client) -> None:
    answer = reader_client(world.patron()).post("/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_no_back_button_shows_what_a_colleague_looked_at(client, staff_client) -> None:
    assert staff_client.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'
    assert not client.post("/sign-out").has_header("Clear-Site-Data")


def test_ending_this_session_from_the_list_clears_it_too(world, reader_client) -> None:
    mine = reader_client(world.patron())
    here = mine.session["sign_in"]
    answer = mine.post(f"/{world.slug}/account/sessions/{here}/end")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("page", ["/sign-in", "/northfield/sign-in"])
def test_staff_who_sign_in_after_a_reader_clear_what_was_theirs(world, reader_client, page) -> None:
    account = Account.objects.get(pk=world.staff.account_id)
    account.set_password("harbour lantern")
    account.save()
    right = {"name": account.login, "password": "harbour lantern"}
    mine = reader_client(world.patron())
    assert mine.post(page, right).headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not mine.post(page, right).has_header("Clear-Site-Data")


def as_scanned(drawn: Drawn, *, tall: int = 1) -> str:
    """Draw a path of rectangles as a screen would, and read it back."""
    scale = 4
    picture = Image.new("L", (drawn.width * scale, drawn.height * scale * tall), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", drawn.path):
        left, top = int(x) * scale, int(y) * scale * tall
        box = (left, top, left + int(w) * scale - 1, top + int(h) * scale * tall - 1)
        pen.rectangle(box, fill=0)
    [found] = zxingcpp.read_barcodes(picture)
    return found.text


@pytest.mark.parametrize("number", ["200000016", "LIB-00012345", "7"])
def test_both_codes_of_a_card_read_back(number: str) -> None:
    line = bars(number)
    assert line is not None
    assert as_scanned(line) == number
    assert as_scanned(qr(number)) == number


def test_a_card_that_bars_cannot_hold_still_has_its_qr_code() -> None:
    assert bars("读者一号") is None
    assert qr("读者一号").path


def test_my_card_shows_both_codes_and_a_lost_one_none(world, reader_client) -> None:
    patron = world.patron()
    client = reader_client(patron)
    page = client.get(f"/{world.slug}/my/card").content.decode()
    Card.objects.filter(barcode=patron.card).update(lost_at=clock.now())
    lost = client.get(f"/{world.slug}/my/card").content.decode()

    assert patron.card in page
    assert (page.count("code-qr"), page.count("code-bars")) == (2, 2)
    assert patron.card not in lost
    assert "code-qr" not in lost
    assert "已挂失" in lost


def test_my_page_leads_on_and_the_one_of_nobody_leads_in(world, client, reader_client) -> None:
    reader = reader_client(world.patron())
    page = reader.get(f"/{world.slug}/me").content.decode()
    nobody = client.get(f"/{world.slug}/me").content.decode()

    for address in re.findall(r'<ul class="panel entries">.*?</ul>', page, re.DOTALL):
        for link in re.findall(r'href="([^"]+)"', address):
            assert reader.get(link).status_code == 200, link
    assert f'href="/{world.slug}/my/card"' in page
    assert f'href="/{world.slug}/sign-in"' in nobody
    assert f'href="/{world.slug}/my/card"' not in nobody


def test_home_says_what_is_due_and_renews_what_can_be(world, reader_client) -> None:
    patron = world.patron()
    for name in ("先还的书", "后还的书"):
        checkout(
            world.desk(now=clock.now() - timedelta(days=10)),
            copy_barcodes=(world.copy(world.title(name)).barcode,),
            card_barcode=patron.card,
        )
    page = reader_client(patron).get(f"/{world.slug}/").content.decode()
    assert "在借 2 本" in page
    assert "续借这 2 本" in page
    assert page.index("先还的书") < page.index('id="opening"')


def test_loans_stand_by_how_urgent_they_are(world, reader_client) -> None:
    world.policy(loan_days=30)
    patron = world.patron()
    for name, days_ago in (("迟了的书", 40), ("快到期的书", 28), ("不急的书", 12)):
        checkout(
            world.desk(now=clock.now() - timedelta(days=days_ago)),
            copy_barcodes=(world.copy(world.title(name)).barcode,),
            card_barcode=patron.card,
        )
    page = reader_client(patron).get(f"/{world.slug}/my/loans").content.decode()
    told = ("group-over", "迟了的书", "group-soon", "快到期的书", "group-later", "不急的书")
    places = [page.index(f'id="{one}"' if one.isascii() else one) for one in told]
    assert places == sorted(places)


def test_the_camera_is_open_to_one_search_page_only(world, client) -> None:
    pages = [client.get(f"/{world.slug}/{path}") for path in ("search/camera", "search", "")]
    assert [page.status_code for page in pages] == [200, 200, 200]
    allowed = ["camera=(self)" in page.headers["Permissions-Policy"] for page in pages]
    assert allowed == [True, False, False]
    assert f'href="/{world.slug}/search/camera"' in pages[2].content.decode()
