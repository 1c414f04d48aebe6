"""The pages that move copies to the record of another book."""

import pytest

from jieyue.catalog.models import Copy, SplitTitle, Title
from jieyue.kit.scope import library_scope
from tests.doors.web.test_merging import at, text_of
from tests.world import World


@pytest.fixture
def book(world: World) -> tuple[Title, Copy, Copy]:
    """A record with two copies, the second of which is another book."""
    with library_scope(world.library.pk):
        title = world.title("平凡的世界", volume="第 1 部", isbn13="9787530212004")
        return title, world.copy(title), world.copy(title)


def test_copies_are_chosen_then_the_book_and_nothing_moves_before_it_is_seen(
    world: World, staff_client, book: tuple[Title, Copy, Copy]
) -> None:
    title, stays, goes = book
    with library_scope(world.library.pk):
        other = world.title("平凡的世界", volume="第 2 部")
    address = at(world, "split", title.public_id)
    assert f'href="{address}"' in text_of(staff_client.get(at(world, "title", title.public_id)))
    choose = text_of(staff_client.get(address))
    assert f'value="{stays.public_id}"' in choose and f'value="{goes.public_id}"' in choose
    assert "请勾选" not in choose
    assert "请勾选其实是另一种书的册" in text_of(staff_client.get(address, {"choose": "1"}))

    find = text_of(staff_client.get(address, {"copy": goes.public_id}))
    assert f"?copy={goes.public_id}&amp;into={other.public_id}" in find
    assert f"?copy={goes.public_id}&amp;new=1" in find
    asked = {"copy": goes.public_id, "into": other.public_id}
    seen = text_of(staff_client.get(address, asked))
    assert goes.barcode in seen and stays.barcode not in seen
    assert SplitTitle.across_libraries.count() == 0

    moved = staff_client.post(address, asked)
    assert moved.headers["Location"] == at(world, "title", other.public_id)
    assert Copy.across_libraries.get(title=other) == goes
    split = SplitTitle.across_libraries.get().public_id
    assert "1 册来自“平凡的世界 第 1 部”" in text_of(staff_client.get(at(world, "doubles")))

    back = staff_client.post(at(world, "unsplit", split))
    assert back.headers["Location"] == at(world, "title", title.public_id)
    assert Copy.across_libraries.filter(title=title).count() == 2
    assert staff_client.post(at(world, "unsplit", split)).status_code == 404


def test_a_new_record_is_described_and_what_is_wrong_with_it_loses_nothing(
    world: World, staff_client, book: tuple[Title, Copy, Copy]
) -> None:
    title, _, goes = book
    address = at(world, "split", title.public_id)
    number = "9787530216781"
    find = text_of(staff_client.get(address, {"copy": goes.public_id, "q": number}))
    assert f"?copy={goes.public_id}&amp;new=1&amp;isbn={number}" in find
    page = text_of(staff_client.get(address, {"copy": goes.public_id, "new": "1", "isbn": number}))
    assert f'value="{number}"' in page and 'value="第 1 部"' in page

    sent = {"copy": goes.public_id, "book-name": "平凡的世界", "book-volume": "第 1 部"}
    same = staff_client.post(address, sent)
    assert same.status_code == 409
    assert "一模一样" in text_of(same)
    empty = staff_client.post(address, sent | {"book-name": "", "book-edition": "第 9 版"})
    assert empty.status_code == 422
    assert 'value="第 9 版"' in text_of(empty)
    taken = staff_client.post(address, sent | {"book-isbn13": title.isbn13, "book-pages": "3"})
    assert taken.status_code == 409
    assert f"into={title.public_id}" in text_of(taken)

    done = staff_client.post(address, sent | {"book-volume": "第 2 部", "book-isbn13": number})
    made = Copy.across_libraries.select_related("title").get(pk=goes.pk).title
    assert done.headers["Location"] == at(world, "title", made.public_id)
    assert (made.volume, made.isbn13) == ("第 2 部", number)


def test_copies_that_went_meanwhile_are_said_to_be_gone(
    world: World, staff_client, book: tuple[Title, Copy, Copy]
) -> None:
    title, _, goes = book
    with library_scope(world.library.pk):
        other = world.title("平凡的世界", volume="第 2 部")
        Copy.objects.filter(pk=goes.pk).update(title=other)
    sent = {"copy": goes.public_id, "into": other.public_id}
    answer = staff_client.post(at(world, "split", title.public_id), sent)
    assert answer.status_code == 409
    assert "这一册" in text_of(answer)


def test_who_may_not_catalogue_and_another_library_split_nothing(
    world: World, staff_client, helper_client, book: tuple[Title, Copy, Copy]
) -> None:
    title, _, goes = book
    address = at(world, "split", title.public_id)
    assert helper_client.get(address).status_code == 403
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = other.title("平凡的世界")
        their_copy = other.copy(theirs)
        split = SplitTitle.objects.create(
            library=other.library, public_id="SPLIT", title=theirs, into=theirs, split_at=other.now
        )
    assert staff_client.get(at(world, "split", theirs.public_id)).status_code == 404
    asked = {"copy": goes.public_id, "into": theirs.public_id}
    assert staff_client.get(address, asked).status_code == 404
    assert staff_client.post(address, asked).status_code == 404
    assert staff_client.post(address, asked | {"into": "a\x00b"}).status_code == 404
    theirs_too = {"copy": [their_copy.public_id, "a\x00b"], "book-name": "平凡的世界"}
    assert staff_client.post(address, theirs_too).status_code == 409
    assert staff_client.post(at(world, "unsplit", split.public_id)).status_code == 404
    assert set(Copy.across_libraries.values_list("title_id", flat=True)) == {title.pk, theirs.pk}
