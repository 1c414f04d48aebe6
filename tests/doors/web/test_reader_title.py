"""The page of one book: what it is, what stands beside it, and what machines read of it."""

import re

import pytest

from tests.world import World


def page_of(client, world: World, title) -> str:
    return client.get(f"/{world.slug}/t/{title.public_id}").content.decode()


def beside(page: str) -> dict[str, list[str]]:
    """Return the names under each heading beside the book."""
    found = re.findall(r'<h2 [^>]*id="beside-\d">(.*?)</h2>(.*?)</section>', page, re.DOTALL)
    names = r'<span class="font-semibold[^>]*>(.*?)\s*<'
    return {text: re.findall(names, part, re.DOTALL) for text, part in found}


def test_editions_volumes_series_and_other_books_of_the_author(client, world: World) -> None:
    title = world.title("三体", authors="刘慈欣", series="中国科幻基石丛书")
    world.title("三体（珍藏版）", authors="刘慈欣 / 李某")
    world.title("三体：黑暗森林", authors="刘慈欣", series="中国科幻基石丛书")
    world.title("三体", authors="别人")
    world.title("逆行人", authors="钱某", series="中国科幻基石丛书")
    world.title("逆行者", authors="孙某", series="中国科幻基石丛书续")
    world.title("球状闪电", authors="刘慈欣")
    world.title("流浪地球", authors="刘慈欣", state="draft")
    assert beside(page_of(client, world, title)) == {
        "其他版本和分册": ["三体（珍藏版）", "三体：黑暗森林"],
        "同一丛书": ["逆行人"],
        "同一作者": ["球状闪电"],
    }


def test_the_other_volumes_of_a_set_stand_in_their_order(client, world: World) -> None:
    title = world.title("平凡的世界", authors="路遥", volume="第二部")
    for volume in ("第十部", "第三部", "", "第一部", "第二部"):
        world.title("平凡的世界", authors="路遥", volume=volume)
    page = page_of(client, world, title)
    assert beside(page) == {
        "同一套的其他各册": [
            "平凡的世界 第一部",
            "平凡的世界 第三部",
            "平凡的世界 第十部",
        ],
        "其他版本和分册": ["平凡的世界", "平凡的世界 第二部"],
    }
    assert "第二部</span></h1>" in page


def test_subjects_and_series_lead_to_the_books_on_them(client, world: World) -> None:
    title = world.title(
        "海底", subjects="海洋 / 动物-儿童读物", series="自然丛书", edition="第2版", place="北京",
        publisher="海洋出版社",
    )  # fmt: skip
    page = page_of(client, world, title)
    links = dict(re.findall(r'href="([^"]*[?]q=[^"]*)"[^>]*>([^<]+)</a>', page))
    assert set(links.values()) == {"海洋", "动物-儿童读物", "自然丛书"}
    for address in links:
        assert title.public_id in client.get(address).content.decode()
    assert 'itemprop="bookEdition">第2版' in page
    assert "北京" in page


def test_a_book_alone_has_nothing_beside_it(client, world: World) -> None:
    assert beside(page_of(client, world, world.title("？！"))) == {}


def test_what_a_link_to_it_says_in_a_chat(client, world: World) -> None:
    title = world.title(
        "三体", authors="刘慈欣", publisher="重庆出版社", year=2008, isbn13="9787536692930",
        summary='纳米"科学家"<汪淼>',
    )  # fmt: skip
    page = page_of(client, world, title)
    told = dict(re.findall(r'<meta property="([^"]*)" content="([^"]*)">', page))
    assert told == {
        "og:type": "book",
        "og:title": "三体",
        "og:description": "纳米&quot;科学家&quot;&lt;汪淼&gt;",
        "og:url": f"http://testserver/{world.slug}/t/{title.public_id}",
        "og:site_name": world.library.name,
        "book:author": "刘慈欣",
        "book:isbn": "9787536692930",
    }


def test_schema_org_is_told_in_the_page_itself(client, world: World) -> None:
    title = world.title("三体", authors="刘慈欣 / 王某", year=2008, pages=302, clc="I247.5")
    world.copy(title)
    page = page_of(client, world, title)
    assert 'itemscope itemtype="https://schema.org/Book"' in page
    assert re.findall(r'itemprop="author"\s+href="[^"]*">(.*?)</a>', page) == ["刘慈欣", "王某"]
    assert re.findall(r'itemprop="(datePublished|numberOfPages)">(\d+)<', page) == [
        ("datePublished", "2008"), ("numberOfPages", "302"),
    ]  # fmt: skip
    assert "https://schema.org/InStock" in page
    assert "文学" in page


@pytest.mark.parametrize("books", [2, 30])
def test_as_many_statements_beside_few_as_beside_many(
    client, world: World, django_assert_num_queries, books: int
) -> None:
    title = world.title("诗集", authors="某人", series="丛书")
    for number in range(books):
        world.title(f"诗集（{number}）", authors="某人")
        world.title(f"书 {number}", authors="某人", series="丛书")
    page_of(client, world, title)
    with django_assert_num_queries(9):
        page_of(client, world, title)
