"""What a pile shall say: read from what somebody wishes, with everything wrong with it."""

from typing import Any

from jieyue.catalog.actions.making import branch_of, item_type_of
from jieyue.catalog.rules.copies import price_faults, text_faults
from jieyue.catalog.rules.descriptions import LIMITS
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.record_values import clean
from jieyue.circulation.rules.piles import STANDINGS, WITHDRAWN, Change, PileKind
from jieyue.libraries.desk import Desk

Wish = tuple[dict[str, Any], list[Fault]]


def wanted_of(desk: Desk, change: Change) -> Wish:
    """Return the columns every copy gets, and what is wrong with them."""
    wanted, faults = _READ[change.kind](desk, change)
    if not wanted and not faults and change.kind is not PileKind.RECLASSIFY:
        faults.append(Fault(FaultCode.CHANGE_MISSING))
    return wanted, faults


def _relocate(desk: Desk, change: Change) -> Wish:
    wanted, faults = _texts(shelf=change.shelf)
    if change.branch:
        branch_id = branch_of(desk, change.branch)
        if branch_id is None:
            return {}, [*faults, Fault(FaultCode.BRANCH_UNKNOWN, "branch", change.branch[:40])]
        wanted["branch_id"] = branch_id
    return wanted, faults


def _standing(_: Desk, change: Change) -> Wish:
    if change.standing in STANDINGS:
        return {"standing": change.standing}, []
    return {}, [Fault(FaultCode.STANDING_UNKNOWN, "standing", change.standing[:40])]


def _item_type(_: Desk, change: Change) -> Wish:
    found = item_type_of(change.item_type) if change.item_type else None
    if found is not None:
        return {"item_type_id": found}, []
    return {}, [Fault(FaultCode.ITEM_TYPE_UNKNOWN, "item_type", change.item_type[:40])]


def _origin(_: Desk, change: Change) -> Wish:
    wanted, faults = _texts(source=change.source, supplier=change.supplier)
    if change.price_cents is not None:
        wanted["price_cents"] = change.price_cents
    return wanted, faults + price_faults(change.price_cents)


def _reclassify(_: Desk, change: Change) -> Wish:
    clc = clean(change.clc, 1_000)
    if len(clc) > LIMITS["clc"]:
        return {}, [Fault(FaultCode.TOO_LONG, "clc", str(LIMITS["clc"]))]
    return ({"clc": clc} if clc else {}), []


def _withdraw(_: Desk, change: Change) -> Wish:
    reason = clean(change.reason, 1_000)
    if not reason:
        return {}, [Fault(FaultCode.REASON_MISSING, "reason")]
    faults = [Fault(fault.code, "reason", fault.value) for fault in text_faults(note=reason)]
    return {"standing": WITHDRAWN, "note": reason}, faults


def _texts(**given: str) -> Wish:
    texts = {name: clean(text, 1_000) for name, text in given.items()}
    return {name: text for name, text in texts.items() if text}, text_faults(**texts)


_READ = {
    PileKind.RELOCATE: _relocate,
    PileKind.STANDING: _standing,
    PileKind.ITEM_TYPE: _item_type,
    PileKind.ORIGIN: _origin,
    PileKind.RECLASSIFY: _reclassify,
    PileKind.WITHDRAW: _withdraw,
}
