"""Titles keep who said what of them."""

from dataclasses import replace

from django.urls import reverse

from jieyue.catalog.actions import add_by_isbn, edit_title, fill_draft
from jieyue.catalog.models import Title
from jieyue.catalog.queries import book_of, title_view
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from tests.world import World

ISBN = "9787999000020"


def test_what_a_person_changes_is_theirs_and_the_rest_the_sources(
    world: World, staff_client
) -> None:
    add_by_isbn(
        world.desk(), isbn13=ISBN, book=Description(name="三体", year=2009), source="聚合",
        copies=NewCopies(barcodes=("00012301",)),
    )  # fmt: skip
    row = Title.objects.get()
    edit_title(
        world.desk(), title=row.public_id, book=replace(book_of(row), year=2008, volume="第一部")
    )
    row.refresh_from_db()
    assert (row.source, row.provenance) == ("聚合", {"year": "", "volume": ""})
    page = staff_client.get(reverse("catalog:title", args=[world.slug, row.public_id])).text
    assert "年份, 卷册：手工录入" in " ".join(page.split())


def test_a_filled_draft_keeps_what_was_typed_meanwhile(world: World) -> None:
    add_by_isbn(world.desk(), isbn13=ISBN, copies=NewCopies(barcodes=("00012301",)))
    row = Title.objects.get()
    edit_title(world.desk(), title=row.public_id, book=replace(book_of(row), authors="刘某"))
    fill_draft(
        world.desk(), title=row.public_id, source="聚合",
        book=Description(name="三体", authors="刘慈欣", year=2008),
    )  # fmt: skip
    view = title_view(row.public_id)
    assert view is not None
    assert (view.source, view.provenance, view.book.authors) == ("聚合", PROVENANCE, "刘某")


PROVENANCE = {"authors": "", "name": "聚合", "year": "聚合"}
