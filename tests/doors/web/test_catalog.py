"""The catalogue's staff pages."""

import re

import pytest
from django.urls import reverse

from jieyue.catalog.models import Copy, Title
from jieyue.catalog.rules.descriptions import draft_name
from tests.world import World

STONE = "9787999000013"  # nobody knows it
CURATED = "9787530112038"  # 你看起来好像很好吃, 宫西达也


def address(world: World, name: str, *args: str) -> str:
    return reverse(f"catalog:{name}", args=[world.library.slug, *args])


def fresh(row):
    """The row as it is now; a request leaves no scope open behind it."""
    return type(row).across_libraries.get(pk=row.pk)


def copies_data(**changes) -> dict[str, str]:
    values = {"count": "1", "branch": "main", "item_type": "book"} | changes
    return {f"copies-{name}": value for name, value in values.items()}


def put(world: World, name: str, **values) -> Title:
    return world.title(name, **values)


@pytest.fixture
def scan(world, staff_client):
    def send(code: str, **more):
        data = {"code": code} | more
        return staff_client.post(address(world, "scan"), data, headers={"HX-Request": "true"})

    return send


@pytest.fixture
def continuous(world, staff_client) -> None:
    staff_client.post(address(world, "scan_settings"), {"mode": "continuous"})


def test_a_known_book_is_shown_before_it_is_added(world: World, scan, staff_client) -> None:
    card = scan(CURATED)

    assert card.status_code == 200
    assert "你看起来好像很好吃" in card.text
    assert not Title.across_libraries.exists()

    data = {
        "card": "1",
        "scanned": CURATED,
        "source": "curated",
        "book-name": "你看起来好像很好吃",
        "book-authors": "宫西达也",
        **copies_data(count="2", shelf="绘本 3", parts="CD 1 张"),
    }
    done = staff_client.post(address(world, "add_scanned"), data, headers={"HX-Request": "true"})
    assert done.status_code == 200
    title = Title.across_libraries.get()
    assert (title.isbn13, title.state, title.source) == (CURATED, "confirmed", "curated")
    assert [(c.shelf, c.parts) for c in Copy.across_libraries.all()] == [("绘本 3", "CD 1 张")] * 2
    assert 'hx-swap-oob="afterbegin:#recent"' in done.text

    # What was chosen is offered for the next book.
    page = staff_client.get(address(world, "scan"))
    assert "绘本 3" in page.text


def test_without_javascript_the_same_forms_give_whole_pages(world: World, staff_client) -> None:
    page = staff_client.post(address(world, "scan"), {"code": CURATED})
    assert page.status_code == 200
    assert "<html" in page.text and "你看起来好像很好吃" in page.text

    data = {"scanned": CURATED, "book-name": "你看起来好像很好吃", **copies_data()}
    done = staff_client.post(address(world, "add_scanned"), data)
    assert (done.status_code, done.headers["Location"]) == (303, address(world, "scan"))
    assert Copy.across_libraries.count() == 1


def test_continuous_scanning_adds_at_once(world: World, scan, continuous) -> None:
    done = scan(CURATED)

    title = Title.across_libraries.get()
    assert (done.status_code, title.state, title.name) == (200, "confirmed", "你看起来好像很好吃")
    assert Copy.across_libraries.count() == 1
    assert title.public_id in done.text

    again = scan(CURATED)  # a second scan of the same book asks instead of adding
    assert again.status_code == 200
    assert Copy.across_libraries.count() == 1


def test_continuous_scanning_of_an_unknown_book_makes_a_draft(
    world: World, scan, continuous
) -> None:
    done = scan("7-999-00001-9")
    title = Title.across_libraries.get()
    assert (done.status_code, title.state, title.isbn13) == (200, "draft", STONE)
    assert title.name == draft_name(STONE)


