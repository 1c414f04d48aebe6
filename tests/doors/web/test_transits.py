"""The pages of what travels between branches."""

import pytest
from django.urls import reverse

from jieyue.circulation.actions.manifests import make_manifest
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.models import Manifest, Transit
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import LIBRARIAN, Permission
from tests.doors.web.desk_page import Desk, lend
from tests.world import World


@pytest.fixture
def east(world: World) -> Branch:
    return world.east()


def address(world: World, name: str, *args) -> str:
    return reverse(f"transits:{name}", args=[world.slug, *args])


def scan(world: World, client, copy, *, to: str = "", htmx: bool = True):
    fields = {"q": copy if isinstance(copy, str) else copy.barcode, "to": to}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(address(world, "scans"), fields, headers=headers)


def stand_at(world: World, client, branch: Branch) -> None:
    client.post(reverse("site:choose_branch", args=[world.slug]), {"branch": branch.code})


def test_the_menu_leads_there_once_there_are_two_branches(world: World, staff_client) -> None:
    desk = reverse("desk:home", args=[world.slug])
    link = f'href="{address(world, "home")}"'

    assert link not in staff_client.get(desk).content.decode()
    assert "只有一个分馆" in staff_client.get(address(world, "home")).content.decode()
    world.east()
    assert link in staff_client.get(desk).content.decode()


def test_a_book_is_packed_listed_sent_and_taken_in(world: World, staff_client, east) -> None:
    copy = world.copy(world.title("红楼梦"))

    packed = scan(world, staff_client, copy, to="east")
    assert packed.status_code == 200
    assert "红楼梦：请放进去往 东馆 的箱子。" in packed.content.decode()
    made = staff_client.post(address(world, "make"), {"branch": "east"})
    assert (made.status_code, made.headers["Location"]) == (303, address(world, "manifest", 1))
    page = staff_client.get(address(world, "manifest", 1)).content.decode()
    assert "总馆 → 东馆" in page
    assert "箱子已发出" in page
    sheet = staff_client.get(address(world, "sheet", 1)).content.decode()
    assert copy.barcode in sheet
    slip = staff_client.get(address(world, "slips") + "?branch=east&manifest=1").content.decode()
    assert "调拨" in slip
    assert staff_client.post(address(world, "send", 1)).status_code == 303
    assert staff_client.post(address(world, "send", 1)).status_code == 409
    assert staff_client.post(address(world, "receive", 1)).status_code == 409  # not here

    stand_at(world, staff_client, east)
    taken = staff_client.post(address(world, "receive", 1)).content.decode()
    assert "1 册已到达" in taken
    assert "从现在起归本分馆" in taken
    copy.refresh_from_db()
    assert copy.branch_id == east.pk
    assert Manifest.objects.get().sent_at is not None


def test_what_comes_is_scanned_and_the_answer_says_where_to(
    world: World, staff_client, east
) -> None:
    copy = world.copy(world.title("红楼梦"))
    world.hold(world.patron("林晓雨"), copy.title, pickup_branch=east)
    sent = scan(world, staff_client, copy).content.decode()
    assert "请放进去往 东馆 的箱子：那里有读者在等。" in sent

    stand_at(world, staff_client, east)
    came = scan(world, staff_client, copy)

    page = came.content.decode()
    assert came.status_code == 200
    assert "红楼梦 已到达。" in page
    assert "请放上预约架" in page
    assert "林晓雨" not in page


def test_a_scan_that_is_no_book_changes_nothing(world: World, staff_client, east) -> None:
    card = world.patron().card

    for text in ("", "404", card, "红楼梦"):
        answer = scan(world, staff_client, text, to="east")
        assert answer.status_code == 409
        assert "没有这个号码" in answer.content.decode() or "没有" in answer.content.decode()
    assert not Transit.objects.exists()


