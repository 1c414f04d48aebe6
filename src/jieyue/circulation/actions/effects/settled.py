"""Pay or wait: paying (or being let off) lifts the 停借, and the 停借 served settles the charge."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from jieyue.audit.journal import Note, note
from jieyue.circulation.models import Assessment, Block
from jieyue.fees.models import LedgerLine
from jieyue.fees.settling import Account, account_of, settle
from jieyue.kit import sql
from jieyue.libraries.desk import Desk

PAID: Final = "paid"  # Block.lifted_why: the charge it stood for is settled
SERVED: Final = "served"  # it was waited out, and the charge is waived
WAITED: Final = "waited"  # LedgerLine.reason of that waiver

# 停借 that is over and counts: nothing that is late is still out. It may settle a charge.
WAITED_OUT: Final = """
SELECT b.id AS block_id, b.public_id AS block, b.patron_id, a.charge_id, b.ends_on
  FROM circulation_block b
  LEFT JOIN circulation_assessment a
    ON a.library_id = <library:bigint> AND a.loan_id = b.loan_id AND a.block_id = b.id
 WHERE b.library_id = <library:bigint> AND b.patron_id = ANY(<patrons:bigint[]>)
   AND b.lifted_at IS NULL AND b.kind = 'suspension' AND b.ends_on < <today:date>
   AND NOT EXISTS (SELECT 1 FROM circulation_loan n
                    WHERE n.library_id = <library:bigint> AND n.patron_id = b.patron_id
                      AND n.returned_at IS NULL AND n.claimed_at IS NULL AND n.lost_at IS NULL
                      AND n.due_at < <now:timestamptz>)
 ORDER BY b.id
"""


def waited_out(patron_ids: Iterable[int], *, today: date, now: datetime) -> list[sql.Row]:
    """Return the suspensions that readers have waited out; `charge_id`: what they settle."""
    ids = sorted(patron_ids)
    return sql.rows(WAITED_OUT, patrons=ids, today=today, now=now) if ids else []


def settle_waited(desk: Desk, account: Account) -> Account:
    """Waive what a locked reader has waited out; return the account as it stands then.

    The nightly job does it, and whoever takes money first. One statement if there is nothing.
    """
    found = waited_out([account.patron.pk], today=desk.today, now=desk.now)
    if not found:
        return account
    left = {balance.charge: balance.left_cents for balance in account.balances}
    parts = [
        (row["charge_id"], left[row["charge_id"]]) for row in found if row["charge_id"] in left
    ]
    parts = [(charge, cents) for charge, cents in parts if cents > 0]
    settle(desk, account, parts, LedgerLine.Kind.WAIVER, reason=WAITED)
    Block.objects.filter(pk__in=[row["block_id"] for row in found]).update(
        lifted_at=desk.now, lifted_why=SERVED
    )
    note(
        Note(
            outcome="waited_out",
            patron_id=account.patron.pk,
            data={"blocks": [row["block"] for row in found],
                  "amount_cents": -sum(cents for _, cents in parts)},
        )
    )  # fmt: skip
    return account_of(account.patron)


def lift_paid(desk: Desk, account: Account) -> tuple[str, ...]:
    """Lift the 停借 of a locked reader whose charges are settled; return their public ids."""
    settled = [balance.charge for balance in account.balances if balance.left_cents <= 0]
    ids = Assessment.objects.filter(charge_id__in=settled, block__isnull=False)
    found = Block.objects.filter(
        patron=account.patron, lifted_at=None, pk__in=ids.values("block_id")
    )
    blocks = dict(found.order_by("pk").values_list("pk", "public_id"))
    if blocks:
        Block.objects.filter(pk__in=blocks).update(lifted_at=desk.now, lifted_why=PAID)
    return tuple(blocks.values())
