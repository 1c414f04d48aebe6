"""Finding books as readers do: words, what narrows them, an order, and what was meant."""

import re
from datetime import timedelta

import pytest

from jieyue.circulation.actions.checkout import checkout
from jieyue.kit import clock
from tests.world import World


@pytest.fixture
def shelf(world: World) -> World:
    """Three books of the river, each in another place, and one that nobody named yet."""
    early = world.title(
        "河边的书", authors="周二", year=1999, clc="I247", language="zh", audience="adult"
    )
    late = world.title(
        "河边的鸟", authors="安一", year=2020, clc="Q959", language="zh", audience="child"
    )
    world.title("河边的人", authors="白三", clc="I267", language="en")
    world.title("河边的草稿", state="draft", clc="I1")
    world.copy(early)
    lent = world.copy(late, branch=world.east())
    world.copy(late, branch=world.east(), standing="lost")
    checkout(
        world.desk(now=clock.now() - timedelta(days=1)),
        copy_barcodes=(lent.barcode,),
        card_barcode=world.patron().card,
    )
    return world


def found(client, world: World, **asked: str) -> list[str]:
    """Return the names on the page, in its order."""
    page = client.get(f"/{world.slug}/search", asked).content.decode()
    return re.findall(r'<span class="font-semibold leading-snug break-words">(\S+)', page)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"河边的书", "河边的鸟", "河边的人"}),
        ({"here": "1"}, {"河边的书"}),
        ({"branch": "east"}, {"河边的鸟"}),
        ({"branch": "east", "here": "1"}, set()),
        ({"branch": "nowhere"}, {"河边的书", "河边的鸟", "河边的人"}),
        ({"class": "I"}, {"河边的书", "河边的人"}),
        ({"class": "Q", "audience": "child"}, {"河边的鸟"}),
        ({"language": "en"}, {"河边的人"}),
        ({"from": "2000"}, {"河边的鸟"}),
        ({"to": "2000"}, {"河边的书"}),
        ({"from": "1999", "to": "2020"}, {"河边的书", "河边的鸟"}),
    ],
)
@pytest.mark.parametrize("words", ["河边", ""])
def test_what_narrows_a_search(client, shelf, words: str, asked, names) -> None:
    assert set(found(client, shelf, q=words, **asked)) == names


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("year", ["河边的鸟", "河边的书", "河边的人"]),
        ("title", ["河边的鸟", "河边的人", "河边的书"]),
        ("author", ["河边的鸟", "河边的人", "河边的书"]),
    ],
)
def test_the_order_one_likes(client, shelf, order: str, names: list[str]) -> None:
    assert found(client, shelf, q="河边", sort=order) == names


def test_all_books_by_year(client, shelf) -> None:
    assert found(client, shelf, sort="year") == ["河边的鸟", "河边的书", "河边的人"]


def test_each_choice_says_how_many_it_leaves(client, shelf) -> None:
    page = client.get(f"/{shelf.slug}/search", {"q": "河边"}).content.decode()
    options = re.findall(r"<option[^>]*>\s*(.*?)\s*</option>", page, re.DOTALL)
    counted = {re.sub(r"\s+", " ", option) for option in options if option.endswith(")")}
    assert counted == {
        f"{shelf.branch.name} (1)", "东馆 (1)", "I 文学 (2)", "Q 生物 (1)", "中文 (2)", "英文 (1)",
        "7–10 岁 (1)", "成人 (1)",
    }  # fmt: skip


def test_what_was_chosen_can_be_taken_back_and_the_words_stay(client, shelf) -> None:
    asked = {"q": "河边", "class": "I", "here": "1", "sort": "year"}
    page = client.get(f"/{shelf.slug}/search", asked).content.decode()
    links = re.findall(r'<a class="btn btn-sm btn-soft" href="\?([^"]*)"', page)
    words = "q=%E6%B2%B3%E8%BE%B9"
    assert links == [f"{words}&amp;class=I&amp;sort=year", f"{words}&amp;here=1&amp;sort=year"]
    assert 'value="河边"' in page


def test_a_year_that_is_none_is_said_and_kept(client, shelf) -> None:
    asked = {"q": "河边", "from": "<去年>", "to": "2000"}
    page = client.get(f"/{shelf.slug}/search", asked).content.decode()
    assert "年份请用数字" in page
    assert 'value="&lt;去年&gt;"' in page
    assert found(client, shelf, **asked) == ["河边的书"]


def test_what_was_meant_is_a_link_that_keeps_the_rest(client, world: World) -> None:
    world.copy(world.title("平凡的世界", authors="路遥"))
    page = client.get(f"/{world.slug}/search", {"q": "平风的世界", "here": "1"}).content.decode()
    [link] = re.findall(r'href="\?([^"]*)">平凡的世界</a>', page)
    assert link.endswith("&amp;here=1")


def test_nothing_found_offers_to_drop_what_narrows(client, shelf) -> None:
    asked = {"q": "河边", "class": "Z"}
    page = client.get(f"/{shelf.slug}/search", asked).content.decode()
    assert "去掉筛选条件再找" in page
    assert "hlm" in page


def test_a_book_that_is_in_says_its_branch_and_shelf(client, world: World) -> None:
    world.copy(world.title("昆虫记"), shelf="童书区 A3")
    page = client.get(f"/{world.slug}/search", {"q": "昆虫记"}).content.decode()

    said = r'总馆\s+<span class="num">1</span> <svg.*?</svg>\s+童书区 A3</span>'
    assert re.search(said, page)


@pytest.mark.parametrize("books", [12, 40])
def test_as_many_statements_for_few_as_for_many(
    client, world: World, django_assert_num_queries, books: int
) -> None:
    for number in range(books):
        world.copy(world.title(f"书法入门 {number}", clc="J292", language="zh", year=2000))
    client.get(f"/{world.slug}/search")
    with django_assert_num_queries(8):
        client.get(f"/{world.slug}/search", {"q": "书法入门", "class": "J", "sort": "year"})


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("红", ["红楼梦", "红楼梦研究"]),
        ("红楼", ["红楼梦", "红楼梦研究"]),
        ("honglou", ["红楼梦", "红楼梦研究"]),
        ("hlm", ["红楼梦", "红楼梦研究"]),
        ("曹雪芹", ["红楼梦"]),
        ("没有", []),
        ("", []),
        ("<b>%_'\"", []),
    ],
)
def test_names_while_one_types(client, world: World, typed: str, names: list[str]) -> None:
    world.title("红楼梦", authors="曹雪芹")
    world.title("红楼梦", authors="曹雪芹", year=1996)
    world.title("红楼梦研究", authors="俞平伯")
    world.title("红楼梦草稿", state="draft")
    answer = client.get(f"/{world.slug}/search/suggestions", {"q": typed})
    assert answer.json() == {"names": names}


def test_never_more_than_eight_names(client, world: World) -> None:
    for number in range(12):
        world.title(f"书法入门 {number}")
    answer = client.get(f"/{world.slug}/search/suggestions", {"q": "书法"})
    assert len(answer.json()["names"]) == 8
