"""The pages of stock-taking: starting, scanning with and without a script, lists, the report."""

import json
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.withdraw import withdraw_copy
from jieyue.circulation.models import Loan, StockLine, StockTake
from jieyue.circulation.queries.stocktaking import progress
from jieyue.kit import clock
from tests.world import World

pytestmark = pytest.mark.django_db


def url(world: World, *parts: str) -> str:
    return "/".join(["", world.slug, "staff", "stock", *parts, ""])


def begin(world: World, client, **values: str) -> str:
    """Start a count through the page; return its address."""
    answer = client.post(url(world, "new"), {"name": "盘点", "checks_order": "on", **values})
    assert answer.status_code == 303, answer.content.decode()
    return answer.headers["Location"]


def kept(*texts: str, age: float = 0, **more: str) -> dict[str, str]:
    """Return what the page's script sends."""
    scans = [
        {"id": f"n{n}", "text": text, "age": age, "shelf": "", **more}
        for n, text in enumerate(texts)
    ]
    return {"scans": json.dumps(scans), "scanner": "phone"}


def test_a_count_is_started_or_says_why_not(world: World, staff_client) -> None:
    world.copy(shelf="A")
    empty = staff_client.get(url(world)).content.decode()
    assert ("还没有盘点" in empty, "剔旧建议" in empty) == (True, True)
    nothing = staff_client.post(url(world, "new"), {"name": "盘点", "shelf": "Z"})
    assert (nothing.status_code, "没有登记在那里的书" in nothing.content.decode()) == (409, True)
    assert 'value="Z"' in nothing.content.decode()
    assert staff_client.post(url(world, "new"), {"name": ""}).status_code == 422

    address = begin(world, staff_client, shelf="A", branch="main")

    assert StockTake.objects.get().shelf == "A"
    assert staff_client.get(address).status_code == 200
    assert "0 / 1" in " ".join(staff_client.get(url(world)).content.decode().split())


def test_a_readers_card_is_named_and_not_listed(world: World, staff_client) -> None:
    world.copy()
    card = world.patron(card="A0017").card
    address = begin(world, staff_client)

    answer = staff_client.post(f"{address}scans/", kept(card)).content.decode()

    assert ("这是读者的借阅证" in answer, "证号也不保存" in answer) == (True, True)
    assert card not in answer
    assert card not in staff_client.get(f"{address}found/?show=unknown").content.decode()


def test_a_helper_scans_but_neither_starts_nor_closes(world: World, staff_client, helper_client):
    copy = world.copy()
    address = begin(world, staff_client)
    assert helper_client.get(url(world, "new")).status_code == 403
    assert helper_client.post(f"{address}state/", {"do": "close"}).status_code == 403
    assert helper_client.post(f"{address}missing/").status_code == 403
    assert helper_client.post(f"{address}scans/", kept(copy.barcode)).status_code == 200
    assert "固定报告？" not in helper_client.get(f"{address}found/").content.decode()


