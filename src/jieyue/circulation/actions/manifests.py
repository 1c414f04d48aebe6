"""Manifests (调拨清单): what travels in one box, and receiving it."""

from collections.abc import Sequence

from jieyue.audit.journal import Note, note
from jieyue.circulation.actions.effects.capture import destinations
from jieyue.circulation.actions.transit_outcomes import (
    Arrived,
    ManifestMade,
    ManifestSent,
    NotArrived,
    Receipt,
    TransitRefused,
    refused,
)
from jieyue.circulation.models import Manifest, Transit
from jieyue.circulation.queries.facts import (
    CHECKIN_FACTS,
    LOCK_COPIES,
    LOCK_QUEUES_AND_BORROWERS,
)
from jieyue.circulation.rules.reasons import Reason
from jieyue.kit import sql
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import Written, action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.numbers import next_numbers
from jieyue.libraries.rules.permissions import Permission

MAX_RECEIVED = 100  # transits of one call


@action(needs=Permission.TRANSIT)
def make_manifest(desk: Desk, *, to_branch: str) -> ManifestMade | TransitRefused:
    """List every copy that lies here for the branch (its code) and is on no manifest yet.

    Numbered from the library's own range. Locks those transits, then the counter.
    """
    place = Branch.objects.filter(code=to_branch).first()
    if place is None:
        return refused(Reason.BRANCH_UNKNOWN)
    packed = Transit.objects.filter(
        from_branch_id=desk.branch_id, to_branch=place, manifest=None, ended_at=None
    )
    locked = packed.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    ids = list(locked)
    if not ids:
        return refused(Reason.NOTHING_TO_SEND, to_branch=place.code)
    [number] = next_numbers("manifest", 1)
    made = Manifest.objects.create(
        library_id=desk.library_id,
        number=number,
        from_branch_id=desk.branch_id,
        to_branch=place,
        created_at=desk.now,
    )
    Transit.objects.filter(pk__in=ids).update(manifest=made)
    note(Note(data={"manifest": number, "to_branch": place.code, "copies": len(ids)}))
    return ManifestMade(number=number, branch=place.code, branch_name=place.name, copies=len(ids))


@action(needs=Permission.TRANSIT)
def send_manifest(desk: Desk, *, number: int) -> ManifestSent | TransitRefused:
    """Say that the box has left. Raises OtherBranchError for a box of another branch."""
    row = lock_one(Manifest.objects.filter(number=number))
    if row is None:
        return refused(Reason.MANIFEST_UNKNOWN)
    need_branch(desk, row.from_branch_id)
    if row.sent_at is not None:
        return refused(Reason.MANIFEST_SENT, manifest=number)
    copies = Transit.objects.filter(manifest=row, ended_at=None).count()
    if not copies:
        return refused(Reason.NOTHING_TO_SEND, manifest=number)
    Manifest.objects.filter(pk=row.pk).update(sent_at=desk.now)
    note(Note(data={"manifest": number, "copies": copies}))
    return ManifestSent(number=number, copies=copies)


@action(needs=Permission.TRANSIT)
def receive_manifest(desk: Desk, *, number: int) -> Written[Receipt | TransitRefused]:
    """Take in everything on the manifest that is still on its way here.

    What was scanned, cancelled or lent before is listed and left alone. Locks as a return does.
    """
    row = Manifest.objects.filter(number=number).first()
    if row is None:
        return Written(refused(Reason.MANIFEST_UNKNOWN))
    if row.to_branch_id != desk.branch_id:
        return Written(refused(Reason.OTHER_BRANCH, manifest=number))
    Manifest.objects.filter(pk=row.pk, sent_at=None).update(sent_at=desk.now)
    on_it = Transit.objects.filter(manifest=row).values_list("public_id", flat=True)
    return _received(desk, list(on_it), manifest=number)


@action(needs=Permission.TRANSIT)
def receive(desk: Desk, *, transits: tuple[str, ...]) -> Written[Receipt | TransitRefused]:
    """Take in these transits (public ids) as if their copies were scanned here. At most 100.

    Raises ValueError for more.
    """
    if not 0 < len(transits) <= MAX_RECEIVED:
        raise ValueError(f"1 to {MAX_RECEIVED} transits are received at once")
    if Transit.objects.filter(public_id__in=transits).count() < len(set(transits)):
        return Written(refused(Reason.TRANSIT_UNKNOWN))
    return _received(desk, transits)


def _received(
    desk: Desk, transits: Sequence[str], *, manifest: int = 0
) -> Written[Receipt | TransitRefused]:
    known = Transit.objects.filter(public_id__in=transits).select_related("copy__title")
    barcodes = sorted({row.copy.barcode for row in known})
    sql.lock(LOCK_COPIES, barcodes=barcodes)
    sql.lock(LOCK_QUEUES_AND_BORROWERS, barcodes=barcodes, now=desk.now)
    facts = sql.rows(CHECKIN_FACTS, barcodes=barcodes, today=desk.today)
    coming = {
        row["transit"]: row for row in facts
        if row["transit"] in transits and row["transit_to"] == desk.branch_id
    }  # fmt: skip
    going = destinations(desk, list(coming.values()))
    endings = dict(known.values_list("public_id", "ending"))
    results: list[Arrived | NotArrived] = []
    for row in sorted(known, key=lambda transit: transit.copy.barcode):
        about = {
            "transit": row.public_id,
            "copy_barcode": row.copy.barcode,
            "title": row.copy.title.name,
        }
        fact = coming.get(row.public_id)
        if fact is None:
            results.append(NotArrived(**about, ended=endings[row.public_id] or ""))
            continue
        goes = going.decide(fact)
        results.append(Arrived(**about, goes=goes))
        data = {"transit": row.public_id, "manifest": manifest, "hold": goes.hold}
        data |= {"to_branch": goes.branch, "stays": goes.stays, "left": goes.left}
        note(
            Note(
                outcome="arrived",
                title_id=row.copy.title_id,
                copy_id=row.copy_id,
                data={name: value for name, value in data.items() if value},
            )
        )
    statements, params = going.written()
    outcome = Receipt(manifest=manifest, results=tuple(results))
    return Written(outcome, tuple(statements), params)
