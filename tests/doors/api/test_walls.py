"""Every operation of the published description, asked with another library's ids and no rights."""

import json
import re
from typing import Any

import pytest

from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import OWNER
from tests.doors.api.program import Program, program
from tests.doors.api.published import DESCRIPTION
from tests.doors.undoing import undone
from tests.doors.voices import voices
from tests.world import World

ISBN = "9787020002207"
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]
# An ISBN is no library's: both may have the book.
SHARED = {"catalogue_isbn"}
VACATION = {"name": "暑假", "starts_on": "2026-07-10", "ends_on": "2026-08-31"}
CLOSURE = {"name": "台风", "starts_on": "2026-07-10", "ends_on": "2026-07-11"}
BODIES: dict[str, Any] = {
    "lend": {"card_barcode": "<card>", "copy_barcode": "<barcode>"},
    "lend_batch": {"card_barcode": "<card>", "copy_barcodes": ["<barcode>"]},
    "preview_loans": {"card_barcode": "<card>", "copy_barcodes": ["<barcode>"]},
    "take_back": {"copy_barcodes": ["<barcode>"]},
    "undo_step": {"step": "checkout"},
    "redate_return": {"as_of": "2026-03-02T12:00:00+08:00"},
    "add_patron": {"name": "林晓雨", "category": "adult", "branch": "theirs"},
    "edit_patron": {"name": "林晓雨", "category": "adult"},
    "freeze_patron": {"reason": "换班"},
    "add_block": {"reason": "换班"},
    "lift_block": {"why": "谈过了"},
    "report_lost": {"cost_cents": 100},
    "price_loss": {"cost_cents": 100},
    "accept_replacement": {},
    "mark_damaged": {"reason": "水渍"},
    "resolve_claim": {"resolution": "withdrawn"},
    "send_copy": {"copy_barcode": "<barcode>", "branch": "theirs"},
    "receive_transits": {"transits": ["<transit_id>"]},
    "make_manifest": {"branch": "theirs"},
    "charge_patron": {"amount_cents": 100, "reason": "办卡"},
    "take_payment": {"amount_cents": 100},
    "waive_charge": {"amount_cents": 100, "reason": "老读者"},
    "refund_charge": {"amount_cents": 100, "charge": "<charge_id>", "reason": "记错了"},
    "replace_card": {},
    "approve_application": {},
    "ask_applicant": {"text": "学号是多少？"},
    "refuse_application": {"reason": "不在服务范围"},
    "add_title": {"name": "红楼梦"},
    "edit_title": {"name": "红楼梦"},
    "add_copies": {"count": 1},
    "catalogue_isbn": {"copies": {"branch": "theirs"}},
    "edit_copy": {"barcode": "3777777"},
    "set_standing": {"standing": "repair"},
    "place_hold": {"title": "<title_id>", "patron": "<patron_id>", "pickup": "theirs"},
    "suspend_hold": {},
    "move_hold": {"before": "<hold_id>", "reason": "急用"},
    "change_pickup": {"branch": "theirs"},
    "withdraw_copy": {"reason": "破损"},
    "preview_vacation": {**VACATION, "branch": "theirs"},
    "add_vacation": {**VACATION, "branch": "theirs"},
    "preview_vacation_change": VACATION,
    "edit_vacation": VACATION,
    "add_term_end": {"name": "期末", "on": "2026-07-01", "card_type": "theirs"},
    "preview_earlier_dates": {},
    "bring_forward": {},
    "preview_closure": {**CLOSURE, "branch": "theirs"},
    "close_suddenly": {**CLOSURE, "branch": "theirs"},
    "take_deposit": {"amount_cents": 100},
    "give_deposit_back": {},
    "abolish_deposits": {},
    "start_stock_take": {"branch": "theirs"},
    "scan_stock": {"scans": [{"text": "<barcode>"}]},
    "change_stock_take": {"do": "close"},
    "make_pile": {"change": {"kind": "relocate", "shelf": "A"}, "copies": ["<copy_id>"]},
    "change_pile": {"do": "begin"},
    "start_upload": {"kind": "books", "bytes": 7},
    "put_part": "书名\n",
    "choose_columns": {"columns": ["name"]},
    "change_import": {"do": "check"},
    "find_covers": {"do": "find"},
    "mini_program_sign_in": {"js_code": "0"},
    "answer_feedback": {"text": "好的"},
    "decide_wish": {"state": "considered"},
    "mend_row": {"cells": {"0": "呐喊"}},
}
# Operations without an id in their address, and what they say of another library's barcodes.
ELSEWHERE: dict[str, Any] = {
    "lend": (409, ["copy_unknown", "patron_unknown"]),
    "lend_batch": (200, ["copy_unknown", "patron_unknown"]),
    "preview_loans": (200, ["copy_unknown", "patron_unknown"]),
    "place_hold": (409, ["title_unknown", "patron_unknown", "pickup_unknown"]),
    "take_back": (200, ["unknown_copy"]),
    "list_transits": (200, []),
    "send_copy": (409, ["copy_unknown", "branch_unknown"]),
    "receive_transits": (404, []),
    "make_manifest": (409, ["branch_unknown"]),
    "add_patron": (409, ["branch_unknown"]),
    "find_patrons": (200, []),
    "find_titles": (200, []),
    "export_books": (200, []),
    "export_readers": (200, []),
    "add_title": (201, []),
    "catalogue_isbn": (409, ["branch_unknown"]),
    "list_vacations": (200, ["[]"]),
    "preview_vacation": (409, ["unknown"]),
    "add_vacation": (409, ["unknown"]),
    "list_term_ends": (200, ["[]"]),
    "add_term_end": (409, ["unknown"]),
    "list_closures": (200, ["[]"]),
    "preview_closure": (409, ["unknown"]),
    "close_suddenly": (409, ["unknown"]),
    "list_applications": (200, ["[]"]),
    "list_deliveries": (200, ["[]"]),
    "list_deposits": (200, ["[]"]),
    "abolish_deposits": (409, ["no_deposit"]),
    "list_stock_takes": (200, ["[]"]),
    "start_stock_take": (409, ["branch_unknown"]),
    "mini_program_sign_in": (404, []),
    "list_imports": (200, ["[]"]),
    "start_upload": (201, []),
    "list_piles": (200, ["[]"]),
    "list_feedback": (200, ["[]"]),
    "list_wishes": (200, ["[]"]),
    "make_pile": (409, ["pile_empty"]),
}


