"""Readers reserve on a book's page, and see what they reserved."""

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Hold
from jieyue.kit import clock
from tests.doors.web.test_notices import told
from tests.world import World


@pytest.fixture
def book(world: World):
    title = world.title("活着")
    return title, world.copy(title)


def test_a_reader_reserves_a_book(world, reader_client, book) -> None:
    title, _ = book
    client = reader_client(world.patron())
    page = client.get(f"/{world.slug}/t/{title.public_id}").content.decode()
    assert "架上有书" in page

    answer = client.post(
        f"/{world.slug}/t/{title.public_id}/holds", {"pickup": "main"}, follow=True
    )

    assert "已预约《活着》，排在第 1 位。" in answer.content.decode()
    assert Hold.objects.get().pickup_branch_id == world.branch.pk
    page = client.get(f"/{world.slug}/t/{title.public_id}").content.decode()
    assert "您已预约这本书。" in page


def test_two_taps_reserve_once_and_say_why(world, reader_client, book) -> None:
    title, _ = book
    client = reader_client(world.patron())
    address = f"/{world.slug}/t/{title.public_id}/holds"
    client.post(address, {"pickup": "main"})
    again = client.post(address, {"pickup": "main"}, follow=True)

    assert again.status_code == 200
    assert "已经预约过了。" in again.content.decode()
    assert Hold.objects.count() == 1


def test_who_may_not_reserve_is_told_why_before(world, reader_client, book) -> None:
    world.policy(max_holds=0)
    page = reader_client(world.patron()).get(f"/{world.slug}/t/{book[0].public_id}")
    assert "这种借阅卡不能预约。" in page.content.decode()
    assert '<form method="post" class="panel' not in page.content.decode()


def test_nobody_is_asked_to_sign_in_first(world, client, book) -> None:
    page = client.get(f"/{world.slug}/t/{book[0].public_id}").content.decode()
    assert f"/{world.slug}/sign-in?next=/{world.slug}/t/{book[0].public_id}" in page


def test_a_branch_is_chosen_where_there_are_several(world, reader_client, book) -> None:
    world.east()
    page = reader_client(world.patron()).get(f"/{world.slug}/t/{book[0].public_id}")
    assert 'value="east"' in page.content.decode()


def test_ones_reservations_are_paused_resumed_moved_and_cancelled(
    world, reader_client, book
) -> None:
    east, patron = world.east(), world.patron()
    hold = world.hold(patron, book[0])
    client, mine = reader_client(patron), f"/{world.slug}/my/holds"
    assert "第 1 位" in client.get(mine).content.decode()

    def send(what: str, **fields: str) -> str:
        answer = client.post(f"{mine}/{hold.public_id}/{what}", fields, follow=True)
        hold.refresh_from_db()
        return answer.content.decode()

    assert "您的排队位置保留" in send("suspension", wakes_on="2099-01-01")
    assert "立即恢复" in client.get(mine).content.decode()
    assert "请按 2026-03-31 的格式填写日期" in send("suspension", wakes_on="明天")
    assert "最早从明天起恢复" in send("suspension", wakes_on="2020-01-01")
    assert "已恢复" in send("resumption")
    assert "已保存" in send("pickup", pickup="east")
    assert hold.pickup_branch_id == east.pk
    assert "已取消预约" in send("cancel")
    assert "这个预约已经结束" in send("cancel")
    assert "没有预约" in client.get(mine).content.decode()


def test_a_book_to_fetch_is_shown_with_its_last_day(world, reader_client, book) -> None:
    patron = world.patron()
    hold = world.hold(patron, book[0])
    checkin(world.desk(now=clock.now()), copy_barcodes=(book[1].barcode,))
    hold.refresh_from_db()
    page = reader_client(patron).get(f"/{world.slug}/my/holds").content.decode()
    assert "有 1 本书在等您来取。" in page
    assert f"{hold.fetch_by.month}月{hold.fetch_by.day}日 前" in page
    title = reader_client(world.patron()).get(f"/{world.slug}/t/{book[0].public_id}")
    assert "已为读者留书" in title.content.decode()


def test_anothers_reservation_is_not_there(world, reader_client, book) -> None:
    hold = world.hold(world.patron(), book[0])
    client = reader_client(world.patron())
    for what in ("cancel", "suspension", "resumption", "pickup"):
        answer = client.post(f"/{world.slug}/my/holds/{hold.public_id}/{what}", {"pickup": "main"})
        assert answer.status_code == 404, what
    assert client.post(f"/{world.slug}/t/NOSUCH/holds", {"pickup": "main"}).status_code == 404


def test_unread_messages_are_counted_on_ones_card_page(world, reader_client) -> None:
    patron = world.patron()
    client = reader_client(patron)
    told(world, patron)
    assert 'badge-primary num">1<' in client.get(f"/{world.slug}/me").content.decode()


def test_one_copy_and_no_other_is_reserved_by_who_asks_for_it(world, reader_client) -> None:
    title = world.title("平凡的世界")
    first, second = (world.copy(title, call_number=f"I247.5/{n}") for n in (1, 2))
    read_here = world.copy(title, standing="reference", call_number="I247.5/3")
    client, address = reader_client(world.patron()), f"/{world.slug}/t/{title.public_id}"

    page = client.get(address).content.decode()
    choices = page.partition('name="copy"')[2].partition("</select>")[0]
    answer = client.post(
        f"{address}/holds", {"pickup": "main", "copy": second.public_id}, follow=True
    )

    assert "只要其中某一卷（册）？" in page
    assert [one.public_id in choices for one in (first, second, read_here)] == [True, True, False]
    assert Hold.objects.get().copy_id == second.pk
    assert f"只要 {second.barcode} 这一册" in answer.content.decode()


def test_a_copy_of_another_title_is_not_there(world, reader_client, book) -> None:
    other = world.copy(world.title("另一本"))
    address = f"/{world.slug}/t/{book[0].public_id}"
    client = reader_client(world.patron())

    for copy in (other.public_id, "NOTTHERE2"):
        answer = client.post(f"{address}/holds", {"pickup": "main", "copy": copy})
        assert answer.status_code == 404
    assert 'name="copy"' not in client.get(address).content.decode()  # one copy: nothing to choose
    assert not Hold.objects.exists()
