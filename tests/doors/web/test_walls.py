"""Every page asked with another library's ids answers as if there were nothing."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from jieyue.catalog.actions.locations import add_location
from jieyue.catalog.rules.locations import Directions
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import PileChange
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Branch
from jieyue.notices.models import ClassSheet, Delivery
from jieyue.patrons.models import PatronCategory
from tests.doors.undoing import undone
from tests.doors.voices import voices
from tests.imports import HEADINGS, brought
from tests.world import World

WITHOUT_A_LIBRARY = {"site", "api", ""}


def routes(patterns=None, prefix="", area=""):
    """Yield (area, name, path template, parameter names) of every page below a library."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(
                pattern.url_patterns, prefix + str(pattern.pattern), pattern.app_name or area
            )
        elif isinstance(pattern, URLPattern):
            route = prefix + str(pattern.pattern)
            names = list(pattern.pattern.converters)
            if route.startswith("<slug:slug>/"):
                yield area, pattern.name, route, names


LIBRARY_ROUTES = sorted({(a, n, r) for a, n, r, _ in routes()}, key=str)


@pytest.fixture
def elsewhere(world, tmp_path):
    """Another library, and the value there of every parameter that an address can have."""
    other = World(slug="elsewhere")
    with library_scope(other.library.pk):
        title = other.title("别馆的书")
        copy, patron = other.copy(title), other.patron("别馆读者")
        lent = checkout(other.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
        branch = Branch.objects.create(
            library_id=other.library.pk, code="only-there", name="那边", created_at=other.now
        )
        PatronCategory.objects.create(
            library_id=other.library.pk, code="only-there", name="那边的卡"
        )
        way = add_location(
            other.desk(), branch=other.branch.code, given=Directions(name="A3", directions="左手")
        )
        pile = PileChange.objects.create(
            library_id=other.library.pk, public_id="THEIRPILE", kind="relocate", total=1,
            branch=branch, created_at=other.now,
        )  # fmt: skip
        delivery = Delivery.objects.create(
            library_id=other.library.pk, public_id="THEIRMAIL", patron=patron, state="unreached",
            planned_for=other.now, created_at=other.now,
        )  # fmt: skip
        sheet = ClassSheet.objects.create(
            library_id=other.library.pk, public_id="THEIRSHEET", group_name="三年级2班",
            made_at=other.now,
        )  # fmt: skip
        theirs = voices(other, patron)
        run = brought(other, tmp_path, [HEADINGS, ("呐喊", "鲁迅")])
    return other, {
        "title": title.public_id,
        "copy": copy.public_id,
        "public_id": title.public_id,
        "patron": patron.public_id,
        "loan": lent.results[0].loan,
        "branch": branch.code,
        "location": way.location,
        "run": run,
        "pile": pile.public_id,
        **theirs,
        "delivery": delivery.public_id,
        "sheet": sheet.public_id,
    }


def address(route: str, slug: str, values: dict[str, str]) -> str:
    """Fill an address template; an unknown parameter gets a value that is only there."""
    parts = []
    for part in route.split("/"):
        if part == "<slug:slug>":
            parts.append(slug)
        elif part.startswith("<"):
            kind, _, name = part.strip("<>").rpartition(":")
            fallback = "987654321" if kind == "int" else "only-there"
            parts.append(str(values.get(name, fallback)))
        else:
            parts.append(part)
    return "/" + "/".join(parts)


def asked(client: Client, path: str) -> list[HttpResponse]:
    """Ask for a page and send to it; nothing of it stays."""
    answers = []
    for method in (client.get, client.post):
        with undone():
            answers.append(method(path))
    return answers


STAFF_ROUTES = [route for _, _, route in LIBRARY_ROUTES if "/staff/" in route]  # not for readers


def test_the_other_librarys_ids_are_not_found(
    world, staff_client, reader_client, elsewhere
) -> None:
    _, values = elsewhere
    reader = reader_client(world.patron())
    wrong = {}
    with_ids = [route for _, _, route in LIBRARY_ROUTES if route.count("<") > 1]
    for route in with_ids:
        path = address(route, world.library.slug, values)
        by_staff, by_reader = (
            {answer.status_code for answer in asked(client, path)} if is_for else set()
            for client, is_for in ((staff_client, True), (reader, route not in STAFF_ROUTES))
        )
        answered = by_staff | by_reader
        if not answered <= {303, 404, 405, 422} or 404 not in answered:
            wrong[path] = (by_staff, by_reader)
    assert wrong == {}
    assert len(with_ids) > 100


def test_staff_of_one_library_are_nobody_in_another(staff_client, elsewhere) -> None:
    other, values = elsewhere
    wrong = {}
    for route in STAFF_ROUTES:
        path = address(route, other.library.slug, values)
        answered = [answer.status_code for answer in asked(staff_client, path)]
        if not set(answered) <= {404, 405}:
            wrong[path] = answered
    assert wrong == {}
    assert len(STAFF_ROUTES) > 150


def test_nobody_opens_a_staff_page_without_signing_in(world, client, elsewhere) -> None:
    _, values = elsewhere
    wrong = {}
    for route in STAFF_ROUTES:
        path = address(route, world.library.slug, values)
        for answer in asked(client, path):
            to = answer.headers.get("Location", "")
            if answer.status_code not in (404, 405) and not (
                answer.status_code == 303 and "/sign-in" in to
            ):
                wrong[path] = (answer.status_code, to)
    assert wrong == {}


def test_an_unknown_library_is_not_found(client, db) -> None:
    assert client.get("/no-such-library/").status_code == 404
