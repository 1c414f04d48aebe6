"""Saying where a room or a shelf of a branch is, so that a child finds it."""

from dataclasses import asdict, dataclass
from typing import Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused, refused
from jieyue.catalog.models import Location
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.locations import Directions, directions_faults, shelf_key, tidied
from jieyue.kit.ids import public_id
from jieyue.kit.transactions import lock_one
from jieyue.libraries.actions import action, need_branch
from jieyue.libraries.desk import Desk
from jieyue.libraries.models import Branch
from jieyue.libraries.rules.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSaved:
    """Readers are told the way from now on."""

    type: Literal["location_saved"] = "location_saved"
    location: str  # public id
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRemoved:
    """Nobody is told that way any more; the shelf's name stays at its copies."""

    type: Literal["location_removed"] = "location_removed"
    name: str


@action(needs=Permission.CATALOG_EDIT)
def add_location(desk: Desk, *, branch: str, given: Directions) -> LocationSaved | Refused:
    """Describe the way to a room or shelf of a branch (its code)."""
    place = lock_one(Branch.objects.filter(code=branch, is_open=True))
    if place is None:
        return refused([Fault(FaultCode.BRANCH_UNKNOWN, "branch", branch[:40])])
    need_branch(desk, place.pk)
    given = tidied(given)
    faults = directions_faults(given) or _taken(place.pk, given.name)
    if faults:
        return refused(faults)
    row = Location.objects.create(
        library_id=desk.library_id, public_id=public_id(), branch_id=place.pk, **asdict(given)
    )
    note(Note(data={"branch": branch, "name": given.name}))
    return LocationSaved(location=row.public_id, name=given.name)


@action(needs=Permission.CATALOG_EDIT)
def edit_location(desk: Desk, *, location: str, given: Directions) -> LocationSaved | Refused:
    """Describe a way anew; it stays with its branch."""
    row = lock_one(Location.objects.filter(public_id=location))
    if row is None:
        return refused([_unknown(location)])
    need_branch(desk, row.branch_id)
    given = tidied(given)
    faults = directions_faults(given) or _taken(row.branch_id, given.name, besides=row.pk)
    if faults:
        return refused(faults)
    Location.objects.filter(pk=row.pk).update(**asdict(given))
    note(Note(data={"name": given.name}))
    return LocationSaved(location=location, name=given.name)


@action(needs=Permission.CATALOG_EDIT)
def remove_location(desk: Desk, *, location: str) -> LocationRemoved | Refused:
    """Forget a way; copies keep the name of their shelf."""
    row = lock_one(Location.objects.filter(public_id=location))
    if row is None:
        return refused([_unknown(location)])
    need_branch(desk, row.branch_id)
    Location.objects.filter(pk=row.pk).delete()
    note(Note(data={"name": row.name}))
    return LocationRemoved(name=row.name)


def _unknown(location: str) -> Fault:
    return Fault(FaultCode.LOCATION_UNKNOWN, "location", location[:40])


def _taken(branch_id: int, name: str, *, besides: int | None = None) -> list[Fault]:
    """Refuse a name that is another's of the branch but for spaces, width or capitals."""
    others = Location.objects.filter(branch_id=branch_id).exclude(pk=besides)
    keys = {shelf_key(other) for other in others.values_list("name", flat=True)}
    return [Fault(FaultCode.LOCATION_TAKEN, "name", name)] if shelf_key(name) in keys else []