@pytest.fixture
def theirs(world: World) -> dict[str, str]:
    """Return the ids of another library, by the names addresses and bodies use."""
    from jieyue.circulation.actions.blocks import add_block
    from jieyue.circulation.actions.checkout import checkout
    from jieyue.circulation.actions.deposits import take_deposit
    from jieyue.circulation.actions.stocktaking import start_stock_take
    from jieyue.fees.models import LedgerLine
    from jieyue.libraries.models import Branch

    other = World(slug="southfield")
    with library_scope(other.library.pk):
        Branch.objects.create(
            library_id=other.library.pk, code="theirs", name="分馆", created_at=other.now
        )
        copy = other.copy(other.title("他们的书", isbn13=ISBN))
        patron = other.patron("他们的读者")
        hold = other.hold(other.patron("也是他们的"), other.title("他们的另一本书"))
        charge = LedgerLine.objects.create(
            library_id=other.library.pk, public_id="theircharge1", kind="charge",
            patron=other.patron("欠费的"), amount_cents=100, reason="late", at=other.now,
        )  # fmt: skip
        heard = voices(other, patron)
    call = {"copy_barcodes": (copy.barcode,), "card_barcode": patron.card}
    [lent] = checkout(other.desk(), **call).results
    block = add_block(other.desk(), patron=patron.public_id, reason="撕书")
    take_deposit(other.desk(), patron=patron.public_id, amount_cents=100)
    return {
        **_calendar(other),
        "feedback_id": heard["feedback"],
        "wish_id": heard["wish"],
        "block_id": block.block,
        "loan_id": lent.loan,
        "stock_take_id": start_stock_take(other.desk(), name="").stock_take,
        "transit_id": _travelling(other),
        "import_id": _brought(other),
        "application_id": _applied(other),
        "part": "1",
        "receipt_id": _receipt(other, lent.loan),
        "pile_id": _piled(other, copy.public_id),
        "number": "1",
        "charge_id": charge.public_id,
        "hold_id": hold.public_id,
        "patron_id": patron.public_id,
        "title_id": copy.title.public_id,
        "copy_id": copy.public_id,
        "isbn": ISBN,
        "barcode": copy.barcode,
        "card": patron.card,
    }


def _travelling(other: World) -> str:
    """Send a copy of the other library on its way, on its manifest 1; return the transit."""
    from jieyue.circulation.actions.manifests import make_manifest
    from jieyue.circulation.actions.transits import send_copy

    with library_scope(other.library.pk):
        copy = other.copy()
    sent = send_copy(other.desk(), copy_barcode=copy.barcode, to_branch="theirs")
    make_manifest(other.desk(), to_branch="theirs")
    return sent.transit


