"""The index of search is made anew while the library is at work."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jieyue.catalog.jobs import keep_index
from jieyue.catalog.models import Title, TitleIndex
from jieyue.catalog.rules.finding.entry import kept_of_many
from jieyue.catalog.search import search_titles
from jieyue.catalog.search.indexing import _changed_at, _described, _write_unchanged, index_all
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


def test_what_was_changed_meanwhile_is_left_to_whoever_changed_it(world: World) -> None:
    title = world.title("旧名")
    as_of = _changed_at([title.pk])
    made = kept_of_many(_described([title.pk]), world.library.pk)
    later = world.now + timedelta(seconds=1)
    Title.objects.filter(pk=title.pk).update(name="新名", updated_at=later)
    TitleIndex.objects.all().delete()

    in_transaction(lambda: _write_unchanged(made, as_of))
    assert TitleIndex.objects.count() == 0
