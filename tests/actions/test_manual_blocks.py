"""Blocks that staff set and lift, and the library's grid."""

import pytest

from jieyue.circulation.actions.blocks import add_block, lift_block, set_block_rules
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import renew
from jieyue.circulation.models import Block
from jieyue.circulation.queries.rulebook import block_grid
from jieyue.circulation.rules.reasons import Reason
from jieyue.libraries.actions import ForbiddenError
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.actions import report_card_lost
from jieyue.patrons.rules.membership import Fault, PatronFault
from tests.world import World, day


def lend(world: World, patron, days: int = 0):
    [result] = checkout(
        world.days_later(days), copy_barcodes=(world.copy().barcode,), card_barcode=patron.card
    ).results
    return result


def test_a_block_stops_until_its_last_day_and_is_lifted_with_a_reason(world: World) -> None:
    patron = world.patron()

    made = add_block(
        world.desk(), patron=patron.public_id, reason="撕书", staff_note="见谈话记录",
        ends_on=day("2026-03-10"),
    )  # fmt: skip

    assert (made.type, made.ends_on) == ("blocked", day("2026-03-10"))
    [why] = lend(world, patron).reasons
    assert (why.code, why.facts) == (
        Reason.PATRON_BLOCKED, {"note": "撕书", "until": "2026-03-10"},
    )  # fmt: skip
    assert lend(world, patron, days=9).type == "lent"

    assert lift_block(world.desk(), block=made.block, why="赔了").type == "lifted"
    assert lend(world, patron).type == "lent"
    again = lift_block(world.desk(), block=made.block, why="赔了")
    assert again.faults == (Fault("block", PatronFault.BLOCK_UNKNOWN),)
    row = Block.objects.get()
    assert (row.lifted_why, row.staff_id) == ("赔了", world.staff.pk)


def test_it_stops_only_what_was_chosen(world: World) -> None:
    patron = world.patron()

    add_block(world.desk(), patron=patron.public_id, reason="常不取", stops=("hold",))

    assert lend(world, patron).type == "lent"


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"reason": " "}, Fault("reason", PatronFault.REASON_MISSING)),
        ({"reason": "长" * 201}, Fault("reason", PatronFault.TOO_LONG, "200")),
        ({"staff_note": "长" * 301}, Fault("staff_note", PatronFault.TOO_LONG, "300")),
        ({"stops": ()}, Fault("stops", PatronFault.NOTHING_CHOSEN)),
        ({"ends_on": day("2026-03-01")}, Fault("ends_on", PatronFault.DATE_PAST)),
    ],
)
def test_what_cannot_be_is_refused(world: World, values, fault) -> None:
    patron = world.patron()

    refused = add_block(world.desk(), patron=patron.public_id, **({"reason": "撕书"} | values))

    assert refused.faults == (fault,)
    assert not Block.objects.exists()


def test_who_may(world: World) -> None:
    desk = world.desk(permissions=frozenset({Permission.CHECKOUT, Permission.FEES}))
    with pytest.raises(ForbiddenError):
        add_block(desk, patron=world.patron().public_id, reason="撕书")
    with pytest.raises(ForbiddenError):
        set_block_rules(desk, grid={"lost": ()})


def test_the_grid_is_set_in_parts_and_counts_at_once(world: World) -> None:
    patron = world.patron(expires_on=day("2026-03-01"))
    assert lend(world, patron).type == "refused"

    saved = set_block_rules(world.desk(), grid={"expired": ("hold",), "lost": ()})

    assert saved.type == "saved"
    assert block_grid() == {"expired": {"hold"}, "lost": frozenset()}
    assert lend(world, patron).type == "lent"
    assert set_block_rules(world.desk(), grid={"weather": ()}).trouble == Trouble.UNKNOWN


def test_a_lost_card_stops_renewals_only_where_the_library_says_so(world: World) -> None:
    patron = world.patron()
    lent = lend(world, patron)
    report_card_lost(world.desk(), patron=patron.public_id)

    [kept] = renew(world.days_later(1), loans=(lent.loan,)).results
    set_block_rules(world.desk(), grid={"card_lost": ("renew",)})
    [refused] = renew(world.days_later(2), loans=(lent.loan,)).results

    assert kept.type == "renewed"
    assert [why.code for why in refused.reasons] == [Reason.CARD_LOST]
    assert [why.code for why in lend(world, patron).reasons] == [Reason.CARD_LOST]
