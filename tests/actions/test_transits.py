"""Copies on their way between branches: sent, received, turned up elsewhere, called back."""

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.item_types import edit_item_type
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.effects.capture import SHELF, Goes
from jieyue.circulation.actions.manifests import make_manifest, send_manifest
from jieyue.circulation.actions.transit_outcomes import (
    CopySent,
    NotSent,
    TransitCancelled,
    TransitRefused,
)
from jieyue.circulation.actions.transits import cancel_transit, send_copy
from jieyue.circulation.actions.undo import undo_checkin, undo_checkout, undo_renewal
from jieyue.circulation.models import Loan, Transit
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.libraries.actions import ForbiddenError, OtherBranchError
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import HELPER, READER
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def east(world: World) -> Branch:
    return world.east()


@pytest.fixture
def west(world: World) -> Branch:
    return Branch.objects.create(
        library_id=world.library.pk, code="west", name="西馆", created_at=world.now
    )


def at(world: World, branch: Branch, **changes) -> Desk:
    return world.desk(branch_id=branch.pk, **changes)


def scanned(desk: Desk, copy: Copy) -> Goes:
    [result] = checkin(desk, copy_barcodes=(copy.barcode,)).results
    return result.goes


def sent(desk: Desk, copy: Copy, to: str = "east") -> str:
    outcome = send_copy(desk, copy_barcode=copy.barcode, to_branch=to)
    assert isinstance(outcome, CopySent), outcome
    return outcome.transit


def ways(copy: Copy) -> list[tuple[str, str, str, str | None]]:
    rows = Transit.objects.filter(copy=copy).order_by("id")
    return list(rows.values_list("from_branch__code", "to_branch__code", "why", "ending"))


def last() -> tuple[object, ...]:
    entry = Entry.objects.order_by("-id")[0]
    return entry.action, entry.outcome, entry.reasons, entry.data


def lent(world: World, copy: Copy) -> Copy:
    checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=world.patron().card)
    return copy


def kept(world: World) -> Copy:
    copy = world.copy()
    world.hold(world.patron(), copy.title)
    assert scanned(world.desk(), copy).to == "hold_shelf"
    return copy


def packed(world: World) -> Copy:
    copy = world.copy()
    sent(world.desk(), copy)
    return copy


def test_a_copy_is_sent_and_belongs_where_it_arrives(world: World, east: Branch) -> None:
    copy = world.copy()

    outcome = send_copy(world.desk(permissions=HELPER), copy_barcode=copy.barcode, to_branch="east")

    transit = Transit.objects.get()
    assert outcome == CopySent(
        transit=transit.public_id, copy_barcode=copy.barcode, title=copy.title.name,
        branch="east", branch_name="东馆",
    )  # fmt: skip
    assert last() == (
        "send_copy", "copy_sent", [], {"transit": transit.public_id, "to_branch": "east"},
    )  # fmt: skip
    assert scanned(at(world, east), copy) == Goes(to="shelf", stays="sent", left="main")
    copy.refresh_from_db()
    assert (copy.branch_id, ways(copy)) == (east.pk, [("main", "east", "request", "arrived")])
    assert last()[3] == {"stays": "sent", "left": "main"}


def test_what_arrived_is_not_sent_back_by_a_second_scan(world: World, east: Branch) -> None:
    """Koha 40331: a copy that had arrived was put on its way again."""
    copy = world.copy()
    sent(world.desk(), copy)

    first = checkin(at(world, east), copy_barcodes=(copy.barcode, copy.barcode)).results
    again = scanned(at(world, east), copy)

    assert [result.goes.to for result in first] == ["shelf", "shelf"]
    assert again == SHELF
    assert ways(copy) == [("main", "east", "request", "arrived")]


