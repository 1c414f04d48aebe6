"""The reader's history: kept or forgotten by one tap; the library's own times."""

from datetime import timedelta

from django.urls import reverse

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Block
from jieyue.circulation.queries.history import retention
from jieyue.circulation.rules.history import RetentionRules
from jieyue.kit import clock
from jieyue.patrons.joining.consents import texts


def page(client, world) -> str:
    return client.get(reverse("reader:history", args=[world.library.slug])).content.decode()


def test_a_reader_keeps_their_history_and_has_it_forgotten(world, reader_client) -> None:
    world.now = clock.now() - timedelta(days=30)
    reader = world.patron()
    client = reader_client(reader)
    copy = world.copy(world.title("活着"))
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=reader.card)
    checkin(world.days_later(1), copy_barcodes=(copy.barcode,))
    assert "您还没有选择" in page(client, world)
    assert "还书 365 天后自动清除记录" in page(client, world)

    keep = reverse("reader:keep_history", args=[world.library.slug])
    client.post(keep, {"version": "999"})
    assert "您还没有选择" in page(client, world)
    client.post(keep, {"version": str(texts()["history"].version)})
    assert "正在为您保留借阅历史" in page(client, world)

    client.post(reverse("reader:erase_history", args=[world.library.slug]))
    html = page(client, world)
    assert "已清除 1 条借阅记录" in html and "不保留您的借阅历史" in html and "活着" not in html


def test_staff_set_the_times(world, staff_client) -> None:
    address = reverse("settings:history", args=[world.library.slug])
    answer = staff_client.post(address, {"unchosen_days": "", "grace_days": "7"})
    assert (answer.status_code, retention()) == (303, RetentionRules(None, 7))
    assert staff_client.post(address, {"unchosen_days": "0", "grace_days": "7"}).status_code == 422


def test_who_has_it_forgotten_is_told_what_stays_and_why(world, reader_client) -> None:
    world.now = clock.now() - timedelta(days=60)
    world.policy(settled_by="days", max_overdue=99)
    reader, copy = world.patron(), world.copy(world.title("活着"))
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=reader.card)
    checkin(world.days_later(40), copy_barcodes=(copy.barcode,))
    Block.objects.update(ends_on=clock.now().date() + timedelta(days=9))
    client = reader_client(reader)
    client.post(reverse("reader:erase_history", args=[world.library.slug]))
    html = page(client, world)
    assert "还有 1 本暂时保留" in html and "活着" in html
