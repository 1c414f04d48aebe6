"""Every operation gets what no program should send, and answers without falling over."""

import json
from typing import Any

import pytest

from tests.doors.api.program import Program
from tests.doors.api.published import DESCRIPTION
from tests.doors.api.test_walls import BODIES, ISBN, OPERATIONS
from tests.doors.undoing import undone
from tests.world import World

HOSTILE: dict[str, Any] = {
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "long": "长" * 10_000,
    "huge": 10**30,
    "past bigint": 2**63,
    "negative": -(2**63),
    "infinite": float("inf"),
    "nan": float("nan"),
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "emoji": "👩‍👩‍👧‍👦\u202e𠮷",
    "wild": "%_\\'\"",
    "list": [[["x"]]],
    "object": {"a": {"a": None}},
    "true": True,
    "nothing": None,
}
BODIES_AS_TEXT = {
    "deep": "[" * 100_000,
    "twice": '{"card_barcode": "1", "card_barcode": "2", "copy_barcode": "3"}',
    "not JSON": "name=x",
    "bytes": b"\xff\xfe\x00",
    "too large": '"' + "x" * 1_100_000 + '"',
}


@pytest.fixture
def places(world: World) -> dict[str, str]:
    from jieyue.catalog.importing.books import BOOKS
    from jieyue.circulation.actions.blocks import add_block
    from jieyue.circulation.actions.checkout import checkout
    from jieyue.circulation.actions.closures import close_suddenly
    from jieyue.circulation.actions.manifests import make_manifest
    from jieyue.circulation.actions.piles import make_pile
    from jieyue.circulation.actions.transits import send_copy
    from jieyue.circulation.actions.vacations import add_vacation
    from jieyue.circulation.queries.vacations import Values
    from jieyue.circulation.rules.piles import Change, PileKind
    from jieyue.fees.actions import charge
    from tests.bringing import Bringing

    title, desk = world.title("红楼梦", isbn13=ISBN), world.desk()
    copy, patron = world.copy(title), world.patron()
    [lent] = checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    east = world.east().code
    sent = send_copy(desk, copy_barcode=world.copy(title).barcode, to_branch=east)
    owes = charge(desk, patron=patron.public_id, amount_cents=100, reason="办卡")
    day = world.desk().today
    values = Values(name="暑假", starts_on=day, ends_on=day)
    closed = close_suddenly(desk, name="台风", starts_on=day, ends_on=day)
    run = Bringing(desk, BOOKS, "书名,条码号\n呐喊,B1\n彷徨,B1\n").check().run
    change = Change(kind=PileKind.RELOCATE, shelf="A")
    pile = make_pile(desk, change=change, copies=(copy.public_id,))
    return {
        "import_id": run, "part": "1", "pile_id": pile.pile,
        "vacation_id": add_vacation(desk, values=values).code, "closure_id": closed.code,
        "on": day.isoformat(),
        "hold_id": world.hold(world.patron(), title).public_id, "charge_id": owes.line,
        "block_id": add_block(desk, patron=patron.public_id, reason="撕书").block,
        "transit_id": sent.transit, "number": str(make_manifest(desk, to_branch=east).number),
        "loan_id": lent.loan, "patron_id": patron.public_id, "title_id": title.public_id,
        "copy_id": copy.public_id, "isbn": ISBN, "barcode": copy.barcode, "card": patron.card,
    }  # fmt: skip


def fields_of(operation: Any) -> dict[str, bool]:
    """Return the names a body may have, and whether a list is good there."""
    schemas = DESCRIPTION["components"]["schemas"]

    def met(schema: Any) -> Any:
        """Yield a schema and what it may be instead."""
        yield schema
        if "$ref" in schema:
            yield from met(schemas[schema["$ref"].rsplit("/", 1)[-1]])
        for one in schema.get("anyOf", []):
            yield from met(one)

    body = operation["requestBody"]["content"]["application/json"]["schema"]
    found = next(schema["properties"] for schema in met(body) if "properties" in schema)
    return {
        name: any(schema.get("type") == "array" for schema in met(found[name])) for name in found
    }


def filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value).replace(f"<{name}>", value)
    return text


def with_bodies() -> dict[str, list[Any]]:
    """Return the operations that take a body, by the first word of their path."""
    found: dict[str, list[Any]] = {}
    for each in OPERATIONS:
        if "application/json" in each[2].get("requestBody", {}).get("content", {}):
            found.setdefault(each[1].split("/")[3], []).append(each)
    return found


@pytest.mark.parametrize("about", with_bodies())
def test_no_value_makes_an_operation_fall_over(
    world: World, api: Program, places: dict[str, str], about: str
) -> None:
    fallen = {}
    for method, path, operation in with_bodies()[about]:
        valid = json.loads(filled(json.dumps(BODIES.get(operation["operationId"], {})), places))
        for name, takes_list in fields_of(operation).items():
            lists = [[value] for value in (HOSTILE.values() if takes_list else ["x"])]
            for value in (*HOSTILE.values(), *lists):
                body = json.dumps(valid | {name: value})
                with undone():
                    answer = api.call(method, filled(path, places), body)
                if answer.status_code >= 500:
                    fallen[f"{method} {path} {name}={str(value)[:30]}"] = answer.content.decode()
    assert fallen == {}


@pytest.mark.once
@pytest.mark.parametrize("body", BODIES_AS_TEXT)
def test_no_body_makes_an_operation_fall_over(
    world: World, api: Program, places: dict[str, str], body: str
) -> None:
    for method, path, _ in OPERATIONS:
        for verb in {method, "POST", "OPTIONS", "HEAD", "PATCH"}:
            answer = api.call(verb, filled(path, places), BODIES_AS_TEXT[body])
            assert answer.status_code < 500, (verb, path)


@pytest.mark.parametrize(
    "value", ["%00", "%ED%A0%80", "9" * 400, "-1", str(2**63), "NaN", "%25_", "%F0%9F%91%A9", "."]
)
def test_no_address_makes_an_operation_fall_over(
    world: World, api: Program, places: dict[str, str], value: str
) -> None:
    names = [*places, "q", "limit", "offset", "page"]
    query = "?" + "&".join(f"{name}={value}" for name in names)
    for method, path, operation in OPERATIONS:
        known = {given["name"] for given in operation.get("parameters", [])}
        one_each = [f"?{name}={value}" for name in ("q", "limit", "offset") if name in known]
        for ending in (query, *one_each):
            for places_now in (places, dict.fromkeys(places, value))[: 2 if ending == query else 1]:
                answer = api.call(method, filled(path, places_now) + ending)
                assert answer.status_code < 500, (method, path, ending)