def test_a_copy_scanned_before_it_left_stays_in_its_box(world: World, east: Branch) -> None:
    """Koha 34596: checking in a copy already in transit made a superfluous transfer."""
    copy = world.copy()
    transit = sent(world.desk(), copy)

    goes = scanned(world.desk(), copy)

    assert goes == Goes(to="branch", branch="east", branch_name="东馆", transit=transit)
    assert ways(copy) == [("main", "east", "request", None)]


def test_a_copy_that_turns_up_elsewhere_goes_on_from_there(
    world: World, east: Branch, west: Branch
) -> None:
    returned, requested = world.copy(branch=east), world.copy()
    scanned(world.desk(), returned)
    sent(world.desk(), requested)

    for copy in (returned, requested):
        scanned(at(world, west), copy)

    assert ways(returned) == [
        ("main", "east", "home", "elsewhere"),
        ("west", "east", "home", None),
    ]
    assert ways(requested) == [
        ("main", "east", "request", "elsewhere"),
        ("west", "east", "request", None),
    ]


def test_a_copy_sent_to_a_branch_that_closed_meanwhile_goes_home(
    world: World, east: Branch, west: Branch
) -> None:
    copy = world.copy()
    sent(world.desk(), copy)
    Branch.objects.filter(pk=east.pk).update(is_open=False)

    assert scanned(at(world, west), copy).branch == "main"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda w: w.copy(standing="withdrawn", withdrawn_at=w.now), Reason.COPY_WITHDRAWN),
        (lambda w: w.copy(standing="missing"), Reason.COPY_LOST),
        (lambda w: lent(w, w.copy()), Reason.COPY_ON_LOAN),
        (kept, Reason.COPY_HELD_FOR_ANOTHER),
        (packed, Reason.COPY_IN_TRANSIT),
    ],
)
def test_what_is_not_sent(world: World, east: Branch, make, reason) -> None:
    copy = make(world)
    before = Transit.objects.count()

    outcome = send_copy(world.desk(), copy_barcode=copy.barcode, to_branch="east")

    assert outcome == NotSent(
        copy_barcode=copy.barcode, title=copy.title.name, reasons=(Why(reason),)
    )
    assert Transit.objects.count() == before
    assert last()[:3] == ("send_copy", "refused", [reason.value])


def test_nothing_is_sent_to_nowhere(world: World, east: Branch) -> None:
    copy = world.copy()
    east.is_open = False
    east.save()

    def why(barcode: str, to: str) -> list[Reason]:
        outcome = send_copy(world.desk(), copy_barcode=barcode, to_branch=to)
        return [why.code for why in outcome.reasons]

    assert why("404", "nowhere") == [Reason.COPY_UNKNOWN, Reason.BRANCH_UNKNOWN]
    assert why(copy.barcode, "main") == [Reason.COPY_IS_HERE]
    assert why(copy.barcode, "east") == [Reason.BRANCH_CLOSED]


def test_a_transit_is_cancelled_and_its_reader_waits_on(world: World, east: Branch) -> None:
    copy = world.copy()
    hold = world.hold(world.patron(), copy.title, pickup_branch=east)
    transit = scanned(world.desk(), copy).transit

    outcome = cancel_transit(world.desk(), transit=transit)

    assert outcome == TransitCancelled(
        transit=transit, copy_barcode=copy.barcode, title=copy.title.name, hold=hold.public_id
    )
    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id, hold.queued_at) == ("waiting", None, world.now)
    assert ways(copy) == [("main", "east", "hold", "cancelled")]
    assert cancel_transit(world.desk(), transit=transit) == TransitRefused(
        reasons=(Why(Reason.TRANSIT_ENDED, {"ending": "cancelled"}),)
    )
    assert cancel_transit(world.desk(), transit="NOTTHERE22") == TransitRefused(
        reasons=(Why(Reason.TRANSIT_UNKNOWN),)
    )


