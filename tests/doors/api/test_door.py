"""What every operation shares: token, size, shape of input, repeats."""

from contextvars import copy_context
from typing import Any

import pytest
from django.test import Client

from jieyue.circulation.models import Loan
from jieyue.kit.scope import NoLibraryScopeError, current_library_id
from jieyue.libraries.models import ApiToken, IdempotencyKey
from jieyue.libraries.tokens import (
    TokenIssued,
    TokenRefused,
    TokenRevoked,
    issue_token,
    revoke_token,
    tokens,
)
from tests.doors.api.program import Program
from tests.world import Permission, World


def body_of(world: World) -> dict[str, str]:
    return {"card_barcode": world.patron().card, "copy_barcode": world.copy().barcode}


def test_without_a_valid_token_nothing_opens(world: World, api: Program) -> None:
    body = body_of(world)
    secrets = ["", "nonsense", "jy_", "jy_" + "x" * 43, "jy_" + "x" * 10_000]

    for secret in secrets:
        answer = Program(Client(), secret).post("loans", body)
        assert answer.status_code == 401
        assert answer.json()["type"] == "unauthorized"
        assert answer["WWW-Authenticate"].startswith("Bearer")
    basic = api.call("POST", "loans", body, Authorization=f"Basic {api.secret}")
    assert basic.status_code == 401
    assert not Loan.objects.exists()


def test_a_revoked_token_opens_nothing(world: World, api: Program) -> None:
    [name] = ApiToken.objects.values_list("name", flat=True)
    assert api.get("patrons").status_code == 200

    assert revoke_token(world.desk(), name=name) == TokenRevoked(name=name, was_known=True)

    assert api.get("patrons").status_code == 401
    assert revoke_token(world.desk(), name=name).was_known is False
    assert [token.revoked_at for token in tokens()] == [world.now]


def test_only_the_hash_of_a_secret_is_kept(world: World) -> None:
    desk = world.desk(key="twice")
    rights = frozenset({Permission.CHECKIN})

    issued = issue_token(desk, name="自助机", branch="main", permissions=rights)
    again = issue_token(desk, name="自助机", branch="main", permissions=rights)

    assert isinstance(issued, TokenIssued)
    assert again == TokenRefused(reason="name_taken")
    [row] = ApiToken.objects.values()
    assert issued.secret not in str(row)
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "name_missing"),
        ({"branch": "elsewhere"}, "branch_unknown"),
        ({"permissions": frozenset({Permission.OWN_LOANS})}, "rights_exceed_yours"),
        ({"permissions": frozenset({Permission.STAFF})}, "rights_exceed_yours"),
    ],
)
def test_a_token_that_is_refused(world: World, changes: dict[str, Any], reason: str) -> None:
    desk = world.desk(permissions=frozenset({Permission.SETTINGS, Permission.CHECKIN}))
    wanted = {"name": "x", "branch": "main", "permissions": frozenset({Permission.CHECKIN})}

    assert issue_token(desk, **(wanted | changes)) == TokenRefused(reason=reason)


def test_unknown_addresses_and_methods(api: Program) -> None:
    for path in ("nowhere", "", "loans/", "loans/x/y/z", "patrons/%00", "/api/v2/loans"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "not_found"), path
    wrong = api.get("loans")
    assert (wrong.status_code, wrong["Allow"]) == (405, "POST")
    assert wrong.json()["type"] == "method_not_allowed"


@pytest.mark.parametrize("path", ["loans", "loans/batch", "loans/preview", "returns", "patrons"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'"x"', '{"a": "\ud800"}'])
def test_what_is_not_the_input_is_422(api: Program, path: str, body: Any) -> None:
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body

    answer = api.post(path, raw)

    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert answer.json()["errors"]


