"""Lending."""

from datetime import UTC, date, datetime

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import Checkout, Lent, NotLent, checkout
from jieyue.circulation.models import Loan
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.actions import ForbiddenError, KeyReusedError
from jieyue.libraries.models import IdempotencyKey
from jieyue.libraries.rules.permissions import HELPER, Permission
from tests.world import World


def lend(world: World, copy, patron, **desk):
    return checkout(world.desk(**desk), copy_barcodes=(copy.barcode,), card_barcode=patron.card)


def test_lends_until_the_last_second_of_a_local_day(world: World) -> None:
    copy, patron = world.copy(parts="CD 1 张"), world.patron()

    outcome = lend(world, copy, patron)

    loan = Loan.objects.get()
    assert outcome == Checkout(
        results=(
            Lent(
                loan=loan.public_id,
                copy_barcode=copy.barcode,
                title=copy.title.name,
                due_on=date(2026, 4, 1),
                due_at=datetime(2026, 4, 1, 15, 59, 59, tzinfo=UTC),
                parts="CD 1 张",
                loans_left=4,
            ),
        )
    )
    assert (loan.copy_id, loan.patron_id, loan.branch_id) == (copy.pk, patron.pk, world.branch.pk)
    assert (loan.lent_at, loan.due_at) == (world.now, outcome.results[0].due_at)
    entry = Entry.objects.get()
    assert (entry.action, entry.outcome, entry.copy_id, entry.patron_id, entry.staff_id) == (
        "checkout",
        "lent",
        copy.pk,
        patron.pk,
        world.staff.pk,
    )
    assert entry.data == {"loan": loan.public_id, "limit": 5}


def test_gives_every_reason_and_changes_nothing_but_the_journal(world: World) -> None:
    world.policy(max_loans=0, max_owed_cents=500)
    copy = world.copy(standing="repair")
    patron = world.patron(expires_on=date(2026, 3, 1), frozen_at=world.now, frozen_reason="换班")

    outcome = lend(world, copy, patron)

    assert outcome.results == (
        NotLent(
            copy_barcode=copy.barcode,
            title=copy.title.name,
            reasons=(
                Why(Reason.PATRON_FROZEN, {"note": "换班"}),
                Why(Reason.PATRON_EXPIRED, {"on": "2026-03-01"}),
                Why(Reason.COPY_IN_REPAIR),
                Why(Reason.PATRON_AT_LOAN_LIMIT, {"open": 0, "limit": 0}),
            ),
            can_be_overridden=True,
        ),
    )
    assert not Loan.objects.exists()
    entry = Entry.objects.get()
    assert entry.outcome == "refused"
    assert entry.reasons == [
        "patron_frozen",
        "patron_expired",
        "copy_in_repair",
        "patron_at_loan_limit",
    ]


def test_unknown_barcodes_are_reasons(world: World) -> None:
    outcome = checkout(world.desk(), copy_barcodes=("404",), card_barcode="405")

    assert outcome.results == (
        NotLent(
            copy_barcode="404",
            title="",
            reasons=(Why(Reason.COPY_UNKNOWN), Why(Reason.PATRON_UNKNOWN)),
            can_be_overridden=False,
        ),
    )


def test_a_pile_is_lent_up_to_the_limit(world: World) -> None:
    world.policy(max_loans=2)
    copies, patron = [world.copy() for _ in range(3)], world.patron()
    barcodes = (copies[0].barcode, copies[0].barcode, copies[1].barcode, copies[2].barcode)

    outcome = checkout(world.desk(), copy_barcodes=barcodes, card_barcode=patron.card)

    assert [result.type for result in outcome.results] == ["lent", "refused", "lent", "refused"]
    assert outcome.results[1].reasons == (Why(Reason.SCANNED_TWICE),)
    assert outcome.results[3].reasons == (
        Why(Reason.PATRON_AT_LOAN_LIMIT, {"open": 2, "limit": 2}),
    )
    assert Loan.objects.count() == 2


def test_an_override_needs_its_right_and_is_journalled_by_name(world: World) -> None:
    world.policy(max_loans=0)
    copy, patron = world.copy(), world.patron()
    waive = frozenset({Reason.PATRON_AT_LOAN_LIMIT})
    call = {"copy_barcodes": (copy.barcode,), "card_barcode": patron.card, "override": waive}

    with pytest.raises(ForbiddenError):
        checkout(world.desk(permissions=frozenset({Permission.CHECKOUT})), **call)
    outcome = checkout(world.desk(), **call)

    assert outcome.results[0].overridden == (Reason.PATRON_AT_LOAN_LIMIT,)
    assert Entry.objects.get().overridden == ["patron_at_loan_limit"]


def test_a_helper_may_not_lend(world: World) -> None:
    with pytest.raises(ForbiddenError):
        lend(world, world.copy(), world.patron(), permissions=HELPER)
    assert not Entry.objects.exists()


def test_a_missing_copy_on_the_desk_is_found(world: World) -> None:
    copy = world.copy(standing="missing")

    outcome = lend(world, copy, world.patron())

    copy.refresh_from_db()
    assert outcome.results[0].notes == ("was_missing",)
    assert copy.standing == "in_use"


def test_the_same_key_gets_the_same_answer_and_one_loan(world: World) -> None:
    copy, patron = world.copy(), world.patron()

    first = lend(world, copy, patron, key="scan-1")
    again = lend(world, copy, patron, key="scan-1")

    assert first == again
    assert Loan.objects.count() == 1
    assert Entry.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1


def test_a_refusal_is_repeated_with_its_key_too(world: World) -> None:
    patron = world.patron(card="77")
    call = {"copy_barcodes": ("404",), "card_barcode": patron.card}
    first = checkout(world.desk(key="k"), **call)
    world.copy(barcode="404")

    assert checkout(world.desk(key="k"), **call) == first


def test_the_same_key_with_other_input_is_refused(world: World) -> None:
    copy, patron = world.copy(), world.patron()
    lend(world, copy, patron, key="scan-1")

    with pytest.raises(KeyReusedError):
        lend(world, world.copy(), patron, key="scan-1")


def test_a_card_about_to_expire_caps_the_date(world: World) -> None:
    patron = world.patron(expires_on=date(2026, 3, 10))

    outcome = lend(world, world.copy(), patron)

    assert outcome.results[0].due_on == date(2026, 3, 10)
    assert Loan.objects.get().terms["steps"] == [
        ["counted", "2026-04-01", "30"],
        ["ceiling", "2026-03-10", "card_expiry"],
    ]
