"""Copies that were put with the wrong book get a record of their own, and come back."""

import pytest
from playwright.sync_api import Page, expect

from jieyue.catalog.models import Copy
from tests.journeys.steps import button, photograph
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def test_wrong_copies_move_to_a_record_of_their_own_and_back(
    page: Page, world: World, as_owner, live_server
) -> None:
    title = world.title("平凡的世界", volume="第 1 部", authors="路遥", isbn13="9787530212004")
    stays, goes = world.copy(title), world.copy(title)
    as_owner(page)
    page.goto(f"{live_server.url}/{world.slug}/staff/catalog/titles/{title.public_id}/")
    page.get_by_role("link", name="有几册是另一种书").click()
    page.get_by_role("checkbox", name=goes.barcode).check()
    photograph(page, "split-choose")
    button(page, "继续").click()
    page.get_by_role("searchbox").fill("9787530216781")
    button(page, "搜索").click()
    photograph(page, "split-find")
    page.get_by_role("link", name="新建书目").click()

    # The new record begins with what this one says, and the number that was looked for.
    expect(page.locator("[name=book-isbn13]")).to_have_value("9787530216781")
    page.locator("[name=book-volume]").fill("第 2 部")
    photograph(page, "split-new")
    button(page, "移走 1 册").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第 2 部")
    photograph(page, "split-done")
    moved = Copy.objects.select_related("title").get(pk=goes.pk).title
    assert (moved.name, moved.volume, moved.isbn13) == ("平凡的世界", "第 2 部", "9787530216781")
    assert list(Copy.objects.filter(title=title)) == [stays]

    page.goto(f"{live_server.url}/{world.slug}/staff/catalog/doubles/")
    photograph(page, "split-doubles")
    page.once("dialog", lambda dialog: dialog.accept())
    button(page, "撤销: 平凡的世界 第 2 部").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("第 1 部")
    assert Copy.objects.filter(title=title).count() == 2