def test_errors_name_their_place_alike_on_both_ways(world: World, api: Program) -> None:
    """`/loans/batch` is called directly, `/loans/preview` through django-ninja."""
    bad = {"card_barcode": "1" * 41, "copy_barcodes": ["ok", "", "a\u0000b"], "more": 1}

    direct, ninja = api.post("loans/batch", bad), api.post("loans/preview", bad)

    assert direct.status_code == ninja.status_code == 422
    assert direct.json() == ninja.json()
    assert [error["field"] for error in direct.json()["errors"]] == [
        "card_barcode",
        "copy_barcodes.1",
        "copy_barcodes.2",
        "more",
    ]


def test_limits(api: Program) -> None:
    too_many = {"copy_barcodes": ["3"] * 101}
    too_large = b'{"copy_barcodes": ["' + b"3" * 1024 * 1024 + b'"]}'

    assert api.post("returns", too_many).status_code == 422
    answer = api.post("returns", too_large)
    assert (answer.status_code, answer.json()["type"]) == (413, "too_large")


@pytest.mark.parametrize("barcode", ["🀄" * 40, "𠮷野家", "' OR 1=1 --", "%s%(library)s", "a\\b"])
def test_strange_barcodes_are_merely_unknown(api: Program, barcode: str) -> None:
    answer = api.post("loans", {"card_barcode": barcode, "copy_barcode": barcode})

    assert answer.status_code == 409
    codes = [reason["code"] for reason in answer.json()["reasons"]]
    assert codes == ["copy_unknown", "patron_unknown"]


def test_the_same_key_gets_the_same_answer(world: World, api: Program) -> None:
    body = body_of(world)

    first, again = api.post("loans", body, key="k-1"), api.post("loans", body, key="k-1")

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert Loan.objects.count() == 1


def test_a_refusal_is_repeated_too(world: World, api: Program) -> None:
    body = {"card_barcode": world.patron(card="77").card, "copy_barcode": "404"}
    first = api.post("loans", body, key="k-1")
    world.copy(barcode="404")

    again = api.post("loans", body, key="k-1")

    assert first.status_code == again.status_code == 409
    assert first.content == again.content


def test_a_key_with_other_input_is_422(world: World, api: Program) -> None:
    body = body_of(world)
    api.post("loans", body, key="k-1")

    for path, other in (
        ("loans", body | {"copy_barcode": "x"}),
        ("returns", {"copy_barcodes": ["x"]}),
    ):
        answer = api.post(path, other, key="k-1")
        assert (answer.status_code, answer.json()["type"]) == (422, "idempotency_key_reused")


def test_two_programs_may_use_the_same_key(world: World, api: Program) -> None:
    from tests.doors.api.program import program

    other = program(world)

    assert api.post("loans", body_of(world), key="1").status_code == 201
    assert other.post("loans", body_of(world), key="1").status_code == 201


@pytest.mark.parametrize("key", ["x" * 101, "with space", "键", "tab\t"])
def test_a_key_that_is_none(world: World, api: Program, key: str) -> None:
    answer = api.call("POST", "loans", body_of(world), **{"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["type"]) == (422, "invalid")
    assert not Loan.objects.exists()


def test_answers_are_for_nobody_else(api: Program) -> None:
    answer = api.get("patrons")

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Length"] == str(len(answer.content))


def test_a_database_that_takes_nothing_is_503(world: World, api: Program, monkeypatch) -> None:
    from django.db import OperationalError

    from jieyue.kit import sql

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("attempt to write a readonly database")

    wanted = body_of(world)
    monkeypatch.setattr(sql, "write", broken)

    answer = api.post("loans", wanted)

    assert (answer.status_code, answer.json()["type"]) == (503, "unavailable")


def test_the_scope_is_closed_afterwards(api: Program) -> None:
    def scope_after() -> None:
        answer = api.client.get("/api/v1/patrons", headers={"Authorization": api.bearer})
        assert answer.status_code == 200
        with pytest.raises(NoLibraryScopeError):
            current_library_id()

    copy_context().run(scope_after)