def test_kept_scans_are_answered_one_by_one(world: World, staff_client) -> None:
    fine, lent = world.copy(world.title("边城")), world.copy(world.title("活着"))
    checkout(world.desk(), copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    address = begin(world, staff_client)

    answer = staff_client.post(f"{address}scans/", kept(fine.barcode, lent.barcode, "0000999"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert [page.index(f'data-answer="n{n}"') for n in (2, 1, 0)] == sorted(
        page.index(f'data-answer="n{n}"') for n in (0, 1, 2)
    )
    assert ("边城" in page, "已借出，却在架" in page, "0000999" in page) == (True, True, True)
    again = staff_client.post(f"{address}scans/", kept(fine.barcode)).content.decode()
    assert "已经清点过" in again
    assert progress(StockTake.objects.get().pk).seen == 2


def test_without_a_script_one_scan_is_a_form(world: World, staff_client) -> None:
    copy = world.copy(world.title("边城"), shelf="B")
    address = begin(world, staff_client)
    answer = staff_client.post(f"{address}scans/", {"q": copy.barcode, "shelf": "A"})
    page = answer.content.decode()
    assert (answer.status_code, "架位不对" in page, 'value="A"' in page) == (200, True, True)
    assert staff_client.post(f"{address}scans/", {"q": " "}).status_code == 200


@pytest.mark.parametrize(
    "scans",
    ["", "no json", "{}", "[1]", '[{"text": "x"}]', "[[]]", '[{"text": "x", "age": 1e999}]'],
)
def test_what_is_no_list_of_scans_changes_nothing(world: World, staff_client, scans: str) -> None:
    world.copy()
    address = begin(world, staff_client)
    answer = staff_client.post(f"{address}scans/", {"scans": scans})
    assert answer.status_code == (400 if scans else 200)
    assert not StockLine.objects.filter(seen_at__isnull=False).exists()


def test_a_closed_count_refuses_and_keeps_scans_in_the_browser(world: World, staff_client) -> None:
    copy = world.copy()
    address = begin(world, staff_client)
    staff_client.post(f"{address}state/", {"do": "close"})
    answer = staff_client.post(f"{address}scans/", kept(copy.barcode))
    page = answer.content.decode()
    assert (answer.status_code, "data-answer" in page, "已结束" in page) == (409, False, True)
    staff_client.post(f"{address}state/", {"do": "reopen"})
    assert staff_client.post(f"{address}scans/", kept(copy.barcode, age=60)).status_code == 200
    assert staff_client.post(f"{address}state/", {"do": "dance"}).status_code == 400


def test_progress_is_only_sent_when_it_changed(world: World, staff_client) -> None:
    copy = world.copy()
    address = begin(world, staff_client)
    first = staff_client.get(f"{address}progress/")
    tag = {"headers": {"If-None-Match": first.headers["ETag"]}}
    assert staff_client.get(f"{address}progress/", **tag).status_code == 304
    staff_client.post(f"{address}scans/", kept(copy.barcode))
    assert staff_client.get(f"{address}progress/", **tag).status_code == 200


def test_the_short_list_is_worked_off_and_taken_back(world: World, staff_client) -> None:
    lent, gone = world.copy(world.title("边城")), world.copy(world.title("活着"))
    checkout(world.desk(), copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    withdraw_copy(world.desk(), copy=gone.public_id, reason="旧")
    address = begin(world, staff_client)
    staff_client.post(f"{address}scans/", kept(lent.barcode, gone.barcode, "0000999"))

    def press(copy: Copy, how: str) -> str:
        settle = f"{address}copies/{copy.public_id}/"
        return staff_client.post(settle, {"how": how}, follow=True).content.decode()

    assert "《边城》：已收还" in press(lent, "take_back")
    assert Loan.objects.get().ending == "returned"
    assert "恢复" in press(gone, "restore")
    assert "已放回待处理清单" in press(gone, "undo")
    assert Copy.objects.get(pk=gone.pk).standing == "withdrawn"
    nonsense = staff_client.post(f"{address}copies/{gone.public_id}/", {"how": "dance"})
    assert nonsense.status_code == 400
    assert staff_client.post(f"{address}copies/ABCDEFGHJK/", {"how": "done"}).status_code == 404
    dismissed = staff_client.post(f"{address}unknown/", {"barcode": "0000999"}, follow=True)
    assert "0000999 已忽略" in dismissed.content.decode()
    for show in ("odd", "settled", "unknown", "seen", "extra", "not_found", "on_loan"):
        assert staff_client.get(f"{address}found/?show={show}").status_code == 200
    assert staff_client.get(f"{address}found/?show=everything").status_code == 404


def test_the_report_is_paper_or_a_workbook(world: World, staff_client) -> None:
    copy = world.copy(world.title("=1+1"), shelf="A-07", call_number="I247/1")
    world.copy(world.title("茶馆"))
    address = begin(world, staff_client)
    staff_client.post(f"{address}scans/", kept(copy.barcode))
    marked = staff_client.post(f"{address}missing/", follow=True).content.decode()
    assert "1 册已标为缺失" in marked
    staff_client.post(f"{address}missing/", {"do": "undo"})

    paper = staff_client.get(f"{address}report/").content.decode()
    assert ("盘点报告" in paper, "茶馆" in paper, "尚未结束" in paper) == (True, True, True)
    answer = staff_client.get(f"{address}report.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 3
    assert (rows[2][0], rows[2][4], rows[2][7]) == ("A-07", "=1+1", "已清点")
    assert sheet["E3"].data_type == "s"


def test_another_librarys_count_is_not_there(world: World, staff_client) -> None:
    other = World(slug="southfield")
    taken = StockTake.across_libraries.create(
        library=other.library, public_id="ABCDEFGHJK", name="别馆", expected=1, started_at=other.now
    )
    for path in ("", "progress/", "found/", "report/", "report.xlsx"):
        assert staff_client.get(f"{url(world, taken.public_id)}{path}").status_code == 404
    for path in ("scans/", "state/", "missing/", "unknown/", "copies/ABCDEFGHJK/"):
        assert staff_client.post(f"{url(world, taken.public_id)}{path}").status_code == 404


def test_what_nobody_borrows_is_proposed_and_withdrawn_as_a_pile(
    world: World, staff_client
) -> None:
    old, lent, new = (world.copy(world.title(name)) for name in ("旧书", "热书", "新书"))
    long_ago = clock.now() - timedelta(days=4000)
    Copy.objects.exclude(pk=new.pk).update(added_at=long_ago)
    desk = world.desk(now=clock.now())
    checkout(desk, copy_barcodes=(lent.barcode,), card_barcode=world.patron().card)
    Copy.objects.filter(pk=new.pk).update(added_at=clock.now())
    address = url(world, "weeding")

    page = staff_client.get(address).content.decode()
    assert ("旧书" in page, "热书" in page, "新书" in page) == (True, False, False)
    told = staff_client.post(address, {"copy": [old.public_id]})
    assert (told.status_code, "请写明原因" in told.content.decode()) == (409, True)
    assert f'value="{old.public_id}" checked' in told.content.decode()
    told = staff_client.post(address, {"reason": "多年无人借"})
    assert (told.status_code, 'value="多年无人借"' in told.content.decode()) == (409, True)

    preview = staff_client.post(address, {"copy": [old.public_id], "reason": "多年无人借"})
    pile = preview.headers["Location"]
    page = staff_client.get(pile).content.decode()
    assert [words in page for words in ("剔旧建议", "多年无人借", "旧书", "剔旧 1 册")] == [
        True
    ] * 4
    assert Copy.objects.get(pk=old.pk).standing == "in_use"
    staff_client.post(f"{pile}beginning/")
    gone = Copy.objects.get(pk=old.pk)
    assert (gone.standing, gone.note) == ("withdrawn", "多年无人借")
    assert "没有可建议的" in staff_client.get(address).content.decode()
    staff_client.post(f"{pile}undo/")
    assert Copy.objects.get(pk=old.pk).standing == "in_use"


def test_a_browser_gets_an_answer_to_every_scan_it_kept(world: World, staff_client) -> None:
    world.copy()
    address = begin(world, staff_client)
    half = "\ud83d"  # of an emoji, cut by a browser

    page = staff_client.post(f"{address}scans/", kept("\x1d", half, shelf=half)).content.decode()

    assert [f'data-answer="n{n}"' in page for n in (0, 1)] == [True, True]
    deep = {"scans": "[" * 50_000}
    assert staff_client.post(f"{address}scans/", deep).status_code == 400
