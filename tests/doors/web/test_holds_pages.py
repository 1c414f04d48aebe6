"""Staff pages of reservations: the shelf, what to fetch, a queue, reserving for a reader."""

from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Hold
from jieyue.kit import clock
from tests.world import World


@pytest.fixture
def staff(world: World):
    return f"/{world.slug}/staff/holds"


def keep(world: World, hold: Hold):
    copy = world.copy(hold.title)
    checkin(world.desk(now=clock.now()), copy_barcodes=(copy.barcode,))
    hold.refresh_from_db()
    return copy


def page(client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


def send(client, address: str, **fields: str) -> str:
    answer = client.post(address, fields, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_hold_shelf_and_its_slips(world, staff_client, staff) -> None:
    hold = world.hold(world.patron("林晓雨"), world.title("活着"))
    copy = keep(world, hold)

    shown = page(staff_client, f"{staff}/")
    assert "活着" in shown and copy.barcode in shown and hold.fetch_by.isoformat() in shown
    slip = page(staff_client, f"{staff}/slips", hold=hold.public_id)
    assert hold.public_id[-4:] in slip and copy.barcode in slip
    assert "林晓雨" not in slip  # it lies open on the shelf
    cancelled = send(staff_client, f"{staff}/{hold.public_id}/cancel", back="shelf")
    assert f"{copy.barcode}: 请放回书架。" in cancelled
    assert "请下架并扫描" in cancelled


def test_what_to_fetch_is_scanned_and_kept(world, staff_client, staff) -> None:
    title = world.title("活着")
    copy = world.copy(title, call_number="I247.5/1")
    hold = world.hold(world.patron(), title)

    assert "I247.5/1" in page(staff_client, f"{staff}/picks")
    kept = send(staff_client, f"{staff}/picks", barcode=copy.barcode)

    hold.refresh_from_db()
    assert hold.state == "ready"
    assert "没有要取的书" in kept
    assert "已经没有人在等" in send(
        staff_client, f"{staff}/picks", barcode=world.copy(world.title()).barcode
    )
    assert "没有条码为 404404 的馆藏" in send(staff_client, f"{staff}/picks", barcode="404404")
    assert "请扫描图书条码" in send(staff_client, f"{staff}/picks", barcode=" ")


def test_a_helper_works_the_shelf_without_names(world, helper_client, staff) -> None:
    hold = world.hold(world.patron("林晓雨"), world.title("活着"))
    keep(world, hold)
    shown = page(helper_client, f"{staff}/")
    assert "活着" in shown and "林晓雨" not in shown
    assert helper_client.post(f"{staff}/{hold.public_id}/cancel").status_code == 403


def test_a_title_s_queue_is_reordered_with_a_reason(world, staff_client, staff) -> None:
    title = world.title("活着")
    first, second = (
        world.hold(world.patron(name), title, queued_at=world.now + timedelta(minutes=n))
        for n, name in enumerate(("先到", "后到"))
    )
    address = f"{staff}/titles/{title.public_id}"
    shown = page(staff_client, address)
    assert shown.index("先到") < shown.index("后到")

    without = send(
        staff_client, f"{staff}/{second.public_id}/place", before=first.public_id, reason=""
    )
    assert "没有写原因" in without
    moved = send(
        staff_client, f"{staff}/{second.public_id}/place", before=first.public_id, reason="教学用书"
    )
    assert "现在排第 1 位" in moved
    assert moved.index("后到") < moved.index("先到")


def test_a_hold_is_paused_resumed_and_redirected_from_the_readers_page(
    world, staff_client, staff
) -> None:
    patron, east = world.patron(), world.east()
    hold = world.hold(patron, world.title("活着"))
    mine = f"{staff}/{hold.public_id}"
    assert "活着" in page(staff_client, f"/{world.slug}/staff/patrons/{patron.public_id}/")

    assert "已暂停" in send(staff_client, f"{mine}/suspension", back="patron")
    assert "已保存" in send(staff_client, f"{mine}/resumption", back="patron")
    assert "已保存" in send(staff_client, f"{mine}/pickup", pickup="east", back="patron")
    hold.refresh_from_db()
    assert (hold.suspended_at, hold.pickup_branch_id) == (None, east.pk)
    assert "已取消预约" in send(staff_client, f"{mine}/cancel", back="patron")


def test_staff_reserve_from_the_reader_and_from_the_title(world, staff_client, staff) -> None:
    title, patron = world.title("活着"), world.patron("林晓雨")
    world.copy(title)
    found = page(staff_client, f"{staff}/new", patron=patron.public_id, q="活着")
    assert f"title={title.public_id}" in found
    found = page(staff_client, f"{staff}/new", title=title.public_id, q=patron.card)
    assert f"patron={patron.public_id}" in found
    both = {"title": title.public_id, "patron": patron.public_id}
    assert "没有别人在等" in page(staff_client, f"{staff}/new", **both)

    done = send(staff_client, f"{staff}/new", pickup="main", **both)

    assert "已为 林晓雨 预约《活着》，排在第 1 位。" in done
    assert Hold.objects.get().patron_id == patron.pk
    assert "已经预约过了" in page(staff_client, f"{staff}/new", **both)
    assert "已经预约过了" in send(staff_client, f"{staff}/new", pickup="main", **both)


def test_what_stands_against_it_is_shown_and_may_be_waived(world, staff_client, staff) -> None:
    world.policy(max_holds=0)
    title, patron = world.title("活着"), world.patron()
    world.copy(title)
    both = {"title": title.public_id, "patron": patron.public_id}
    assert "仍然预约" in page(staff_client, f"{staff}/new", **both)
    send(staff_client, f"{staff}/new", pickup="main", override="patron_at_hold_limit", **both)
    assert Hold.objects.count() == 1


def test_nothing_for_nobody_and_strangers_are_not_found(world, staff_client, staff) -> None:
    for query in ({}, {"title": "NOSUCH"}, {"patron": "NOBODY"}):
        assert staff_client.get(f"{staff}/new", query).status_code == 404
    assert staff_client.get(f"{staff}/titles/NOSUCH").status_code == 404
    for what in ("cancel", "suspension", "resumption", "place", "pickup"):
        assert staff_client.post(f"{staff}/NOSUCH/{what}").status_code == 404


def test_the_desk_says_what_waits_for_the_reader(world, staff_client) -> None:
    from tests.doors.web.desk_page import Desk

    patron = world.patron()
    copy = keep(world, world.hold(patron, world.title("活着")))
    desk = Desk(world, staff_client)
    desk.open()
    shown = desk.scan(patron.card).content.decode()
    assert "有 1 本预约书等这位读者来取" in shown
    assert copy.barcode in shown


def test_staff_reserve_one_copy_and_no_other(world, staff_client, staff) -> None:
    title, patron = world.title("活着"), world.patron()
    first, second = world.copy(title), world.copy(title)
    both = {"title": title.public_id, "patron": patron.public_id}
    shown = page(staff_client, f"{staff}/new", **both)
    assert "只要其中某一本？" in shown
    assert first.barcode in shown and second.barcode in shown

    queue = send(staff_client, f"{staff}/new", pickup="main", copy=second.public_id, **both)

    assert Hold.objects.get().copy_id == second.pk
    assert f"只要 {second.barcode} 这一册" in queue
    other = world.copy(world.title("另一本"))
    wrong = staff_client.post(f"{staff}/new", both | {"pickup": "main", "copy": other.public_id})
    assert wrong.status_code == 404
