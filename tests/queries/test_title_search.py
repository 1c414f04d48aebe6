"""Finding titles."""

import pytest

from jieyue.catalog.models import Copy, Title
from jieyue.catalog.search import (
    TitleHit,
    TitlePage,
    asking,
    finding,
    search_titles,
    titles_to_look_at,
)
from jieyue.catalog.search.where import READERS, described
from jieyue.circulation.queries.finding import with_copies
from tests.world import World


def put(world: World, name: str, **values) -> Title:
    return world.title(name, **values)


@pytest.fixture
def shelf(world: World) -> World:
    put(world, "活着", authors="余华", publisher="作家出版社", isbn13="9787506365437")
    put(world, "好好活着", authors="某人")
    put(world, "活着本来单纯", authors="丰子恺")
    put(world, "兄弟", authors="余华")
    put(world, "余华研究", authors="王某")
    put(world, "红楼梦", authors="曹雪芹 / 高鹗", isbn13="9787020002207")
    put(world, "C++ Primer", authors="Stanley Lippman")
    put(world, "100%的女孩", authors="村上春树")
    put(world, "_", authors="%")
    return world


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("活着", ["活着", "活着本来单纯", "好好活着"]),
        ("余华", ["活着", "兄弟", "余华研究"]),
        ("余华 活着", ["活着"]),
        ("活着 余华", ["活着"]),
        ("hlm", ["红楼梦"]),
        ("hong lou", ["红楼梦"]),
        ("huozhe", ["活着", "活着本来单纯", "好好活着"]),
        ("yuhua", ["活着", "兄弟", "余华研究"]),
        ("gaoe", ["红楼梦"]),
        ("c++", ["C++ Primer"]),
        ("978-7-02-000220-7", ["红楼梦"]),
        ("7-02-000220-X", ["红楼梦"]),
        ("97875063", ["活着"]),
        ("作家出版社", ["活着"]),
        ("100%", ["100%的女孩"]),
        ("_", ["_"]),
        ("%", ["_"]),
        ("没有这本", []),
        ("^$@", []),
        ("x" * 10_000, []),
    ],
)
def test_finds_and_ranks(shelf: World, query: str, names: list[str]) -> None:
    page = search_titles(query)
    assert [hit.name for hit in page.hits] == names
    assert page.total == len(names)


def test_an_empty_query_lists_all_newest_first_in_pages(shelf: World) -> None:
    first, second = search_titles("", limit=5), search_titles(" ", limit=5, offset=5)
    assert [hit.name for hit in first.hits][:2] == ["_", "100%的女孩"]
    assert (len(first.hits), len(second.hits), first.total, second.total) == (5, 4, 9, 9)


def test_a_hit_is_plain_and_counts_the_copies_kept(world: World) -> None:
    title = put(
        world, "红楼梦", authors="曹雪芹", publisher="人民文学出版社", year=1996,
        isbn13="9787020002207", clc="I242.4",
    )  # fmt: skip
    world.copy(title)
    world.copy(title, standing=Copy.Standing.WITHDRAWN, withdrawn_at=world.now)

    assert search_titles("红楼梦") == TitlePage(
        hits=(
            TitleHit(
                id=title.pk,
                public_id=title.public_id,
                name="红楼梦",
                volume="",
                subtitle="",
                authors="曹雪芹",
                publisher="人民文学出版社",
                year=1996,
                isbn13="9787020002207",
                unified_number="",
                clc="I242.4",
                state="confirmed",
                doubts=(),
                copies=1,
                cover="",
            ),
        ),
        total=1,
    )


def test_doubtful_titles_and_drafts_wait_for_a_look(world: World) -> None:
    put(world, "一", state="draft")
    put(world, "二")
    put(world, "三", state="doubtful")
    assert [hit.name for hit in titles_to_look_at().hits] == ["三", "一"]


