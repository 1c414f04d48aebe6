"""Likely doubles that are none (不是重复): off the list for good, until somebody takes it back."""

from dataclasses import dataclass
from typing import Final, Literal

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.making import Refused, refused
from jieyue.catalog.apart import forget, tell
from jieyue.catalog.models import Title
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.kit.transactions import lock_all
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission

MAX_TITLES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldApart:
    """Each of these records is a book of its own; `pairs` of them were not said to be before."""

    type: Literal["told_apart"] = "told_apart"
    titles: tuple[str, ...]  # public ids, the oldest first
    name: str  # of the first
    pairs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAlike:
    """Two records may be one book after all."""

    type: Literal["told_alike"] = "told_alike"
    titles: tuple[str, ...]
    name: str


@action(needs=Permission.CATALOG_EDIT)
def tell_apart(desk: Desk, *, titles: tuple[str, ...]) -> ToldApart | Refused:
    """Say that these records (public ids) are different books, each from each other."""
    rows = _locked(titles)
    if isinstance(rows, Fault):
        return refused([rows])
    pairs = tell(desk, [row.pk for row in rows])
    names = tuple(row.public_id for row in rows)
    note(Note(title_id=rows[0].pk, data={"titles": list(names)}))
    return ToldApart(titles=names, name=rows[0].name, pairs=len(pairs))


@action(needs=Permission.CATALOG_EDIT)
def tell_alike(
    desk: Desk,  # noqa: ARG001 (every action has one)
    *,
    titles: tuple[str, ...],
) -> ToldAlike | Refused:
    """Take it back that two records are different books."""
    rows = _locked(titles[:2])
    if isinstance(rows, Fault):
        return refused([rows])
    if not forget([(rows[0].pk, rows[1].pk)]):
        return refused([Fault(FaultCode.NOTHING_CHANGES)], title_id=rows[0].pk)
    names = tuple(row.public_id for row in rows)
    note(Note(title_id=rows[0].pk, data={"titles": list(names)}))
    return ToldAlike(titles=names, name=rows[0].name)


def _locked(titles: tuple[str, ...]) -> list[Title] | Fault:
    """Lock the titles, the oldest first; two at least."""
    asked = list(dict.fromkeys(titles))[:MAX_TITLES]
    rows = lock_all(Title.objects.filter(public_id__in=asked), may_go=True)
    if len(rows) < len(asked) or not rows:
        there = {row.public_id for row in rows}
        unknown = next((one for one in asked if one not in there), "")
        return Fault(FaultCode.TITLE_UNKNOWN, "titles", unknown[:40])
    return rows if len(rows) > 1 else Fault(FaultCode.SAME_TITLE, "titles", asked[0])
