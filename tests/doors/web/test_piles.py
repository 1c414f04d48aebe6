"""The pages that change a pile of copies together."""

from django.urls import reverse

from jieyue.catalog.models import Copy
from jieyue.circulation.actions.piles import begin_pile
from jieyue.circulation.jobs.piles import stop_hopeless_piles
from jieyue.circulation.models import PileChange
from jieyue.interfaces.worker.registry import handler_of
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.outbox.models import Task
from tests.doors.web.pages import text_of
from tests.doors.web.pile_pages import at, stocked
from tests.world import World


def moved(copies: list[Copy], **more: str) -> dict[str, str]:
    barcodes = "\r\n".join(copy.barcode for copy in copies)
    return {"kind": "relocate", "which": "barcodes", "barcodes": barcodes, "shelf": "B-7"} | more


def shelves() -> set[str]:
    return set(Copy.across_libraries.values_list("shelf", flat=True))


def test_a_pile_is_scanned_looked_at_moved_and_taken_back(world: World, staff_client) -> None:
    copies = stocked(world, 3, shelf="A-1")
    sent = moved(copies)
    sent["barcodes"] += ", NOWHERE9"
    made = staff_client.post(at(world, "home"), sent)
    assert made.status_code == 303
    address = made.headers["Location"]

    page = text_of(staff_client.get(address))
    assert "3 将修改" in page
    assert "1 略过" in page
    assert "本馆没有这个条码的馆藏" in page
    assert 'A-1 → <span class="font-medium">B-7</span>' in page
    assert shelves() == {"A-1"}

    pile = PileChange.across_libraries.get().public_id
    result = text_of(staff_client.post(at(world, "begin", pile), follow=True))
    assert "3 已修改" in result
    assert shelves() == {"B-7"}
    assert "移动" in text_of(staff_client.get(at(world, "home")))

    back = text_of(staff_client.post(at(world, "undo", pile), follow=True))
    assert "3 已撤销" in back
    assert shelves() == {"A-1"}
    again = staff_client.post(at(world, "undo", pile))
    assert again.status_code == 409
    assert "已经开始过，或已经撤销" in text_of(again)


def test_another_kind_of_change_keeps_what_was_typed(world: World, staff_client) -> None:
    page = text_of(staff_client.post(at(world, "home"), moved([], barcodes="123", do="withdraw")))
    assert '<input type="hidden" name="kind" value="withdraw">' in page
    assert "123</textarea>" in page
    assert 'name="shelf" value="B-7"' in page
    assert 'name="reason"' in page


def test_what_is_missing_is_said_and_nothing_is_lost(world: World, staff_client) -> None:
    nothing = staff_client.post(at(world, "home"), moved([]))
    assert nothing.status_code == 422
    assert text_of(nothing).count("请扫描或输入条形码") == 2  # where one scans, and where one types
    everything = staff_client.post(at(world, "home"), moved([], which="search"))
    assert everything.status_code == 422
    no_change = staff_client.post(at(world, "home"), moved(stocked(world, 1), shelf=""))
    assert no_change.status_code == 409
    assert "请至少填一项要修改的内容" in text_of(no_change)
    assert PileChange.across_libraries.count() == 0


def test_all_that_a_search_shows_is_changed_from_the_list(world: World, staff_client) -> None:
    stocked(world, 2)
    with library_scope(world.library.pk):
        world.copy(shelf="A-1")
    books = reverse("catalog:list", args=[world.library.slug])
    link = f"{at(world, 'home')}?q=%E6%B4%BB%E7%9D%80"
    assert link in text_of(staff_client.get(books, {"q": "活着"}))
    page = text_of(staff_client.get(link))
    assert 'value="活着"' in page
    sent = {"kind": "relocate", "which": "search", "q": "活着", "shelf": "C"}
    address = staff_client.post(at(world, "home"), sent).headers["Location"]
    page = text_of(staff_client.get(address))
    assert "2 将修改" in page


def test_a_large_pile_shows_how_far_it_is(world: World, staff_client) -> None:
    staff_client.post(at(world, "home"), moved(stocked(world, 201)))
    pile = PileChange.across_libraries.get().public_id
    page = text_of(staff_client.post(at(world, "begin", pile), follow=True))
    assert "已处理 0 / 201 册" in page
    assert staff_client.get(at(world, "progress", pile)).status_code == 200
    with library_scope(world.library.pk):
        while (task := Task.objects.filter(done_at=None).order_by("pk").first()) is not None:
            handler_of(task.kind)(world.desk(), task.payload)
            Task.objects.filter(pk=task.pk).update(done_at=world.now)
    done = staff_client.get(at(world, "progress", pile), headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == at(world, "pile", pile)
    page = text_of(staff_client.get(at(world, "pile", pile), {"page": "5"}))
    assert "201 已修改" in page
    assert shelves() == {"B-7"}


def test_one_that_failed_says_why_and_goes_on(world: World, staff_client) -> None:
    staff_client.post(at(world, "home"), moved(stocked(world, 2)))
    pile = PileChange.across_libraries.get().public_id
    with library_scope(world.library.pk):
        begin_pile(world.desk(), pile=pile)
        Task.objects.update(attempts=4)
    stop_hopeless_piles(clock.now())

    page = text_of(staff_client.get(at(world, "pile", pile)))
    assert "多次出错，已停下。" in page
    assert "接着处理 2 册" in page
    assert "2 已修改" in text_of(staff_client.post(at(world, "begin", pile), follow=True))
    assert shelves() == {"B-7"}


def test_a_helper_moves_books_and_withdraws_none(world: World, helper_client) -> None:
    copies = stocked(world, 1)
    page = text_of(helper_client.get(at(world, "home")))
    assert 'value="relocate"' in page
    assert 'value="withdraw"' not in page
    sent = moved(copies) | {"kind": "withdraw", "reason": "旧"}
    assert helper_client.post(at(world, "home"), sent).status_code == 403
    assert helper_client.post(at(world, "home"), moved(copies)).status_code == 303
    with library_scope(world.library.pk):
        PileChange.objects.update(kind="withdraw")
    pile = PileChange.across_libraries.get().public_id
    assert helper_client.post(at(world, "begin", pile)).status_code == 403
    assert shelves() == {""}