def test_it_works_without_javascript(world: World, staff_client, east) -> None:
    copy = world.copy()

    answer = scan(world, staff_client, copy, to="east", htmx=False)

    page = answer.content.decode()
    assert "<!doctype html>" in page.lower()
    assert "请放进去往 东馆 的箱子" in page
    again = scan(world, staff_client, copy, to="east", htmx=False)
    assert again.status_code == 409
    assert "它已在发往别的分馆的箱子里" in again.content.decode()


def test_a_book_is_taken_out_of_its_box(world: World, staff_client, east) -> None:
    sent = send_copy(world.desk(), copy_barcode=world.copy().barcode, to_branch="east")
    cancel = address(world, "cancel", sent.transit)

    assert staff_client.post(cancel).status_code == 303
    assert Transit.objects.get().ending == "cancelled"
    assert staff_client.post(cancel).status_code == 409
    assert staff_client.post(address(world, "cancel", "NOTTHERE22")).status_code == 404


def test_what_belongs_here_and_is_elsewhere_is_listed(world: World, staff_client, east) -> None:
    copy = world.copy()
    send_copy(world.desk(), copy_barcode=copy.barcode, to_branch="east")

    page = staff_client.get(address(world, "elsewhere")).content.decode()

    assert copy.barcode in page
    assert "在去往 东馆 的路上" in page


def test_a_slip_bears_no_name(world: World, staff_client, east) -> None:
    copy = world.copy()
    hold = world.hold(world.patron("林晓雨"), copy.title, pickup_branch=east)
    scan(world, staff_client, copy)
    transit = Transit.objects.get().public_id

    page = staff_client.get(address(world, "slips") + f"?transit={transit}").content.decode()

    assert hold.public_id[-4:] in page
    assert "东馆" in page
    assert "林晓雨" not in page
    assert staff_client.get(address(world, "slips")).status_code == 404


def test_whoever_lacks_the_right_sees_none_of_it(world: World, staff_client, east) -> None:
    from jieyue.libraries.models import Role

    make_manifest(world.desk(), to_branch="east")
    Role.objects.update(permissions=sorted(LIBRARIAN - {Permission.TRANSIT}))

    for name in ("home", "elsewhere", "slips"):
        assert staff_client.get(address(world, name)).status_code == 403
    for name in ("scans", "make"):
        assert staff_client.post(address(world, name)).status_code == 403


def test_somebody_of_one_branch_cancels_nothing_of_two_others(
    world: World, staff_client, east
) -> None:
    from jieyue.libraries.models import StaffBranch

    west = Branch.objects.create(
        library_id=world.library.pk, code="west", name="西馆", created_at=world.now
    )
    sent = send_copy(world.desk(), copy_barcode=world.copy().barcode, to_branch="east")
    StaffBranch.objects.create(library_id=world.library.pk, staff=world.staff, branch=west)
    world.staff.all_branches = False
    world.staff.save()

    answer = staff_client.post(address(world, "cancel", sent.transit))

    assert answer.status_code == 403
    assert Transit.objects.get().ended_at is None


def test_the_desk_says_into_which_box_a_returned_book_goes(
    world: World, staff_client, east
) -> None:
    copy = world.copy(branch=east)
    lend(world, copy, world.patron())
    desk = Desk(world, staff_client)
    desk.open("?mode=return")

    desk.scan(copy.barcode)

    transit = Transit.objects.get().public_id
    assert "请放进去往 东馆 的箱子" in desk.html
    assert f"{address(world, 'slips')}?transit={transit}" in desk.html


def test_a_kind_is_made_to_float_in_the_settings(world: World, staff_client) -> None:
    page = reverse("settings:item_type", args=[world.slug, "book"])
    assert "通还后留在还书的分馆" in staff_client.get(page).content.decode()

    form = {"name": "图书", "is_default": "on", "floats": "on"}
    assert staff_client.post(page, form).status_code == 303

    world.item_type.refresh_from_db()
    assert world.item_type.floats
    listing = staff_client.get(reverse("settings:item_types", args=[world.slug]))
    assert "通还不归位" in listing.content.decode()
