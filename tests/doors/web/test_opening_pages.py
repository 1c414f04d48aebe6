"""The wizard, from the front page to the first book."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from jieyue.accounts.models import Account
from jieyue.circulation.practice import start_practice
from jieyue.interfaces.web.site import urls as site_urls
from jieyue.libraries.models import Library, Staff
from jieyue.libraries.rules.slugs import RESERVED
from tests.world import World

pytestmark = pytest.mark.django_db
LIBRARY = {
    "name": "育才小学图书馆",
    "contact_name": "陈静",
    "contact_phone": "13800000000",
    "address": "青禾路 1 号",
    "time_zone": "Asia/Shanghai",
}
OWNER = {"owner_name": "陈静", "owner_login": "chenjing", "password": "yu cai 2026 shu"}


def sealed(answer) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def walk(client: Client, **changes):
    """Fill the wizard up to its last page and return that page."""
    client.post("/new/", {"kind": "primary"})
    client.post("/new/library", LIBRARY | changes)
    client.post("/new/owner", OWNER | changes)
    return client.get("/new/review")


def test_from_the_front_page_to_the_first_book(client) -> None:
    front = client.get("/")
    assert "/new/" in front.content.decode()
    for address, data, then in (
        ("/new/", {"kind": "primary"}, "/new/library"),
        ("/new/library", LIBRARY, "/new/owner"),
        ("/new/owner", OWNER, "/new/review"),
    ):
        assert client.get(address).status_code == 200
        answer = client.post(address, data)
        assert (answer.status_code, answer.headers["Location"]) == (303, then)
    page = client.get("/new/review")
    text = page.content.decode()
    assert "yucaixiaoxue" in text
    assert "教职工" in text
    assert OWNER["password"] not in text

    answer = client.post("/new/review", {"slug": "yucai", "sealed": sealed(page)})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/yucai/staff/welcome")
    library = Library.objects.get()
    assert (library.slug, library.kind, library.contact_phone) == (
        "yucai",
        "primary",
        "13800000000",
    )
    welcome = client.get("/yucai/staff/welcome")
    assert "/yucai/staff/catalog/" in welcome.content.decode()
    assert Account.objects.get().check_password(OWNER["password"])


def test_the_last_form_twice_opens_one_library_and_stays_signed_in(client) -> None:
    page = walk(client)
    data = {"slug": "yucai", "sealed": sealed(page)}
    other = Client()  # the browser that has not got the first answer's cookie

    answers = [one.post("/new/review", data) for one in (client, other)]

    assert [a.headers["Location"] for a in answers] == ["/yucai/staff/welcome"] * 2
    assert Library.objects.count() == 1
    assert other.get("/yucai/staff/welcome").status_code == 200


@pytest.mark.parametrize(
    ("address", "data", "words"),
    [
        ("/new/", {"kind": "castle"}, "选择一项"),
        ("/new/library", LIBRARY | {"name": " "}, "青禾路 1 号"),
        ("/new/library", LIBRARY | {"name": "长" * 10_000}, "100"),
        ("/new/owner", OWNER | {"password": "short"}, "chenjing"),
        ("/new/owner", OWNER | {"password": "password123"}, "chenjing"),
        ("/new/owner", OWNER | {"owner_login": "!"}, "陈静"),
        ("/new/owner", OWNER | {"owner_login": "long login", "password": "long login"}, "陈静"),
    ],
)
def test_a_faulty_step_says_so_and_keeps_what_was_typed(client, address, data, words) -> None:
    walk(client)
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Library.objects.exists()


def test_going_back_keeps_everything_and_the_password(client) -> None:
    walk(client)
    assert "青禾路 1 号" in client.get("/new/library").content.decode()
    again = client.post("/new/owner", OWNER | {"owner_name": "陈馆长", "password": ""})
    assert again.headers["Location"] == "/new/review"
    page = client.get("/new/review")
    client.post("/new/review", {"slug": "yucai", "sealed": sealed(page)})
    assert Account.objects.get().check_password(OWNER["password"])
    assert Account.objects.get().name == "陈馆长"


def test_a_later_step_without_the_earlier_ones_starts_at_the_beginning(client) -> None:
    for address in ("/new/library", "/new/owner", "/new/review"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/new/")
    assert client.post("/new/review", {"slug": "x", "sealed": "k1:forged"}).status_code == 303


@pytest.mark.parametrize(
    ("slug", "status"), [("api", 422), ("Ü!", 422), ("", 422), ("northfield", 409)]
)
def test_an_address_that_cannot_be(client, world: World, slug, status) -> None:
    page = walk(client)
    answer = client.post("/new/review", {"slug": slug, "sealed": sealed(page)})
    assert answer.status_code == status
    assert "育才小学图书馆" in answer.content.decode()
    assert Library.objects.count() == 1


def test_a_sign_in_name_taken_meanwhile_is_asked_for_again(client) -> None:
    page = walk(client)
    Account.objects.create(login="chenjing", name="别人", created_at=World().now)

    answer = client.post("/new/review", {"slug": "yucai", "sealed": sealed(page)})

    assert answer.status_code == 409
    assert 'name="owner_login"' in answer.content.decode()


def test_somebody_who_signed_in_opens_another_library(staff_client, world: World) -> None:
    staff_client.post("/new/", {"kind": "family"})
    staff_client.post("/new/library", LIBRARY | {"name": "陈家书房"})
    assert staff_client.post("/new/owner", {"me": "1"}).headers["Location"] == "/new/review"
    page = staff_client.get("/new/review")

    stolen = Client().post("/new/review", {"slug": "chenjia", "sealed": sealed(page)})
    answer = staff_client.post("/new/review", {"slug": "chenjia", "sealed": sealed(page)})

    assert stolen.headers["Location"] == "/new/"
    assert answer.headers["Location"] == "/chenjia/staff/welcome"
    made = Staff.across_libraries.get(library__slug="chenjia")
    assert made.account_id == world.staff.account_id
    assert staff_client.get("/northfield/staff/welcome").status_code == 200


def test_the_front_page_lists_libraries_but_never_practice(client, world: World) -> None:
    start_practice(world.desk())
    text = client.get("/").content.decode()
    assert "/northfield/" in text
    assert "lianxi" not in text


def test_no_library_can_take_the_address_of_a_page() -> None:
    first = {str(p.pattern).split("/")[0] for p in get_resolver().url_patterns}
    first |= {str(p.pattern).split("/")[0] for p in site_urls.urlpatterns}
    assert {part for part in first if part and "<" not in part} <= RESERVED


def test_forms_without_a_token_are_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/new/", "/sign-in", "/northfield/sign-in", "/sign-out", "/language"):
        assert strict.post(address, {"kind": "primary"}).status_code == 403


def test_the_language_is_kept_and_leads_nowhere_else(client) -> None:
    answer = client.post("/language", {"language": "en", "next": "/new/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/new/")
    assert "What kind of library" in client.get("/new/").content.decode()
    away = client.post("/language", {"language": "xx", "next": "//evil.example/"})
    assert away.headers["Location"] == "/"
    assert "jieyue_language" not in away.cookies
