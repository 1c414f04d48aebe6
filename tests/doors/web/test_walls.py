"""Every page asked with another library's ids answers as if there were nothing."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from jieyue.catalog.actions.locations import add_location
from jieyue.catalog.rules.locations import Directions
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import PileChange
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Branch
from jieyue.patrons.models import PatronCategory
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


@pytest.mark.parametrize(
    ("area", "name", "route"), [r for r in LIBRARY_ROUTES if r[2].count("<") > 1]
)
def test_the_other_librarys_ids_are_not_found(
    area, name, route, world, staff_client, reader_client, elsewhere
) -> None:
    _, values = elsewhere
    path = address(route, world.library.slug, values)
    answered = set()
    for client in (staff_client, reader_client(world.patron())):
        statuses = {client.get(path).status_code, client.post(path).status_code}
        assert statuses <= {303, 404, 405, 422}, (path, statuses)
        answered |= statuses
    assert 404 in answered, path


@pytest.mark.parametrize(
    ("area", "name", "route"), [r for r in LIBRARY_ROUTES if "/staff/" in r[2]]
)
def test_staff_of_one_library_are_nobody_in_another(
    area, name, route, world, staff_client, elsewhere
) -> None:
    other, values = elsewhere
    path = address(route, other.library.slug, values)
    assert staff_client.get(path).status_code in (404, 405), path
    assert staff_client.post(path).status_code in (404, 405), path


@pytest.mark.parametrize(
    ("area", "name", "route"), [r for r in LIBRARY_ROUTES if "/staff/" in r[2]]
)
def test_nobody_opens_a_staff_page_without_signing_in(
    area, name, route, world, client, elsewhere
) -> None:
    _, values = elsewhere
    path = address(route, world.library.slug, values)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in (303, 404, 405), path
        if answer.status_code == 303:
            assert "/sign-in" in answer.headers["Location"]


def test_an_unknown_library_is_not_found(client, db) -> None:
    assert client.get("/no-such-library/").status_code == 404
