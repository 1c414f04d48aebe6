"""Work of the night: asking the sources again about books that nobody knew."""

from collections.abc import Mapping
from typing import Any, Final

from jieyue.catalog.actions.making import Refused
from jieyue.catalog.actions.titles import DraftFilled, LookUpPutOff, fill_draft, put_off_look_up
from jieyue.catalog.lookup import look_up_book
from jieyue.catalog.queries import draft_of_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Desk

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
