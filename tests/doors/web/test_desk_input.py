"""The desk without JavaScript, with bad input, other libraries' ids and missing rights."""

import pytest

from jieyue.circulation.models import Loan
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Role
from jieyue.libraries.rules.permissions import HELPER, Permission
from jieyue.patrons.models import Card
from tests.doors.web.desk_page import Desk, lend, open_loans
from tests.world import World


@pytest.fixture
def desk(world, staff_client) -> Desk:
    return Desk(world, staff_client)


@pytest.mark.parametrize("state", ["lost", "ended"])
def test_an_old_card_opens_nobody(world, desk, state) -> None:
    patron = world.patron()
    Card.objects.filter(barcode=patron.card).update(**{f"{state}_at": world.now})

    answer = desk.scan(patron.card)

    assert answer.status_code == 409
    assert "林晓雨" in desk.html
    assert "reader" not in desk.state()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422),
        ("   ", 422),
        ("9787020002208", 422),
        ("300000018", 422),
        ("399", 409),
        ("😀🐉", 409),
        ("\x00\x07\x1b", 422),
        ("书" * 10_000, 422),
        ("<script>alert(1)</script>", 409),
        ("https://books.example/elsewhere/c/ABCDEFGH23", 409),
        ("'; DROP TABLE x; --%_", 409),
    ],
)
@pytest.mark.parametrize("htmx", [True, False])
def test_bad_input_gets_a_clear_answer_and_loses_nothing(world, desk, text, status, htmx) -> None:
    patron = world.patron()
    desk.scan(patron.card)

    answer = desk.scan(text, htmx=htmx)

    assert answer.status_code == status
    assert desk.tone == "refused"
    assert desk.state()["reader"] == [patron.public_id]
    assert "<script>alert" not in desk.html
    assert Loan.objects.count() == 0


@pytest.mark.parametrize(
    ("tail", "fields"),
    [
        ("scans/", {"q": "x", "mode": "sideways"}),
        ("scans/", {"q": "x", "reader": "'; --"}),
        ("scans/", {"q": "x", "copy": "\x01"}),  # NUL itself the middleware drops
        ("scans/", {"q": "x", "last": "checkout"}),
        ("scans/", {"pick": "nonsense"}),
        ("scans/", {"pick": "title:'"}),
        ("loans/", {"barcode": "1", "override": "everything"}),
        ("returns/", {"barcode": ""}),
        ("returns/", {"barcode": "9" * 41}),
        ("renewals/", {}),
        ("renewals/", {"loan": ["x"]}),
    ],
)
def test_what_our_pages_never_send_is_malformed(world, desk, tail, fields) -> None:
    assert desk.post(tail, **fields).status_code == 422
    assert desk.tone == "refused"


def test_other_librarys_ids_are_not_there(world, desk) -> None:
    other = World(slug="elsewhere")
    with library_scope(other.library.pk):
        copy, patron = other.copy(), other.patron()
        loan = lend(other, copy, patron)

    assert desk.scan("1", reader=patron.public_id).status_code == 404
    assert desk.get(desk.url(f"?reader={patron.public_id}")).status_code == 404
    assert desk.post("scans/", pick=f"patron:{patron.public_id}").status_code == 404
    assert desk.post("loans/", barcode=copy.barcode, reader=patron.public_id).status_code == 404
    assert desk.post(f"loans/{loan}/renewals/").status_code == 404
    assert desk.post(f"loans/{loan}/undo/", step="checkout").status_code == 404
    for text in (copy.barcode, patron.card):
        assert desk.scan(text).status_code in (409, 422)
    assert desk.post("returns/", barcode=copy.barcode).status_code == 409


def test_a_helper_takes_back_and_sees_no_names(world, helper_client) -> None:
    desk = Desk(world, helper_client)
    patron, copy, shelved = world.patron(), world.copy(), world.copy()
    lend(world, copy, patron)

    assert desk.scan(patron.card).status_code == 409
    assert desk.scan("林晓雨").status_code == 409
    desk.scan(copy.barcode)
    assert desk.headline == "已还"
    desk.scan(shelved.barcode)
    assert desk.tone == "look"
    assert desk.post("loans/", barcode=shelved.barcode, reader=patron.public_id).status_code == 403

    assert "林晓雨" not in desk.html + desk.open()
    assert open_loans() == set()


def test_somebody_who_may_neither_lend_nor_take_back_has_no_desk(world, helper_client) -> None:
    Role.objects.filter(code="helper").update(permissions=sorted(HELPER - {Permission.CHECKIN}))
    desk = Desk(world, helper_client)

    assert desk.get(desk.url()).status_code == 403
    assert desk.scan("1").status_code == 403


def test_without_javascript_a_step_ends_in_a_page_that_can_be_reloaded(world, desk) -> None:
    patron, copy = world.patron(), world.copy()
    desk.open(f"?reader={patron.public_id}")

    sent = desk.scan(copy.barcode, htmx=False, key="typed")
    assert sent.status_code == 303
    followed = desk.get(sent.headers["Location"])
    desk.html = followed.content.decode()

    assert desk.headline == "已借出"
    assert desk.state()["reader"] == [patron.public_id]
    assert desk.state()["last"] == [f"checkout:{Loan.objects.get().public_id}"]
    assert "<html" in desk.html
    assert desk.get(sent.headers["Location"]).status_code == 200
    assert Loan.objects.count() == 1


def test_without_javascript_a_refusal_is_a_whole_page(world, desk) -> None:
    answer = desk.scan("399", htmx=False)

    assert answer.status_code == 409
    assert "<html" in desk.html


@pytest.mark.parametrize("did", ["nothing", "\x00", "x" * 5000])
def test_an_unknown_step_to_show_is_left_out(world, desk, did) -> None:
    answer = desk.get(desk.url(), {"did": did})

    assert answer.status_code == 200
    assert 'id="answer"' not in answer.content.decode()


def test_a_mode_is_part_of_the_address(world, desk) -> None:
    part = desk.get(desk.url("?mode=return"), headers={"HX-Request": "true"})

    assert "<html" not in part.content.decode()
    assert part.headers["Cache-Control"] == "no-store"
    assert desk.get(desk.url("?mode=sideways")).status_code == 404
