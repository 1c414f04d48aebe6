"""A teacher whose role has only the right for classes: their own pupils, and no other reader."""

from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.urls import reverse

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.in_class import in_class
from jieyue.circulation.actions.undo import undo_checkout
from jieyue.circulation.models import Loan
from jieyue.interfaces.web import access
from jieyue.kit import clock
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.models import Role
from jieyue.libraries.rules.permissions import OWNER, Permission
from jieyue.patrons.models import Patron, StaffGroup
from tests.doors.undoing import undone
from tests.doors.web.test_walls import LIBRARY_ROUTES, address
from tests.world import World

CLASS, OTHER = "三年级2班", "四年级1班"
OPEN_TO_ALL_STAFF = {"settings", "site", "why"}


def at(world: World, name: str, **query: str) -> str:
    asked = {"group": CLASS} | query
    there = reverse(f"classes:{name}", args=[world.library.slug])
    return there + "?" + "&".join(f"{key}={value}" for key, value in asked.items())


@pytest.fixture
def pupil(world: World) -> Patron:
    """The owner of the world is a teacher of one class now."""
    found = world.patron("王小明", group_name=CLASS)
    Role.objects.update(permissions=[Permission.CLASSES.value])
    StaffGroup.objects.create(library_id=world.library.pk, staff=world.staff, group_name=CLASS)
    return found


@pytest.fixture
def stranger(world: World) -> Patron:
    return world.patron("外班同学", group_name=OTHER)


def teacher(world: World):
    bare = world.desk(now=clock.now(), permissions=frozenset({Permission.CLASSES}))
    return in_class(bare)


def test_they_lend_take_back_and_undo_in_class(world: World, staff_client, pupil) -> None:
    copy = world.copy()
    lent = staff_client.post(at(world, "scans"), {"q": copy.barcode, "reader": pupil.public_id})
    loan = Loan.objects.get()
    assert (lent.status_code, loan.patron_id) == (200, pupil.pk)
    back = staff_client.post(at(world, "scans", mode="return"), {"q": copy.barcode})
    assert back.status_code == 200
    again = {"last": f"checkin:{loan.public_id}"}
    assert staff_client.post(at(world, "undo", mode="return"), again).status_code == 200
    assert Loan.objects.filter(returned_at=None).count() == 1


def test_no_page_of_the_staff_shows_them_another_reader(
    world: World, staff_client, pupil, stranger, monkeypatch
) -> None:
    # The page that says no is drawn once elsewhere; two hundred times takes seconds.
    monkeypatch.setattr(access, "forbidden", lambda request: HttpResponse(status=403))
    copy = world.copy()
    desk = world.desk(now=clock.now())
    lent = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=stranger.card)
    ids = {
        "patron": stranger.public_id,
        "public_id": stranger.public_id,
        "loan": lent.results[0].loan,
        "copy": copy.public_id,
        "title": copy.title.public_id,
        "branch": "main",
    }
    query = {"q": "外班", "reader": stranger.public_id, "group": OTHER, "card": stranger.card}
    told, opened = [], set()
    for area, name, route in LIBRARY_ROUTES:
        if "/staff/" not in route:
            continue
        path = address(route, world.slug, ids)
        answer = staff_client.get(path, query)
        if answer.status_code == 405:
            with undone():
                answer = staff_client.post(path, query)
        page = b"".join(answer) if answer.streaming else answer.content
        leads_to = answer.headers.get("Location", "")
        if "外班同学" in page.decode(errors="replace") or stranger.public_id in leads_to:
            told.append(f"{area}:{name}")
        if answer.status_code == 200:
            opened.add(area)
    assert told == []
    assert opened <= OPEN_TO_ALL_STAFF | {"classes"}
    assert Loan.objects.filter(returned_at=None).count() == 1


def test_the_desk_leads_them_to_their_classes(world: World, staff_client, pupil) -> None:
    answer = staff_client.get(f"/{world.slug}/staff/desk/")
    classes = reverse("classes:home", args=[world.slug])
    assert (answer.status_code, answer["Location"]) == (303, classes)
    page = staff_client.get(classes).content.decode()
    assert CLASS in page
    assert f'href="/{world.slug}/staff/desk/"' not in page
    assert f'href="/{world.slug}/staff/patrons/"' not in page


def test_who_looks_after_no_class_sees_none(world: World, staff_client, pupil) -> None:
    StaffGroup.objects.all().delete()
    home = staff_client.get(reverse("classes:home", args=[world.slug]))
    assert CLASS not in home.content.decode()
    assert staff_client.get(at(world, "room")).status_code == 404


def test_the_actions_themselves_refuse_other_classes(world: World, pupil, stranger) -> None:
    copy, other = world.copy(), world.copy()
    with pytest.raises(ForbiddenError):
        checkout(teacher(world), copy_barcodes=(copy.barcode,), card_barcode=stranger.card)
    full = world.desk(now=clock.now())
    lent = checkout(full, copy_barcodes=(other.barcode,), card_barcode=stranger.card).results[0]
    with pytest.raises(ForbiddenError):
        checkin(teacher(world), copy_barcodes=(other.barcode,))
    with pytest.raises(ForbiddenError):
        undo_checkout(teacher(world), loan=lent.loan)
    assert Loan.objects.get().returned_at is None
    with pytest.raises(ForbiddenError):
        in_class(replace(full, permissions=frozenset({Permission.CHECKIN})))
    assert in_class(full) == full


def test_a_book_of_another_class_is_refused_in_words(
    world: World, staff_client, pupil, stranger
) -> None:
    other = world.copy()
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(other.barcode,), card_barcode=stranger.card
    )
    back = staff_client.post(at(world, "scans", mode="return"), {"q": other.barcode})
    assert (back.status_code, Loan.objects.get().returned_at) == (409, None)
    assert "图书馆" in back.content.decode()


def test_who_lends_at_the_desk_lends_to_classes_and_gives_that_right_on(world: World) -> None:
    Role.objects.update(permissions=["checkout"])
    granted = Role.objects.get(pk=world.staff.role_id).granted()
    assert granted == {Permission.CHECKOUT, Permission.CLASSES} <= OWNER