def _brought(other: World) -> str:
    """Bring a list to the other library; return the import."""
    from jieyue.catalog.importing.books import BOOKS
    from tests.bringing import Bringing

    with library_scope(other.library.pk):
        return Bringing(other.desk(), BOOKS, "书名\n他们的第三本书\n").check().run


def _applied(other: World) -> str:
    """Apply for a card of the other library; return the application."""
    from tests.actions.joining_case import ADULT, open_form, send

    with library_scope(other.library.pk):
        open_form(other)
        return send(other, ADULT | {"name": "他们的读者"}).application


def _piled(other: World, copy: str) -> str:
    """Put a pile of one copy together at the other library."""
    from jieyue.circulation.actions.piles import make_pile
    from jieyue.circulation.rules.piles import Change, PileKind

    change = Change(kind=PileKind.RELOCATE, shelf="他们的架")
    return make_pile(other.desk(), change=change, copies=(copy,)).pile


def _receipt(other: World, loan_id: str) -> str:
    """Give the other library a receipt for a loan; return its public id."""
    from datetime import timedelta

    from jieyue.circulation.models import Loan, Receipt, ReceiptLine
    from jieyue.kit.ids import public_id

    with library_scope(other.library.pk):
        mine = {"library_id": other.library.pk}
        loan = Loan.objects.get(public_id=loan_id)
        made = Receipt.objects.create(
            **mine, public_id=public_id(), patron=loan.patron, branch=other.branch,
            made_at=other.now, valid_until=other.now + timedelta(hours=2),
        )  # fmt: skip
        ReceiptLine.objects.create(**mine, receipt=made, loan=loan)
        return str(made.public_id)


def _calendar(other: World) -> dict[str, str]:
    """Give the other library a vacation, a last day of term and a closure; return their names."""
    from datetime import date

    from jieyue.circulation.actions.closures import close_suddenly
    from jieyue.circulation.actions.term_ends import add_term_end
    from jieyue.circulation.actions.vacations import add_vacation
    from jieyue.circulation.queries.vacations import Values

    first, last = date(2026, 7, 10), date(2026, 8, 31)
    values = Values(name="他们的暑假", starts_on=first, ends_on=last)
    add_term_end(other.desk(), name="他们的期末", on=first)
    closed = close_suddenly(other.desk(), name="他们的台风", starts_on=first, ends_on=first)
    return {
        "vacation_id": add_vacation(other.desk(), values=values).code,
        "closure_id": closed.code,
        "on": first.isoformat(),
    }


def ask(api: Program, method: str, path: str, operation: dict[str, Any], ids: dict[str, str]):
    names = dict(ids)
    if "by-card" in path:
        names["barcode"] = ids["card"]
    address = re.sub(r"\{(\w+)\}", lambda match: names[match[1]], path)
    if operation["operationId"].startswith("find_"):
        address += "?q=" + ("他们的读者" if "patrons" in path else "他们的书")
    body = json.dumps(BODIES.get(operation["operationId"]))
    for name, value in ids.items():
        body = body.replace(f"<{name}>", value)
    return api.call(method, address, body if "requestBody" in operation else None)


def test_every_operation_with_a_body_is_asked_with_one() -> None:
    needed = {op["operationId"] for _, _, op in OPERATIONS if "requestBody" in op}

    assert needed - {"renew_loan"} == set(BODIES)


def test_another_library_does_not_exist(world: World, theirs: dict[str, str]) -> None:
    ours = program(world, all_branches=True)
    wrong = {}
    for method, path, operation in OPERATIONS:
        name = operation["operationId"]
        with undone():
            answer = ask(ours, method, path, operation, theirs)
        text = answer.content.decode()
        if "{" in path and name not in SHARED:
            if (answer.status_code, answer.json()["type"]) != (404, "not_found"):
                wrong[name] = (answer.status_code, text)
            continue
        status, codes = ELSEWHERE[name]
        if (
            answer.status_code != status
            or not all(code in text for code in codes)
            or theirs["patron_id"] in text
            or theirs["title_id"] in text
        ):
            wrong[name] = (answer.status_code, text)
    assert wrong == {}


def test_without_the_right_it_is_403_and_nothing_is_learnt(
    world: World, theirs: dict[str, str]
) -> None:
    nobody = program(world, ())
    wrong = {}
    for method, path, operation in OPERATIONS:
        with undone():
            answer = ask(nobody, method, path, operation, theirs)
        if (answer.status_code, answer.json()["type"]) != (403, "forbidden"):
            wrong[operation["operationId"]] = (answer.status_code, answer.content.decode())
    assert wrong == {}


def test_each_right_opens_something_and_some_operations_need_it(world: World) -> None:
    """No operation is open to a token of rights that are not the desk's."""
    assert program(world, OWNER).get("patrons").status_code == 200
