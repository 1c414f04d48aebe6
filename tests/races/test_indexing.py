"""The index of search is made anew while the library is at work."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jieyue.catalog.jobs import keep_index
from jieyue.catalog.models import Title, TitleIndex
from jieyue.catalog.rules.finding.keeping import VERSION, rows_of
from jieyue.catalog.search import search_titles
from jieyue.catalog.search.indexing import _parts, _write_unchanged, index_all, is_complete
from jieyue.catalog.search.storage import keeps_arrays
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction
from tests.world import World


def names(text: str) -> list[str]:
    return [hit.name for hit in search_titles(text).hits]


@pytest.fixture
def world(transactional_db) -> Iterator[World]:
    made = World()
    with library_scope(made.library.pk):
        yield made


def test_everything_is_found_again(world: World) -> None:
    world.title("红楼梦")
    world.title("西游记")
    TitleIndex.objects.all().delete()
    assert names("红楼梦") == []

    assert list(index_all(processes=1)) == [2]
    assert (names("红楼梦"), names("xyj")) == (["红楼梦"], ["西游记"])


def test_at_night_only_what_is_missing_is_indexed(world: World) -> None:
    world.title("红楼梦")
    TitleIndex.objects.filter(title=world.title("西游记")).delete()

    assert keep_index(world.now) == 1
    assert names("西游记") == ["西游记"]


def test_at_night_what_an_earlier_release_kept_otherwise_is_indexed_anew(world: World) -> None:
    title = world.title("红楼梦")
    world.title("西游记")
    TitleIndex.objects.filter(title=title).update(version=None, tokens=[], main="")
    assert (names("红楼梦"), is_complete()) == ([], False)

    assert keep_index(world.now) == 1
    assert (names("红楼梦"), is_complete()) == (["红楼梦"], True)
    assert set(TitleIndex.objects.values_list("version", flat=True)) == {VERSION}


def test_a_title_renamed_is_found_by_its_new_name_alone(world: World) -> None:
    title = world.title("红楼梦")
    Title.objects.filter(pk=title.pk).update(name="石头记")
    for _again in range(2):  # the second changes nothing
        list(index_all(processes=1))
        assert (names("红楼梦"), names("石头记")) == ([], ["石头记"])


def test_what_was_changed_meanwhile_is_left_to_whoever_changed_it(world: World) -> None:
    title = world.title("旧名")
    [part] = _parts(is_missing=False)
    made = rows_of(part, world.library.pk, as_arrays=keeps_arrays())
    later = world.now + timedelta(seconds=1)
    Title.objects.filter(pk=title.pk).update(name="新名", updated_at=later)
    TitleIndex.objects.all().delete()

    in_transaction(lambda: _write_unchanged([title.pk], made))
    assert TitleIndex.objects.count() == 0
