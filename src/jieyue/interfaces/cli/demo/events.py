"""The journal of the last weeks, a few ledger lines, and readers who show what is refused."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any, Final

from jieyue.circulation.rules.reasons import Reason
from jieyue.interfaces.cli.demo.history import MadeLoan
from jieyue.interfaces.cli.demo.house import House
from jieyue.interfaces.cli.demo.shelves import public_id
from jieyue.kit.loading import insert

JOURNAL_DAYS: Final = 45
REFUSED_SHARE: Final = 0.05
REFUSALS: Final = (
    (Reason.PATRON_HAS_OVERDUE,),
    (Reason.PATRON_AT_LOAN_LIMIT,),
    (Reason.PATRON_EXPIRED,),
    (Reason.PATRON_HAS_OVERDUE, Reason.PATRON_AT_LOAN_LIMIT),
    (Reason.ITEM_TYPE_NOT_ALLOWED,),
)


def insert_events(
    random: Random, house: House, loans: list[MadeLoan], rows: list[dict[str, Any]], now: datetime
) -> None:
    """Insert journal entries for the recent part of the history, and the ledger lines."""
    since = now - timedelta(days=JOURNAL_DAYS)
    entries: list[dict[str, Any]] = []
    for loan, row in zip(loans, rows, strict=True):
        entries += _entries(random, house, loan, row)
    recent = sorted((e for e in entries if since <= e["at"] <= now), key=lambda e: e["at"])
    insert("audit.Entry", recent)
    insert("fees.LedgerLine", _ledger(random, house, rows, now))


def _entries(
    random: Random, house: House, loan: MadeLoan, row: dict[str, Any]
) -> list[dict[str, Any]]:
    common = {
        "branch_id": row["branch_id"],
        "patron_id": row["patron_id"],
        "title_id": loan.title_id,
        "copy_id": row["copy_id"],
        "data": {"loan": row["public_id"]},
    }
    staff = list(house.staff_ids.values())
    lent = {"at": row["lent_at"], "action": "checkout", "outcome": "lent", "door": "desk"}
    made = [common | lent | {"staff_id": random.choice(staff[:2])}]
    if random.random() < REFUSED_SHARE:
        made.append(_refused(random, made[0]))
    if row.get("returned_at"):
        returned = {
            "at": row["returned_at"], "action": "checkin", "outcome": "returned", "door": "desk",
        }  # fmt: skip
        made.append(common | returned | {"staff_id": random.choice(staff)})
    if row.get("renewed_at"):
        renewed = {
            "at": row["renewed_at"], "action": "renew", "outcome": "renewed", "door": "reader",
        }  # fmt: skip
        made.append(common | renewed)
    return made


def _refused(random: Random, lent: dict[str, Any]) -> dict[str, Any]:
    """Return what was refused to the same reader a moment later: one copy more."""
    return lent | {
        "at": lent["at"] + timedelta(seconds=random.randrange(15, 60)),
        "outcome": "refused",
        "reasons": list(random.choice(REFUSALS)),
        "data": {},
    }


def _daytime(random: Random, house: House, now: datetime, days_ago: int) -> datetime:
    """Return a moment of that day when somebody is at the desk."""
    day = now.astimezone(house.zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time(random.randrange(10, 17), random.randrange(60)), house.zone)


def _ledger(
    random: Random, house: House, rows: list[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    """Return a few lost cards that were paid for, and one damage that was not."""
    patrons = list(dict.fromkeys(row["patron_id"] for row in rows))
    chosen = random.sample(patrons[1:], min(6, len(patrons) - 1))
    staff_id = house.staff_ids["owner"]
    lines: list[dict[str, Any]] = []

    def line(patron_id: int, kind: str, cents: int, reason: str, days_ago: int) -> None:
        lines.append(
            {
                "public_id": public_id(random),
                "patron_id": patron_id,
                "kind": kind,
                "amount_cents": cents,
                "reason": reason,
                "staff_id": staff_id,
                "at": _daytime(random, house, now, days_ago),
            }
        )

    for place, patron_id in enumerate(chosen[:-1]):
        line(patron_id, "charge", 500, "card_replacement", 20 + 9 * place)
        line(patron_id, "payment", -500, "现金", 19 + 9 * place)
    for patron_id in chosen[-1:]:
        line(patron_id, "charge", 1280, "书页撕破", 12)
    return lines
