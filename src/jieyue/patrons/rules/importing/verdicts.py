"""What becomes of a row about a reader: the dry run says it, and the import does just that."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from jieyue.patrons.rules.importing.faults import Fault, RowFault
from jieyue.patrons.rules.importing.matching import Known, plain_name
from jieyue.patrons.rules.importing.rows import ReaderRow

FILLED: Final = ("student_number", "group_name", "phone", "email", "note")
"""Fields of a reader who is there that are filled where they are empty."""
REPLACEABLE: Final = ("name", "group_name", "phone", "email", "note", "category", "branch",
                      "expires_on")  # fmt: skip
"""Fields that a person can say are better in the list."""


class Verdict(StrEnum):
    """What becomes of a row. Never rename one."""

    NEW = "new"
    UPDATE = "update"
    DUPLICATE = "duplicate"  # nothing that is not there
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """What the library has of what a row names.

    `by_card` had that card once, `by_number` has that student number; `alike` are of this name
    with the row's phone number or, where one says no phone number, class. `category_id` and
    `branch_id` are what the row's words mean (the defaults where it says nothing), None if nothing.
    """

    by_card: Known | None = None
    by_number: Known | None = None
    alike: tuple[Known, ...] = ()
    card_is_copy: bool = False
    category_id: int | None
    branch_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A row with its verdict: the reader it is, if they are there, and what they get.

    `changes` are values of the reader's fields (category and branch as row ids), all of them for
    a new reader; `card` is the number to be given out, "" for none or (new readers) the next.
    `doubts` come besides those of the row.
    """

    verdict: Verdict
    reader: Known | None = None
    changes: dict[str, Any]
    card: str = ""
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def judged(row: ReaderRow, there: There, *, replaces: Collection[str] = ()) -> Judged:
    """Return what becomes of a row. `replaces`: fields in which the list is better than we are."""
    reader, against = _reader(row, there)
    faults = row.faults + tuple(against) + tuple(_places(row, there))
    if row.card and there.card_is_copy:
        faults += (Fault(RowFault.CARD_IS_COPY, "card"),)
    if faults:
        is_repeat = all(fault.code == RowFault.ROW_REPEATED for fault in faults)
        verdict = Verdict.DUPLICATE if is_repeat else Verdict.WRONG
        return Judged(verdict=verdict, reader=reader, changes={}, faults=faults)
    doubts: tuple[Fault, ...] = ()
    if reader is None:
        if there.alike:
            doubts += (Fault(RowFault.MAYBE_SAME, "name"),)
        changes = _all(row, there)
        return Judged(verdict=Verdict.NEW, changes=changes, card=row.card, doubts=doubts)
    changes = _changes(row, there, reader, replaces)
    card = "" if reader.card else row.card
    if reader.card and row.card and row.card not in reader.cards:
        doubts += (Fault(RowFault.CARD_KEPT, "card"),)
    is_update = bool(changes or card)
    return Judged(
        verdict=Verdict.UPDATE if is_update else Verdict.DUPLICATE,
        reader=reader,
        changes=changes,
        card=card,
        doubts=doubts,
    )


def _reader(row: ReaderRow, there: There) -> tuple[Known | None, list[Fault]]:
    """Return who the row is, as far as it is one, and what speaks against that.

    A number decides, if the name agrees. Without one in common, the only reader of that name
    with that phone number or class is meant, unless they have other numbers.
    """
    card, number = there.by_card, there.by_number
    if card and number and card.id != number.id:
        return None, [Fault(RowFault.TWO_READERS, "card")]
    for found, code, kind in (
        (number, RowFault.STUDENT_NUMBER_TAKEN, "student_number"),
        (card, RowFault.CARD_TAKEN, "card"),
    ):
        if found is None:
            continue
        if plain_name(found.name) != plain_name(row.name):
            # Both numbers agree: a name written in another way is the same reader's.
            is_sure = found is number and card is not None
            if not is_sure:
                return None, [Fault(code, kind), Fault(RowFault.OTHER_NAME, "name")]
        elif kind == "card" and row.student_number and found.student_number:
            return None, [Fault(code, kind)]  # a namesake, or a number that changed
        return found, []
    same = [
        known
        for known in there.alike
        if not (row.student_number and known.student_number) and not (row.card and known.card)
    ]
    return (same[0], []) if len(same) == 1 else (None, [])


def _places(row: ReaderRow, there: There) -> list[Fault]:
    checks = (
        (RowFault.CATEGORY_UNKNOWN, "category", row.category, there.category_id),
        (RowFault.BRANCH_UNKNOWN, "branch", row.branch, there.branch_id),
    )
    return [Fault(code, kind, said[:40]) for code, kind, said, found in checks if found is None]


def _all(row: ReaderRow, there: There) -> dict[str, Any]:
    return {
        "name": row.name,
        "student_number": row.student_number,
        "group_name": row.group_name,
        "phone": row.phone,
        "email": row.email,
        "note": row.note,
        "category_id": there.category_id,
        "branch_id": there.branch_id,
    }


def _changes(
    row: ReaderRow, there: There, reader: Known, replaces: Collection[str]
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in dict.fromkeys((*FILLED, "name")):
        said, has = getattr(row, name), getattr(reader, name)
        may = not has or (name in replaces and name in REPLACEABLE)
        if said and said != has and may:
            changes[name] = said
    places = (("category", row.category, there.category_id, reader.category_id),
              ("branch", row.branch, there.branch_id, reader.branch_id))  # fmt: skip
    for name, text, found, now in places:
        if name in replaces and text and found != now:
            changes[f"{name}_id"] = found
    if "expires_on" in replaces:
        said_on = None if row.never_expires else row.expires_on
        if (row.never_expires or said_on) and said_on != reader.expires_on:
            changes["expires_on"] = said_on
    return changes