@pytest.mark.parametrize("rows", [10, 40])
def test_two_statements_however_many_fit(world, django_assert_num_queries, rows: int) -> None:
    for number in range(rows):
        world.copy(put(world, f"书法入门 {number}"))
    with django_assert_num_queries(2):  # that very name and all its words, the page
        assert search_titles("书法入门", limit=50).total == rows
    with django_assert_num_queries(2):  # there are none
        titles_to_look_at()


@pytest.mark.parametrize(
    "asked",
    ["平凡的世界", "路遥 平凡的世界", "红楼梦", "pingfandeshijie", "gone with the wind"],
)
def test_nobody_looks_for_slips_in_a_name_that_is_there(world: World, asked: str) -> None:
    put(world, "平凡的世界", authors="路遥")
    put(world, "平凡的四界", authors="路谣")
    put(world, "红楼梦")
    put(world, "红搂梦")
    put(world, "Gone with the Wind")
    put(world, "Gone with the Winds")
    assert len(search_titles(asked).hits) == 1


def test_a_part_of_a_name_with_its_author_hides_no_whole_name(world: World) -> None:
    put(world, "王国维《人间词》《人间词话》手稿", authors="王国维")
    put(world, "人间词话", authors="王国维")
    assert search_titles("王国维人间词话").hits[0].name == "人间词话"


def test_slips_are_looked_for_in_a_short_part_of_a_name(world: World) -> None:
    put(world, "平凡世界里的人")
    put(world, "平凡的世界")
    assert len(search_titles("凡世界").hits) == 2


def test_a_list_is_counted_to_an_end_and_paged_beyond(world, monkeypatch) -> None:
    monkeypatch.setattr(finding, "MAX_COUNTED", 3)
    for n in range(5):
        put(world, f"第 {n} 本", clc="I1", year=2000 + n % 2)
    put(world, "别的", clc="K1")
    of_class = described(main_class="I")

    first = search_titles("", where=of_class, limit=2)
    later = search_titles("", where=of_class, limit=2, offset=2, order="year")
    few = search_titles("", where=described(main_class="K"))

    assert ([hit.name for hit in first.hits], first.total, first.has_more) == (
        ["第 4 本", "第 3 本"], 3, True,
    )  # fmt: skip
    assert [hit.name for hit in later.hits] == ["第 4 本", "第 2 本"]
    assert ([hit.name for hit in few.hits], few.total, few.has_more) == (["别的"], 1, False)


def test_it_is_said_when_more_were_left_than_looked_at(world, monkeypatch) -> None:
    monkeypatch.setattr(asking, "FILTERED", 1)
    for n in range(151):  # one more than are looked at for the words
        put(world, f"红楼梦 {n}", clc="I1")
    assert search_titles("红楼").has_more
    assert search_titles("红楼", where=described(main_class="K")).has_more
    put(world, "西游记", clc="I1")
    assert not search_titles("西游记", where=described(main_class="I")).has_more


def test_a_list_of_a_branch_begins_with_its_copies(world) -> None:
    here, there = put(world, "这里的"), put(world, "那里的")
    world.copy(here)
    other = world.east()
    world.copy(there, branch=other)
    page = search_titles("", where=READERS + with_copies(branch_id=other.pk))
    assert [hit.name for hit in page.hits] == ["那里的"]


@pytest.mark.parametrize(
    ("alternatives", "asked"),
    [
        ([{1, 2}], '"1" AND "2"'),
        ([{1}, {2}], '("1" OR "2")'),
        ([{1, 10, 2}, {1, 10, 3}], '"1" AND "a" AND ("2" OR "3")'),
        ([{1, 2}, {1, 3}, {4}], '("1" AND "2" OR ("1" AND "3" OR "4"))'),
        ([{1}, {1, 2}], '"1"'),
    ],
)
def test_what_alternatives_share_is_named_once(alternatives: list[set[int]], asked: str) -> None:
    assert asking._any_of([frozenset(one) for one in alternatives]) == asked
