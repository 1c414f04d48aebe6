"""The pages that make one record of two."""

import pytest
from django.urls import reverse

from jieyue.catalog.models import Copy, MergedTitle, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.kit.scope import library_scope
from tests.doors.web.pages import text_of
from tests.world import World


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"catalog:{name}", args=[world.library.slug, *args])


def made(world: World, name: str, **values) -> Title:
    with library_scope(world.library.pk):
        title = world.title(name, **values)
        title.match_key = identity_of(book_of(title)).key
        title.save()
        world.copy(title)
    return title


@pytest.fixture
def two(world: World) -> tuple[Title, Title]:
    more = {"publisher": "作家出版社", "year": 2012}
    return (
        made(world, "活着", authors="余华", isbn13="9787506365437", **more),
        made(world, "活 着", authors="余华 / 某人", clc="I247.57", **more),
    )


def test_doubles_are_listed_with_a_way_to_compare_them(
    world: World, staff_client, two: tuple[Title, Title]
) -> None:
    made(world, "活着", authors="别人", publisher="别的出版社", year=1999)
    page = text_of(staff_client.get(at(world, "doubles")))

    link = f"{at(world, 'merge', two[0].public_id)}?with={two[1].public_id}"
    assert link in page
    assert page.count("别人") == 0


def test_two_records_stand_side_by_side_and_become_one_and_two_again(
    world: World, staff_client, two: tuple[Title, Title]
) -> None:
    kept, other = two
    address = at(world, "merge", kept.public_id)
    page = text_of(staff_client.get(address, {"with": other.public_id}))
    assert 'name="take-clc" value="other" checked' in page
    assert 'name="take-name" value="kept" checked' in page
    assert "take-publisher" not in page

    sent = {"drop": other.public_id, "take-clc": "other", "take-name": "kept"}
    assert staff_client.post(address, sent).headers["Location"] == at(
        world, "title", kept.public_id
    )
    kept.refresh_from_db()
    assert (kept.name, kept.clc) == ("活着", "I247.57")
    assert Copy.across_libraries.filter(title=kept).count() == 2
    moved = staff_client.get(at(world, "title", other.public_id))
    assert moved.headers["Location"] == at(world, "title", kept.public_id)
    assert other.name in text_of(staff_client.get(at(world, "doubles")))

    back = staff_client.post(at(world, "unmerge", other.public_id))
    assert back.headers["Location"] == at(world, "title", other.public_id)
    assert MergedTitle.across_libraries.count() == 0
    again = staff_client.post(at(world, "unmerge", other.public_id), follow=True)
    assert "已经撤销过了" in text_of(again)


def test_a_readers_link_to_the_record_that_went_leads_to_the_other(
    world: World, staff_client, client, two: tuple[Title, Title]
) -> None:
    kept, other = two
    staff_client.post(at(world, "merge", kept.public_id), {"drop": other.public_id})

    answer = client.get(reverse("reader:title", args=[world.library.slug, other.public_id]))
    assert answer.headers["Location"] == reverse(
        "reader:title", args=[world.library.slug, kept.public_id]
    )


def test_the_other_record_is_searched_for(
    world: World, staff_client, two: tuple[Title, Title]
) -> None:
    kept, other = two
    address = at(world, "merge", kept.public_id)
    assert f"?with={other.public_id}" in text_of(staff_client.get(address))
    assert f"?with={other.public_id}" not in text_of(staff_client.get(address, {"q": "红楼梦"}))
    itself = staff_client.post(address, {"drop": kept.public_id})
    assert itself.status_code == 409
    assert "这就是同一条书目" in text_of(itself)


def test_who_may_not_catalogue_merges_nothing(
    world: World, helper_client, two: tuple[Title, Title]
) -> None:
    kept, other = two
    for page in (at(world, "doubles"), at(world, "merge", kept.public_id)):
        assert helper_client.get(page).status_code == 403
    sent = {"drop": other.public_id}
    assert helper_client.post(at(world, "merge", kept.public_id), sent).status_code == 403
    assert Title.across_libraries.count() == 2


def test_another_librarys_records_are_not_there(
    world: World, staff_client, two: tuple[Title, Title]
) -> None:
    other = World(slug="southfield")
    theirs = made(other, "活着")
    kept = two[0]
    address = at(world, "merge", kept.public_id)
    assert staff_client.get(address, {"with": theirs.public_id}).status_code == 404
    assert staff_client.post(address, {"drop": theirs.public_id}).status_code == 404
    assert staff_client.get(at(world, "merge", theirs.public_id)).status_code == 404
    assert staff_client.post(at(world, "unmerge", theirs.public_id)).status_code == 404
    assert Title.across_libraries.count() == 3


def test_what_is_no_double_goes_from_the_list_and_comes_back(
    world: World, staff_client, two: tuple[Title, Title]
) -> None:
    kept, other = two
    link = f"{at(world, 'merge', kept.public_id)}?with={other.public_id}"
    address = at(world, "different", kept.public_id)
    page = text_of(staff_client.get(at(world, "doubles")))
    assert f'action="{address}"' in page and f'name="with" value="{other.public_id}"' in page
    assert f'action="{address}"' in text_of(staff_client.get(link))

    said = staff_client.post(address, {"with": other.public_id}, follow=True)
    assert link not in text_of(said)
    assert "与“活 着”不是同一种书" in text_of(said)
    assert "有人说过" in text_of(staff_client.get(link))

    undo = at(world, "alike", kept.public_id)
    assert f'action="{undo}"' in text_of(said)
    assert link in text_of(staff_client.post(undo, {"with": other.public_id}, follow=True))
    again = staff_client.post(undo, {"with": other.public_id}, follow=True)
    assert "已经是这样了" in text_of(again)


def test_who_may_not_catalogue_and_another_librarys_records_are_told_apart_by_nobody(
    world: World, staff_client, helper_client, two: tuple[Title, Title]
) -> None:
    kept, other = two
    theirs = made(World(slug="southfield"), "活着")
    for name in ("different", "alike"):
        address = at(world, name, kept.public_id)
        assert helper_client.post(address, {"with": other.public_id}).status_code == 403
        assert staff_client.post(address, {"with": theirs.public_id}).status_code == 404
        assert staff_client.post(at(world, name, theirs.public_id)).status_code == 404