def test_an_unknown_book_can_be_typed_or_made_a_draft(world: World, scan, staff_client) -> None:
    card = scan(STONE)
    assert card.status_code == 200
    assert 'name="draft"' in card.text

    staff_client.post(
        address(world, "add_scanned"), {"scanned": STONE, "draft": "1", **copies_data()}
    )
    assert Title.across_libraries.get().state == "draft"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("9787530112030", "978-7-5301-1203-8"),  # what may be meant
        ("978753011203", "12"),
        ("9771671688002", "ISSN"),
        ("6901234567892", ""),
        ("你好😀", "你好😀"),
        ("x" * 10_000, ""),
        ("", ""),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
    ],
)
def test_what_is_not_an_isbn_gets_a_clear_message(world: World, scan, code, shown) -> None:
    answer = scan(code)
    assert answer.status_code == 409
    assert shown in answer.text
    assert "<script>alert" not in answer.text
    assert not Title.across_libraries.exists()


def test_a_book_of_before_1987_starts_with_its_number(world: World, scan, staff_client) -> None:
    card = scan("统一书号：10019.1234")
    assert card.status_code == 200
    assert 'value="10019·1234"' in card.text

    data = {"book-name": "青春之歌", "book-unified_number": "10019-1234", **copies_data()}
    data["book-unified_number"] = "10019·1234"
    staff_client.post(address(world, "add_scanned"), data)
    assert Title.across_libraries.get().unified_number == "10019·1234"
    assert "青春之歌" in scan("10019·1234").text


def test_a_book_that_is_here_offers_another_copy(world: World, scan, staff_client) -> None:
    title = put(world, "红楼梦", isbn13=STONE)
    copy = world.copy(title)
    assert "红楼梦" in scan(STONE).text
    assert "红楼梦" in scan(copy.barcode).text
    assert "红楼梦" in scan(f"https://lib.example.org/northfield/c/{copy.public_id}").text

    data = {"title": title.public_id, **copies_data()}
    staff_client.post(address(world, "add_scanned"), data)
    assert Copy.across_libraries.count() == 2


def test_a_label_scanned_after_the_book_goes_onto_it(world: World, scan) -> None:
    card = {"card": "1", "scanned": CURATED, "book-name": "书", **copies_data()}
    once = scan("770011", **card)
    twice = scan("770022", **(card | {"copies-barcodes": "770011"}))
    assert "770011" in once.text
    assert re.search(r"770011\s+770022", twice.text)
    assert 'name="copies-count" value="2"' in twice.text


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    world: World, staff_client
) -> None:
    world.copy(barcode="770011")
    before = Copy.across_libraries.count()
    base = {"scanned": STONE, "book-name": "红楼梦", "book-authors": "曹雪芹"}
    htmx = {"headers": {"HX-Request": "true"}}
    url = address(world, "add_scanned")

    taken = staff_client.post(url, base | copies_data(barcodes="770011"), **htmx)
    assert taken.status_code == 409
    assert "曹雪芹" in taken.text and "770011" in taken.text
    for wrong in ({"count": "0"}, {"count": "9" * 50}, {"price_cents": "很贵"}, {"branch": "x"}):
        answer = staff_client.post(url, base | copies_data(**wrong), **htmx)
        assert answer.status_code == 422
        assert "曹雪芹" in answer.text
    long = staff_client.post(url, base | {"book-name": "长" * 10_000} | copies_data(), **htmx)
    assert long.status_code == 422
    assert Copy.across_libraries.count() == before


