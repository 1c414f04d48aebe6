"""Work of the night: books that nobody knew, and the index of search."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from jieyue.catalog.actions.covers import CoverKept, keep_cover
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.actions.titles import DraftFilled, LookUpPutOff, fill_draft, put_off_look_up
from jieyue.catalog.cover_lookup import cover_address, fetched_picture
from jieyue.catalog.covers import uncovered
from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.lookup import look_up_book
from jieyue.catalog.queries import draft_of_id
from jieyue.catalog.search.indexing import index_missing
from jieyue.catalog.search.storage import tidy_index
from jieyue.imports.stepping import keep_step
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import all_libraries

BUDGET_SECONDS: Final = 20.0  # at night nobody waits


def keep_look_up(
    desk: Desk, payload: Mapping[str, Any]
) -> DraftFilled | LookUpPutOff | Refused | None:
    """Keep the promise `catalog.look_up`: `{"title_id": …, "tries": …}`.

    Asks the sources outside any transaction, then fills the draft, or promises another night.
    None if the title is no longer a draft: somebody was quicker. Safe to run twice.
    """
    with library_scope(desk.library_id):
        draft = draft_of_id(int(payload["title_id"]))
        if draft is None:
            return None
        answer = look_up_book(desk, draft.isbn13, budget_seconds=BUDGET_SECONDS)
    if answer.book is None:
        tries = int(payload.get("tries", 0)) + 1
        return put_off_look_up(desk, title=draft.public_id, tries=tries)
    return fill_draft(
        desk,
        title=draft.public_id,
        book=answer.book,
        doubts=answer.doubts,
        source=answer.source,
    )


def keep_fetch_cover(desk: Desk, payload: Mapping[str, Any]) -> CoverKept | Refused | None:
    """Keep the promise `catalog.fetch_cover`: `{"title_id": …}`, and `from` whom, if chosen.

    None if the title has a picture which nobody chose to replace, or no source has one. What cannot
    be had now is left: somebody may ask the sources again. Safe to run twice.
    """
    with library_scope(desk.library_id):
        chosen = str(payload.get("from", ""))
        bare = uncovered(int(payload["title_id"]), is_replacing=bool(chosen))
        address, source = cover_address(bare.isbn13, source=chosen) if bare else ("", "")
    picture = fetched_picture(address) if address else None
    if bare is None or picture is None:
        return None
    return keep_cover(
        desk, title=bare.public_id, picture=picture, source=source, is_replacing=bool(chosen)
    )


def keep_index(_now: datetime) -> int:
    """Index titles that came in past the index, or that a release before kept otherwise; tidy it.

    Returns how many. Safe to stop and to run again.
    """
    count = 0
    for library_id in all_libraries().values():
        with library_scope(library_id):
            count += sum(index_missing())
    tidy_index()
    return count


def keep_books_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.books`: one step of a list of books."""
    keep_step(BOOKS, desk, payload)


def keep_marc_step(desk: Desk, payload: Mapping[str, Any]) -> None:
    """Keep the promise `imports.marc`: one step of a file of MARC records."""
    keep_step(MARC, desk, payload)