def test_a_copy_is_never_on_loan_and_on_its_way(world: World, east: Branch) -> None:
    """Koha SIP 4063: a copy was both on loan and waiting for somebody at another branch."""
    copy = world.copy()
    hold = world.hold(world.patron(), copy.title, pickup_branch=east)
    scanned(world.desk(), copy)

    [lent] = checkout(
        world.desk(),
        copy_barcodes=(copy.barcode,),
        card_barcode=world.patron().card,
        override=frozenset({Reason.COPY_HELD_FOR_ANOTHER}),
    ).results

    assert lent.type == "lent"
    hold.refresh_from_db()
    assert (hold.state, hold.captured_copy_id) == ("waiting", None)
    assert ways(copy) == [("main", "east", "hold", "elsewhere")]


def test_what_is_not_lent_still_goes_home(world: World, east: Branch) -> None:
    reference, gone = world.copy(branch=east, standing="reference"), world.copy()
    sent(world.desk(), gone)
    Copy.objects.filter(pk=gone.pk).update(standing="withdrawn", withdrawn_at=world.now)

    assert scanned(world.desk(), reference).branch == "east"
    assert scanned(at(world, east), gone) == SHELF
    assert ways(gone) == [("main", "east", "request", "arrived")]


def test_undoing_a_return_lets_a_floating_copy_belong_where_it_did(
    world: World, east: Branch
) -> None:
    world.item_type.floats = True
    world.item_type.save()
    copy = lent(world, world.copy())
    loan = Loan.objects.get().public_id
    assert scanned(at(world, east), copy).stays == "floats"

    assert undo_checkin(world.desk(), loan=loan).type == "undone"

    copy.refresh_from_db()
    assert copy.branch_id == world.branch.pk


def test_a_step_of_another_branch_is_not_taken_back(world: World, east: Branch) -> None:
    lent(world, world.copy())
    loan = Loan.objects.get().public_id
    only_east = at(world, east, branch_ids=frozenset({east.pk}))

    for undo in (undo_checkout, undo_renewal):
        reasons = [why.code for why in undo(only_east, loan=loan).reasons]
        assert Reason.OTHER_BRANCH in reasons
    checkin(world.desk(), copy_barcodes=(Copy.objects.get().barcode,))
    assert [why.code for why in undo_checkin(only_east, loan=loan).reasons] == [Reason.OTHER_BRANCH]
    only_main = world.desk(branch_ids=frozenset({world.branch.pk}))
    assert undo_checkin(only_main, loan=loan).type == "undone"


def test_a_box_of_other_branches_is_nobody_elses(world: World, east: Branch, west: Branch) -> None:
    transit = sent(world.desk(), world.copy())
    make_manifest(world.desk(), to_branch="east")
    only_west = at(world, west, branch_ids=frozenset({west.pk}))

    with pytest.raises(OtherBranchError):
        cancel_transit(only_west, transit=transit)
    with pytest.raises(OtherBranchError):
        send_manifest(only_west, number=1)
    with pytest.raises(ForbiddenError):
        send_copy(world.desk(permissions=READER), copy_barcode="3", to_branch="east")


def test_the_same_key_sends_once(world: World, east: Branch) -> None:
    copy = world.copy()
    call = {"copy_barcode": copy.barcode, "to_branch": "east"}

    first, again = (send_copy(world.desk(key="k"), **call) for _ in range(2))

    assert first == again
    assert Transit.objects.count() == 1


def test_a_kind_that_floats_stays_where_it_comes_back_and_the_journal_says_so(
    world: World, east: Branch
) -> None:
    copy = lent(world, world.copy())
    edit_item_type(world.desk(), item_type="book", name="图书", is_default=True, floats=True)

    goes = scanned(at(world, east), copy)

    assert goes == Goes(to="shelf", stays="floats", left="main")
    copy.refresh_from_db()
    assert copy.branch_id == east.pk
    assert {"stays": "floats", "left": "main"}.items() <= last()[3].items()
    assert scanned(at(world, east), copy) == SHELF
    assert not Transit.objects.exists()
