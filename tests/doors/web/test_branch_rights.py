"""Staff who work at single branches: what their pages say, and where a wrong turn leads."""

import pytest

from jieyue.libraries.models import ApiToken, Branch, Role, StaffBranch
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
