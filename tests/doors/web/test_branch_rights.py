"""Staff who work at single branches: what their pages say, and where a wrong turn leads."""

import re
from datetime import date

import pytest

from jieyue.circulation.actions.closures import close_suddenly
from jieyue.circulation.actions.term_ends import add_term_end
from jieyue.circulation.actions.vacations import add_vacation
from jieyue.circulation.queries.vacations import Values
from jieyue.kit import clock
from jieyue.libraries.models import ApiToken, Branch, Role, StaffBranch
from tests.actions.stock_case import start
from tests.world import World


@pytest.fixture
def only_east(world: World) -> Branch:
    """The owner works at the east branch only."""
    east = Branch.objects.create(
        library_id=world.library.pk, code="east", name="东馆", created_at=world.now
    )
    StaffBranch.objects.create(library_id=world.library.pk, staff=world.staff, branch=east)
    world.staff.all_branches = False
    world.staff.save()
    return east


def test_another_branch_is_not_changed_and_the_page_says_why(
    world: World, staff_client, only_east
) -> None:
    answer = staff_client.post(f"/{world.slug}/staff/settings/branches/main/", {"name": "新名"})

    page = answer.content.decode()
    assert answer.status_code == 403
    assert "这不归你改" in page
    assert f'href="/{world.slug}/staff/desk/"' in page
    assert Branch.objects.get(code="main").name == "总馆"


def test_a_copy_of_another_branch_is_looked_at_and_not_changed(
    world: World, staff_client, only_east
) -> None:
    gone = world.copy(standing="withdrawn", withdrawn_at=world.now)
    copies = world.copy(), world.copy(branch=only_east), gone
    pages = [
        staff_client.get(f"/{world.slug}/staff/catalog/copies/{copy.public_id}/").content.decode()
        for copy in copies
    ]
    ways = ['name="copy-barcode"', "/standing/", "/withdrawal/", "/restoration/"]
    assert [[way for way in ways if way in page] for page in pages] == [[], ways[:3], []]
    assert ["你不在那里工作" in page for page in pages] == [True, False, True]


def test_a_count_of_all_branches_is_ended_by_who_works_at_all(
    world: World, staff_client, only_east
) -> None:
    world.copy(branch=only_east)
    takes = [start(world), start(world, branch=only_east.code)]
    pages = [
        staff_client.get(f"/{world.slug}/staff/stock/{take}/found/?show=not_found").content.decode()
        for take in takes
    ]
    ways = ["/state/", "/missing/"]
    assert [[way for way in ways if way in page] for page in pages] == [[], ways]


def test_their_own_branch_is_changed(world: World, staff_client, only_east) -> None:
    answer = staff_client.post(f"/{world.slug}/staff/settings/branches/east/", {"name": "新名"})

    assert answer.status_code == 303
    assert Branch.objects.get(code="east").name == "新名"


@pytest.mark.parametrize("path", ["catalog/titles/NOTTHERE22/", "no/such/page/"])
def test_a_wrong_address_leads_back_to_the_desk(world: World, staff_client, path) -> None:
    answer = staff_client.get(f"/{world.slug}/staff/{path}")

    assert answer.status_code == 404
    assert f'href="/{world.slug}/staff/desk/"' in answer.content.decode()


def test_who_may_not_work_at_the_desk_is_led_to_their_own_page(world: World, staff_client) -> None:
    Role.objects.update(permissions=["journal_view"])

    answer = staff_client.get(f"/{world.slug}/staff/patrons/")

    assert answer.status_code == 403
    assert f'href="/{world.slug}/staff/settings/me/"' in answer.content.decode()


def test_the_settings_say_how_far_ones_rights_reach(world: World, staff_client, only_east) -> None:
    page = staff_client.get(f"/{world.slug}/staff/settings/").content.decode()

    assert "你只在部分分馆工作" in page


