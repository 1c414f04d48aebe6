"""`/titles` and `/copies`."""

from jieyue.catalog.actions.locations import add_location
from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.locations import Directions
from tests.doors.api.program import Program
from tests.world import World

ISBN = "9787020002207"
BOOK = {
    "name": "红楼梦",
    "isbn13": ISBN,
    "authors": "曹雪芹",
    "year": 1996,
    "summary": "一\n二",
    "place": "北京",
    "edition": "第3版",
    "volume": "上册",
    "subjects": "长篇小说 / 清代",
}


def test_a_title_is_added_shown_and_found(world: World, api: Program) -> None:
    added = api.post("titles", BOOK)
    title = added.json()["title"]
    copies = api.post(f"titles/{title}/copies", {"count": 2, "shelf": "A1"})
    shown = api.get(f"titles/{title}")

    assert (added.status_code, copies.status_code, shown.status_code) == (201, 201, 200)
    body = shown.json()
    assert {name: body["book"][name] for name in BOOK} == BOOK
    assert body["availability"]["available"] == 2
    assert [copy["shelf"] for copy in body["copies"]] == ["A1", "A1"]
    barcodes = [copy["barcode"] for copy in copies.json()["copies"]]
    assert [copy["barcode"] for copy in body["copies"]] == barcodes
    assert api.get("titles/by-isbn/978-7-02-000220-7").json() == body
    for words in ("红楼梦", "曹雪芹", ISBN, "hlm", "红楼梦上册", "长篇小说"):
        [hit] = api.get(f"titles?q={words}").json()["titles"]
        assert (hit["public_id"], hit["availability"]["copies"]) == (title, 2)
        assert hit["volume"] == "上册"


def test_a_title_is_described_anew(world: World, api: Program) -> None:
    title = world.title("红搂梦", isbn13=ISBN)

    answer = api.call("PUT", f"titles/{title.public_id}", BOOK)

    assert (answer.status_code, answer.json()["type"]) == (200, "title_edited")
    title.refresh_from_db()
    assert title.name == "红楼梦"


def test_what_is_wrong_with_a_title(world: World, api: Program) -> None:
    other = world.title(isbn13=ISBN)

    taken = api.post("titles", BOOK)
    bad = api.post("titles", {"name": " ", "year": 9999, "isbn13": "123"})

    assert taken.status_code == bad.status_code == 409
    assert taken.json()["faults"] == [
        {"code": "isbn_taken", "field": "isbn13", "value": other.public_id}
    ]
    assert {fault["code"] for fault in bad.json()["faults"]} == {
        "name_missing",
        "number_out_of_range",
        "isbn_bad",
    }
    assert Title.objects.count() == 1


def test_a_book_is_catalogued_by_its_isbn(world: World, api: Program) -> None:
    first = api.post(f"titles/by-isbn/{ISBN}/copies", {"book": BOOK, "copies": {"count": 1}})
    second = api.post("titles/by-isbn/7-02-000220-X/copies", {})
    wrong = api.post("titles/by-isbn/9787020002208/copies", {})

    assert first.status_code == 201
    assert (first.json()["is_new_title"], first.json()["state"]) == (True, "confirmed")
    assert wrong.status_code == 409
    assert wrong.json()["faults"][0]["code"] == "isbn_bad"
    if second.status_code == 201:  # the ten digits are this book's
        assert second.json()["is_new_title"] is False


def test_a_copy_is_shown_changed_and_withdrawn(world: World, api: Program) -> None:
    copy = world.copy()
    at = f"copies/{copy.public_id}"

    changed = api.call("PUT", at, {"barcode": copy.barcode, "shelf": "B2", "price_cents": 3200})
    standing = api.call("PUT", f"{at}/standing", {"standing": "repair"})
    shown = api.get(at).json()

    assert changed.json()["changed"] == ["shelf", "price_cents"]
    assert standing.json()["was"] == "in_use"
    assert (shown["shelf"], shown["price_cents"], shown["standing"]) == ("B2", 3200, "repair")
    assert api.get(f"copies/by-barcode/{copy.barcode}").json() == shown
    withdrawn = api.call("PUT", f"{at}/withdrawal", {"reason": "破损"})
    again = api.call("PUT", f"{at}/withdrawal", {"reason": "破损"})
    restored = api.call("DELETE", f"{at}/withdrawal")
    assert [answer.status_code for answer in (withdrawn, again, restored)] == [200, 409, 200]
    assert again.json()["faults"][0]["code"] == "copy_withdrawn"
    assert Copy.objects.get().standing == "in_use"


def test_a_copy_on_loan_says_until_when(world: World, api: Program) -> None:
    copy, patron = world.copy(), world.patron()
    lent = api.post("loans", {"card_barcode": patron.card, "copy_barcode": copy.barcode}).json()

    shown = api.get(f"copies/{copy.public_id}").json()
    refused = api.call("PUT", f"copies/{copy.public_id}/withdrawal", {"reason": "x"})

    assert (shown["is_on_loan"], shown["due_on"]) == (True, lent["due_on"])
    assert (refused.status_code, refused.json()["faults"][0]["code"]) == (409, "copy_on_loan")


def test_titles_are_narrowed_and_sorted(world: World, api: Program) -> None:
    old = world.title("河边的书", year=1999, clc="I247", language="zh", audience="adult")
    new = world.title("河边的鸟", year=2020, clc="Q959", language="zh", audience="child")
    world.copy(old)
    world.copy(new, branch=world.east(), standing="repair")

    def found(asked: str) -> list[str]:
        return [hit["name"] for hit in api.get(f"titles?q=河边&{asked}").json()["titles"]]

    assert found("sort=year") == ["河边的鸟", "河边的书"]
    assert found("branch=east") == found("main_class=Q") == found("year_from=2000") == ["河边的鸟"]
    assert found("available=true") == found("audience=adult") == ["河边的书"]
    assert found("branch=east&available=true") == found("branch=nowhere") == []
    assert api.get("titles?q=河边&sort=worst").status_code == 422
    assert api.get("titles?q=河面的鸟").json()["did_you_mean"] == "河边的鸟"


def test_a_copy_says_the_way_to_its_shelf(world: World, api: Program) -> None:
    given = Directions(name="A", directions="进门左手", map_url="https://map.example.org/")
    add_location(world.desk(), branch=world.branch.code, given=given)
    title = world.title()
    here = world.copy(title, shelf="A1")
    world.copy(title, shelf="B1")

    shown = api.get(f"titles/{title.public_id}").json()["copies"]

    assert [(copy["directions"], copy["map_url"]) for copy in shown] == [
        ("进门左手", "https://map.example.org/"),
        ("", ""),
    ]
    assert api.get(f"copies/{here.public_id}").json() == shown[0]
