"""Pictures for the books a list brought, if staff ask for them: a few books at a time.

Each step asks for some books outside any transaction, then writes down how far it is and promises
the next. Sources that give no answer several times in a row end it, until somebody goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from django.conf import settings

from jieyue.audit.journal import Note, note
from jieyue.catalog.actions.covers import CoverKept, keep_cover
from jieyue.catalog.cover_lookup import cover_address, fetched_picture
from jieyue.catalog.covers import Uncovered, uncovered
from jieyue.catalog.lookup import built_sources
from jieyue.catalog.pool import AnswerCache, settings_of_sources
from jieyue.catalog.sources import chain
from jieyue.catalog.sources.http import Web
from jieyue.imports.actions import ImportRefused, locked, refused
from jieyue.imports.models import Import, ImportRow
from jieyue.imports.queries import made_behind
from jieyue.imports.rules.runs import Against, Kind, RowState, State
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.kit.transactions import in_transaction, lock_one
from jieyue.libraries.actions import action
from jieyue.libraries.desk import Desk
from jieyue.libraries.rules.permissions import Permission
from jieyue.outbox.promises import promise

FIND: Final = "catalog.find_covers"
BOOKS: Final = 2  # asked for in a step
ROWS: Final = 200  # looked at in a step
APART: Final = timedelta(seconds=10)  # from step to step: some five hundred books an hour
BUDGET_SECONDS: Final = 8.0
FAILS: Final = 4  # books in a row for which no source answered
_AT_REST: Final = frozenset({State.DONE, State.STOPPED})
WORKING, DONE, STOPPED, FAILED = "working", "done", "stopped", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverSearch:
    """The search for an import's covers is in this state now."""

    type: Literal["cover_search"] = "cover_search"
    run: str
    state: str


@action(needs=Permission.CATALOG_EDIT)
def find_covers(desk: Desk, *, run: str) -> CoverSearch | ImportRefused:
    """Have covers looked for, or go on where it was stopped. Twice is as once."""
    row = locked(desk, run)
    if row is None or row.kind not in {Kind.BOOKS, Kind.MARC}:
        return refused(Against.IMPORT_UNKNOWN)
    if row.state not in _AT_REST:
        return refused(Against.NOT_NOW)
    if row.covers.get("state") == WORKING:
        return CoverSearch(run=run, state=WORKING)
    if not settings_of_sources():
        return refused(Against.NO_SOURCES)
    before = row.covers if row.covers.get("state") in {STOPPED, FAILED} else {}
    total = ImportRow.objects.filter(run_id=row.pk, state=RowState.DONE).count()
    row.covers = {
        "after": 0,
        "rows": 0,
        "sure": [0, 0],
        "asked": 0,
        "found": 0,
        **before,
        "fails": 0,
    }
    row.covers |= {"total": total, "step": row.covers.get("step", 0) + 1, "state": WORKING}
    row.save(update_fields=["covers"])
    promise(FIND, {"import": run, "step": row.covers["step"]}, at=desk.now)
    note(Note(data={"import": run}))
    return CoverSearch(run=run, state=WORKING)


@action(needs=Permission.CATALOG_EDIT)
def stop_finding_covers(desk: Desk, *, run: str) -> CoverSearch | ImportRefused:
    """Stop after the books that are being asked for."""
    row = locked(desk, run)
    if row is None:
        return refused(Against.IMPORT_UNKNOWN)
    if row.covers.get("state") != WORKING:
        return refused(Against.NOT_NOW)
    row.covers |= {"state": STOPPED, "step": row.covers["step"] + 1}
    row.save(update_fields=["covers"])
    note(Note(data={"import": run}))
    return CoverSearch(run=run, state=STOPPED)


def keep_covers_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `catalog.find_covers`: `{"import": public id, "step": n}`.

    Safe to run twice: books that have a picture by then are passed over.
    """
    with library_scope(desk.library_id):
        run = Import.objects.filter(public_id=payload["import"]).first()
    if run is None or not _is_due(run, payload["step"]):
        return
    covers = dict(run.covers)
    with library_scope(desk.library_id):
        if run.state not in _AT_REST:  # it is taken back, or goes on coming in
            in_transaction(lambda: _went_on(run, covers | {"state": STOPPED}))
            return
        rows = made_behind(run.pk, covers["after"], ROWS)
        is_last = len(rows) < ROWS
        for number, made in rows:
            if covers["asked"] - run.covers["asked"] >= BOOKS or covers["fails"] >= FAILS:
                is_last = False
                break
            if bare := uncovered(made.get("title", 0)):
                _ask(desk, bare, covers)
            covers |= {"after": number, "rows": covers["rows"] + 1}
            if not covers["fails"]:
                covers["sure"] = [number, covers["rows"]]
        covers["state"] = DONE if is_last else WORKING
        if covers["fails"] >= FAILS:  # those that got no answer are asked for once more
            covers |= {"state": FAILED, "after": covers["sure"][0], "rows": covers["sure"][1]}
        in_transaction(lambda: _went_on(run, covers))


def _is_due(run: Import, step: int) -> bool:
    return (run.covers.get("state"), run.covers.get("step")) == (WORKING, step)


def _ask(desk: Desk, bare: Uncovered, covers: dict[str, Any]) -> None:
    """Ask for one book, and keep the picture that is found."""
    covers["asked"] += 1
    address, source = cover_address(bare.isbn13)
    if not address:
        covers["fails"] = 0 if _answers(desk, bare.isbn13) else covers["fails"] + 1
        address, source = cover_address(bare.isbn13)
    picture = fetched_picture(address) if address else None
    if picture is not None:
        kept = keep_cover(
            desk, title=bare.public_id, picture=picture, source=source, is_replacing=False
        )
        covers["found"] += isinstance(kept, CoverKept)


def _answers(desk: Desk, isbn13: str) -> bool:
    """Ask the sources, who keep what they say; say whether any of them answered.

    The built-in list has no pictures, so that knowing a book from it does not count.
    """
    sources, names = built_sources(desk, Web(allow_private=settings.SOURCES_ALLOW_PRIVATE))
    answer = chain.look_up(
        isbn13,
        sources,
        cache=AnswerCache(names, now=desk.now),
        budget_seconds=BUDGET_SECONDS,
        this_year=desk.today.year,
    )
    return any(one.outcome in {"found", "not_found"} for one in answer.asked)


def _went_on(run: Import, covers: dict[str, Any]) -> None:
    now = lock_one(Import.objects.filter(pk=run.pk))
    if now is None or not _is_due(now, run.covers["step"]):
        return
    now.covers = covers | {"step": covers["step"] + 1}
    now.save(update_fields=["covers"])
    if covers["state"] == WORKING:
        payload = {"import": now.public_id, "step": now.covers["step"]}
        promise(FIND, payload, at=clock.now() + APART)