def test_whoever_works_everywhere_makes_a_key_that_reaches_everywhere(
    world: World, staff_client
) -> None:
    form = {"name": "网站", "branch": "main", "permissions": ["catalog_view"], "all_branches": "on"}

    assert staff_client.post(f"/{world.slug}/staff/settings/tokens/", form).status_code == 201
    assert ApiToken.objects.get().all_branches is True


def test_others_make_none_that_reaches_further_than_they_do(
    world: World, staff_client, only_east
) -> None:
    address = f"/{world.slug}/staff/settings/tokens/"
    form = {"name": "网站", "branch": "east", "permissions": ["catalog_view"], "all_branches": "on"}

    assert "all_branches" not in staff_client.get(address).content.decode()
    assert staff_client.post(address, form).status_code == 201
    assert ApiToken.objects.get().all_branches is False


def buttons(page: str) -> list[str]:
    """Return the addresses that a page's buttons post to, of the settings only."""
    main = page.partition("<main")[2].partition("</main")[0]
    forms = re.findall(r'<form method="post"(.*?)</form>', main, re.DOTALL)
    return [form.partition(">")[0] for form in forms if "<button" in form]


@pytest.mark.parametrize(
    "path",
    [
        "library/", "branches/", "branches/main/", "branches/new/", "card-types/",
        "card-types/new/", "card-types/adult/", "item-types/", "item-types/book/", "blocks/",
        "rules/-/-/-/",
    ],
)  # fmt: skip
def test_what_holds_for_the_whole_library_is_shown_without_buttons(
    world: World, staff_client, only_east, path: str
) -> None:
    answer = staff_client.get(f"/{world.slug}/staff/settings/{path}")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert buttons(page) == []
    assert "超出了你所在的分馆" in page


def test_their_own_branch_keeps_its_forms(world: World, staff_client, only_east) -> None:
    here = f"/{world.slug}/staff/settings"
    for path in ("branches/east/", "rules/east/-/-/", "days/", "closures/", "vacations/new/"):
        page = staff_client.get(f"{here}/{path}").content.decode()
        assert buttons(page) != [], path
        assert "超出了你所在的分馆" not in page, path
    days = staff_client.get(f"{here}/days/").content.decode()
    assert 'value="east"' in days
    assert 'value="main"' not in days
    assert "全馆" not in re.findall(r'name="branch".*?</select>', days, re.DOTALL)[0]


def test_only_what_belongs_to_ones_branch_can_be_taken_back(
    world: World, staff_client, only_east
) -> None:
    here, day = f"/{world.slug}/staff/settings", date(2999, 1, 5)
    desk = world.desk(now=clock.now())  # the page lists closures of late
    values = Values(name="全馆的假", starts_on=day, ends_on=day)
    vacation = add_vacation(desk, values=values).code
    own = add_vacation(desk, values=values, branch="east").code
    add_term_end(desk, name="期末", on=day)
    ours = close_suddenly(desk, name="停电", starts_on=day, ends_on=day, branch="east")
    theirs = close_suddenly(desk, name="台风", starts_on=day, ends_on=day)

    closures = staff_client.get(f"{here}/closures/").content.decode()
    vacations = staff_client.get(f"{here}/vacations/").content.decode()

    assert ours.code in closures
    assert theirs.code not in closures
    assert buttons(vacations) == []
    assert buttons(staff_client.get(f"{here}/vacations/{vacation}/").content.decode()) == []
    assert buttons(staff_client.get(f"{here}/vacations/{own}/").content.decode()) != []
    refused = staff_client.post(f"{here}/closures/{theirs.code}/undo/")
    assert refused.status_code == 403


def test_the_server_refuses_what_the_pages_no_longer_offer(
    world: World, staff_client, only_east
) -> None:
    here = f"/{world.slug}/staff/settings"
    for path, form in (
        ("library/", {"name": "x", "time_zone": "Asia/Shanghai", "lock_minutes": 10}),
        ("item-types/book/", {"name": "书"}),
        ("blocks/", {}),
        ("branches/new/", {"name": "西馆"}),
    ):
        assert staff_client.post(f"{here}/{path}", form).status_code == 403, path