def test_undo_takes_back_what_came_in_together(
    world: World, scan, continuous, staff_client
) -> None:
    scan(CURATED)
    copy = Copy.across_libraries.get()
    answer = staff_client.post(
        address(world, "undo"), {"copy": copy.public_id}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert f'id="added-{copy.public_id}"' in answer.text
    assert not Copy.across_libraries.exists() and not Title.across_libraries.exists()

    gone = staff_client.post(
        address(world, "undo"), {"copy": copy.public_id}, headers={"HX-Request": "true"}
    )
    assert gone.status_code == 409


def test_settings_for_the_next_books_are_kept_or_refused(world: World, staff_client) -> None:
    url = address(world, "scan_settings")
    good = {
        "count": "3",
        "branch": "main",
        "item_type": "book",
        "shelf": "B-2",
        "price_cents": "9.9",
    }
    assert staff_client.post(url, good).status_code == 303
    assert "B-2" in staff_client.get(address(world, "scan")).text
    assert staff_client.post(url, good | {"count": "9999"}).status_code == 422


def test_the_list_finds_and_shows_what_wants_a_look(world: World, staff_client) -> None:
    put(world, "红楼梦", authors="曹雪芹")
    put(world, "可疑的书", state="doubtful")
    url = address(world, "list")
    assert "红楼梦" in staff_client.get(url).text
    found = staff_client.get(url, {"q": "hlm"}).text
    assert "红楼梦" in found and "可疑的书" not in found
    assert "可疑的书" in staff_client.get(url, {"show": "look"}).text
    for query in ({"q": "没有"}, {"q": "\x00"}, {"q": "x" * 10_000}, {"page": "x"}, {"page": "99"}):
        assert staff_client.get(url, query).status_code == 200


@pytest.mark.parametrize("count", [1, 40])
def test_the_list_takes_a_fixed_number_of_statements(
    world: World, staff_client, django_assert_max_num_queries, count: int
) -> None:
    for number in range(count):
        world.copy(put(world, f"书 {number}"))
    with django_assert_max_num_queries(12):
        staff_client.get(address(world, "list"))


def test_a_book_is_added_by_hand(world: World, staff_client) -> None:
    url = address(world, "new_title")
    assert staff_client.get(url).status_code == 200
    assert staff_client.post(url, copies_data()).status_code == 422
    wrong = {"book-name": "书", "book-isbn13": "9787020002208", **copies_data()}
    assert staff_client.post(url, wrong).status_code == 422
    assert not Title.across_libraries.exists()

    data = {"book-name": "班级诗集", "book-authors": "三年二班", **copies_data(count="2")}
    done = staff_client.post(url, data)
    title = Title.across_libraries.get()
    assert (done.status_code, done.headers["Location"]) == (
        303, address(world, "title", title.public_id),
    )  # fmt: skip
    assert Copy.across_libraries.count() == 2
    taken = staff_client.post(
        url, data | copies_data(barcodes=Copy.across_libraries.first().barcode)
    )
    assert taken.status_code == 409


def test_a_title_is_shown_edited_and_confirmed(world: World, staff_client) -> None:
    title = put(world, "红楼梦", state="doubtful")
    copy = world.copy(title, shelf="A-1")
    other = put(world, "别的", isbn13=STONE)
    doubtful = put(world, "三", state="doubtful")
    page = staff_client.get(address(world, "title", title.public_id))
    assert copy.barcode in page.text

    edit = address(world, "edit_title", title.public_id)
    assert staff_client.get(edit).status_code == 200
    assert staff_client.post(edit, {"book-name": ""}).status_code == 422
    taken = staff_client.post(edit, {"book-name": "红楼梦", "book-isbn13": other.isbn13})
    assert taken.status_code == 409
    assert staff_client.post(edit, {"book-name": "石头记"}).status_code == 303
    title = fresh(title)
    assert (title.name, title.state) == ("石头记", "confirmed")

    assert (
        staff_client.post(address(world, "confirm_title", doubtful.public_id), {"back": "look"})
        .headers["Location"]
        .endswith("?show=look")
    )
    doubtful = fresh(doubtful)
    assert doubtful.state == "confirmed"


def test_more_copies_are_added_on_a_page_of_their_own(world: World, staff_client) -> None:
    title = put(world, "红楼梦", clc="I242.4")
    url = address(world, "add_copies", title.public_id)
    assert 'value="I242.4/1"' in staff_client.get(url).text
    assert staff_client.post(url, copies_data(count="-1")).status_code == 422
    assert staff_client.post(url, copies_data(barcodes=STONE)).status_code == 409
    assert staff_client.post(url, copies_data(count="3")).status_code == 303
    assert Copy.across_libraries.count() == 3


def test_a_copy_is_shown_edited_and_said_to_be_missing(world: World, staff_client) -> None:
    copy = world.copy()
    url = address(world, "copy", copy.public_id)
    assert copy.barcode in staff_client.get(url).text
    data = {"barcode": "770011", "branch": "main", "item_type": "book", "shelf": "Z-9"}
    posted = {f"copy-{name}": value for name, value in data.items()}
    assert staff_client.post(url, posted | {"copy-barcode": ""}).status_code == 422
    assert staff_client.post(url, posted | {"copy-barcode": "!"}).status_code == 409
    assert staff_client.post(url, posted).status_code == 303
    standing = address(world, "standing", copy.public_id)
    assert staff_client.post(standing, {"standing": "missing"}).status_code == 303
    assert staff_client.post(standing, {"standing": "eaten"}).status_code == 409
    copy = fresh(copy)
    assert (copy.barcode, copy.shelf, copy.standing) == ("770011", "Z-9", "missing")


def test_a_copy_is_withdrawn_with_a_reason_and_taken_back(world: World, staff_client) -> None:
    copy = world.copy()
    withdraw = address(world, "withdraw", copy.public_id)
    assert staff_client.post(withdraw, {"reason": " "}).status_code == 409
    assert staff_client.post(withdraw, {"reason": "长" * 301}).status_code == 422
    assert staff_client.post(withdraw, {"reason": "破损"}).status_code == 303
    copy = fresh(copy)
    assert (copy.standing, copy.note) == ("withdrawn", "破损")
    page = staff_client.get(address(world, "copy", copy.public_id))
    assert "破损" in page.text
    assert staff_client.post(address(world, "restore", copy.public_id)).status_code == 303
    copy = fresh(copy)
    assert copy.standing == "in_use"


def test_labels_carry_a_qr_of_a_short_https_address(world: World, staff_client) -> None:
    copy = world.copy()
    url = address(world, "labels")
    page = staff_client.get(url, {"copy": copy.public_id})
    assert copy.barcode in page.text
    assert "form-action 'none'" in page.headers["Content-Security-Policy"]
    assert staff_client.get(url, {"title": copy.title.public_id}).status_code == 200
    assert staff_client.get(url, {"with": copy.public_id}).status_code == 200
    assert staff_client.get(url, {"copy": "NOSUCH"}).status_code == 404
    picture = staff_client.get(address(world, "qr", copy.public_id))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def test_a_helper_sees_books_but_changes_none(world: World, helper_client) -> None:
    copy = world.copy()
    title = copy.title.public_id
    assert helper_client.get(address(world, "list")).status_code == 200
    assert helper_client.get(address(world, "title", title)).status_code == 200
    assert helper_client.get(address(world, "scan")).status_code == 403
    for name, args in (
        ("edit_title", [title]), ("add_copies", [title]), ("withdraw", [copy.public_id]),
        ("copy", [copy.public_id]),
    ):  # fmt: skip
        data = {"copy-barcode": "770011", "copy-branch": "main", "copy-item_type": "book"}
        assert helper_client.post(address(world, name, *args), data).status_code == 403
    missing = address(world, "standing", copy.public_id)
    assert helper_client.post(missing, {"standing": "missing"}).status_code == 303


@pytest.mark.parametrize("name", ["title", "edit_title", "add_copies", "confirm_title"])
def test_another_librarys_title_is_not_there(world: World, staff_client, name: str) -> None:
    theirs = World(slug="southfield").title()
    url = address(world, name, theirs.public_id)
    method = staff_client.post if name == "confirm_title" else staff_client.get
    assert method(url).status_code == 404
    assert staff_client.post(url, {}).status_code in (404, 405)


@pytest.mark.parametrize("name", ["copy", "qr", "standing", "withdraw", "restore"])
def test_another_librarys_copy_is_not_there(world: World, staff_client, name: str) -> None:
    theirs = World(slug="southfield").copy()
    url = address(world, name, theirs.public_id)
    method = staff_client.get if name in ("copy", "qr") else staff_client.post
    assert method(url).status_code == 404
    assert staff_client.get(address(world, "labels"), {"copy": theirs.public_id}).status_code == 404
    undo = staff_client.post(address(world, "undo"), {"copy": theirs.public_id})
    assert undo.status_code == 409
