"""Blocks that staff set on a reader, and what the library's conditions stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.circulation.models import Block, BlockRule
from jieyue.circulation.rules.blocks import ACTS, CONDITIONS
from jieyue.circulation.rules.policies import Act
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import Permission
from jieyue.libraries.settings.outcomes import NotSaved, Saved, not_saved, saved
from jieyue.libraries.versions import rules_changed
from jieyue.patrons.actions import PatronRefused, locked, refused, unknown
from jieyue.patrons.models import Patron
from jieyue.patrons.rules.membership import Fault, PatronFault

MAX_NOTE: Final = 300
MAX_REASON: Final = 200
COLUMNS: Final[dict[Act, str]] = {
    "borrow": "stops_borrowing",
    "renew": "stops_renewing",
    "hold": "stops_holds",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The reader is stopped from now on."""

    type: Literal["blocked"] = "blocked"
    block: str  # public id
    patron: str  # public id
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockLifted:
    """The block stops nothing any more."""

    type: Literal["lifted"] = "lifted"
    block: str
    patron: str


@action(needs=Permission.PATRON_EDIT)
def add_block(
    desk: Desk,
    *,
    patron: str,
    reason: str,
    staff_note: str = "",
    stops: tuple[Act, ...] = ACTS,
    ends_on: date | None = None,
) -> Blocked | PatronRefused:
    """Stop a reader from `stops` until `ends_on` (local, its last day) or until somebody lifts it.

    The reader sees `reason`; only staff see `staff_note`.
    """
    row = locked(patron)
    if row is None:
        return unknown()
    text, private = reason.strip(), staff_note.strip()
    faults = _faults(desk, text, private, stops, ends_on)
    if faults:
        return refused(*faults, patron_id=row.pk)
    made = Block.objects.create(
        library_id=desk.library_id,
        public_id=public_id(),
        patron=row,
        kind=Block.Kind.MANUAL,
        reason=text,
        note=private,
        starts_on=desk.today,
        ends_on=ends_on,
        created_at=desk.now,
        staff_id=desk.staff_id,
        **{column: act in stops for act, column in COLUMNS.items()},
    )
    note(Note(patron_id=row.pk, data={"block": made.public_id, "stops": sorted(stops)}))
    return Blocked(block=made.public_id, patron=patron, ends_on=ends_on)


@action(needs=Permission.PATRON_EDIT)
def lift_block(desk: Desk, *, block: str, why: str) -> BlockLifted | PatronRefused:
    """Lift a block, or a 停借, before it ends by itself; `why` stays on record."""
    found = Block.objects.select_related("patron").filter(public_id=block).first()
    if found is None:
        return refused(Fault("block", PatronFault.BLOCK_UNKNOWN))
    lock_one(Patron.objects.filter(pk=found.patron_id))
    row = Block.objects.get(pk=found.pk)
    text = why.strip()
    if row.lifted_at is not None:
        return refused(Fault("block", PatronFault.BLOCK_UNKNOWN), patron_id=row.patron_id)
    if not text:
        return refused(Fault("why", PatronFault.REASON_MISSING), patron_id=row.patron_id)
    if len(text) > MAX_REASON:
        too_long = Fault("why", PatronFault.TOO_LONG, str(MAX_REASON))
        return refused(too_long, patron_id=row.patron_id)
    Block.objects.filter(pk=row.pk).update(lifted_at=desk.now, lifted_why=text)
    note(Note(patron_id=row.patron_id, data={"block": block, "why": text}))
    return BlockLifted(block=block, patron=found.patron.public_id)


@action(needs=Permission.SETTINGS)
def set_block_rules(desk: Desk, *, grid: Mapping[str, tuple[Act, ...]]) -> Saved | NotSaved:
    """Say which of borrowing, renewing and reserving each condition stops; the rest stay."""
    need_branch(desk, None)
    if set(grid) - set(CONDITIONS) or any(set(acts) - set(ACTS) for acts in grid.values()):
        return not_saved(Trouble.UNKNOWN)
    for condition, acts in sorted(grid.items()):
        values = {column: act in acts for act, column in COLUMNS.items()}
        BlockRule.objects.update_or_create(
            library_id=desk.library_id, condition=condition, defaults=values
        )
    rules_changed(desk.library_id)
    return saved(now={condition: sorted(acts) for condition, acts in grid.items()})


def _faults(
    desk: Desk, reason: str, staff_note: str, stops: tuple[Act, ...], ends_on: date | None
) -> list[Fault]:
    checks = (
        (Fault("reason", PatronFault.REASON_MISSING), not reason),
        (Fault("reason", PatronFault.TOO_LONG, str(MAX_REASON)), len(reason) > MAX_REASON),
        (Fault("staff_note", PatronFault.TOO_LONG, str(MAX_NOTE)), len(staff_note) > MAX_NOTE),
        (Fault("stops", PatronFault.NOTHING_CHOSEN), not set(stops) & set(ACTS)),
        (Fault("ends_on", PatronFault.DATE_PAST), ends_on is not None and ends_on < desk.today),
    )
    return [fault for fault, applies in checks if applies]
