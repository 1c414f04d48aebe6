"""The children's view: what is here and fits, without sign-in."""

import pytest
from django.urls import reverse

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.queries.children import Fitting, books_here
from jieyue.circulation.queries.finding import with_copies
from jieyue.kit import clock


def at(world, name: str, *args: str, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"children:{name}", args=[world.library.slug, *args]) + f"?{asked}"


def read(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.fixture
def books(world):
    """A book for each age that is here, one on loan, one of no age, one for grown-ups."""
    world.now = clock.now()
    made = {
        "cats": world.title("猫的故事", clc="Q959", audience="child", summary="猫会爬树。"),
        "away": world.title("狗的故事", clc="Q959", audience="child"),
        "small": world.title("小兔子", clc="I287.8", audience="early"),
        "unsaid": world.title("草房子", clc="I287.45"),
        "grown": world.title("会计学", clc="F23", audience="adult"),
    }
    copies = {name: world.copy(title, shelf="童书 3") for name, title in made.items()}
    lent = checkout(
        world.desk(),
        copy_barcodes=(copies["away"].barcode,),
        card_barcode=world.patron().card,
    )
    assert lent.results[0].type == "lent"
    return made


def test_only_what_is_here_and_fits_the_age_is_shown(world, client, books) -> None:
    home = read(client, at(world, "home"))
    assert "猫的故事" in home and "草房子" in home
    assert "狗的故事" not in home and "小兔子" not in home and "会计学" not in home

    small = read(client, at(world, "home", age="early"))
    assert "小兔子" in small and "草房子" in small and "猫的故事" not in small

    animals = read(client, at(world, "topic", "animals", age="child"))
    assert "猫的故事" in animals and "狗的故事" not in animals and "草房子" not in animals


def test_a_book_of_no_age_is_for_children_where_all_readers_are(world, client, books) -> None:
    world.copy(world.title("工具书", clc="H163"))
    assert "工具书" not in read(client, at(world, "home"))
    world.library.kind = "primary"
    world.library.save()
    assert "工具书" in read(client, at(world, "home"))


def test_a_branch_shows_its_own_books(world, client, books) -> None:
    world.copy(world.title("鲸鱼", clc="Q959", audience="child"), branch=world.east())
    assert "鲸鱼" in read(client, at(world, "home", branch="east"))
    assert "猫的故事" not in read(client, at(world, "home", branch="east"))
    whale = read(client, at(world, "found", q="jingyu", branch="main"))
    assert "架上现在没有这样的书" in whale


def test_a_child_finds_by_pinyin_and_nothing_for_grown_ups(world, client, books) -> None:
    assert "猫的故事" in read(client, at(world, "found", q="mao de gushi"))
    assert "会计学" not in read(client, at(world, "found", q="kuaijixue"))
    assert client.get(at(world, "found", q=" ")).status_code == 303


def test_a_book_says_where_it_stands_or_when_it_comes_back(world, client, books) -> None:
    cats = read(client, at(world, "book", books["cats"].public_id))
    assert "它在这里！" in cats and "童书 3" in cats and "猫会爬树。" in cats
    dogs = read(client, at(world, "book", books["away"].public_id))
    assert "有人正在看" in dogs
    read(client, at(world, "book", "nobody"), 404)
    read(client, at(world, "topic", "nothing"), 404)


def test_a_series_stands_in_order_with_what_is_here(world, client) -> None:
    names = ["第十册", "第二册", "第一册"]
    made = {
        volume: world.title("神奇校车", volume=volume, authors="乔安娜·柯尔", audience="child")
        for volume in names
    }
    for volume in ("第十册", "第一册"):
        world.copy(made[volume])
    html = read(client, at(world, "book", made["第一册"].public_id))
    series = html[html.index("这套书") :]
    assert series.index("第一册") < series.index("第二册") < series.index("第十册")
    assert (series.count("在馆"), series.count("借出")) == (2, 1)


def test_a_surprise_is_a_book_that_is_here(world, client) -> None:
    assert client.get(at(world, "surprise")).url == at(world, "home", age="child")
    only = world.title("猫", clc="Q95", audience="child")
    world.copy(only)
    assert client.get(at(world, "surprise")).url == at(world, "book", only.public_id, age="child")


def test_many_books_cost_no_more_statements(world, django_assert_num_queries) -> None:
    fitting = Fitting(age="child", branch_id=world.branch.pk, is_for_children=False)
    for number in range(30):
        world.copy(world.title(f"书 {number}", clc="Q95", audience="child"))
    with django_assert_num_queries(1):
        assert {topic for _, topic in books_here(fitting)} == {"animals"}
    assert with_copies(branch_id=1, is_available=True).params == {"branch": 1}
