"""What a record says, in the forms of staff."""

from django.urls import reverse

from jieyue.catalog.models import Title
from tests.world import World


def test_the_edit_form_shows_and_keeps_whatever_a_title_says(world: World, staff_client) -> None:
    said = {
        "name": "三体",
        "subtitle": "地球往事",
        "authors": "刘慈欣",
        "translators": "某",
        "publisher": "重庆出版社",
        "year": 2008,
        "price_cents": 2300,
        "pages": 302,
        "place": "重庆",
        "edition": "第2版",
        "volume": "第一册",
        "series": "基石丛书",
        "subjects": "科幻 / 外星人",
        "clc": "I247.5",
        "language": "chi",
        "audience": "teen",
        "isbn13": "9787999000013",
        "summary": "汪淼",
    }
    title = world.title(**said)
    edit = reverse("catalog:edit_title", args=[world.slug, title.public_id])
    page = staff_client.get(edit).context["book"]
    data = {f"book-{name}": page[name].value() or "" for name in page.fields}

    assert data["book-language"] == "chi"
    data["book-price_cents"] = "23.00"
    assert staff_client.post(edit, data).status_code == 303
    title = Title.across_libraries.get(pk=title.pk)
    assert {name: getattr(title, name) for name in said} == said
