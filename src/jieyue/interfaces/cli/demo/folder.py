"""Whether the data folder holds a demo, and throwing one away: never a real library."""

import json
from pathlib import Path

from jieyue.interfaces.cli.places import DATABASE, data_folder, uses_sqlite
from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _

MARK = "demo.json"


def throw_away() -> None:
    """Remove the demo's database before it is opened. Raises TroubleError for anything else."""
    folder = data_folder(None)
    if not uses_sqlite():
        raise TroubleError(_("--fresh is for SQLite. On PostgreSQL make a new database."))
    if not (folder / DATABASE).exists():
        return
    if not (folder / MARK).exists():
        raise TroubleError(
            _("{folder} holds a library that is no demo; nothing was removed.").format(
                folder=folder
            )
        )
    for left in [folder / MARK, *sorted(folder.glob(f"{DATABASE}*"))]:
        left.unlink(missing_ok=True)


def is_demo() -> bool:
    """Say whether the demo's libraries are in the database."""
    from jieyue.interfaces.cli.demo.plans import PLANS
    from jieyue.libraries.queries import library_by_slug

    return all(library_by_slug(plan.slug) is not None for plan in PLANS)


def refuse_real_library() -> None:
    """Raise TroubleError if somebody's library is here: a demo does not belong beside it."""
    from jieyue.libraries.queries import any_library

    if any_library():
        raise TroubleError(
            _("This folder holds a library already. The demo wants its own: --data FOLDER")
        )


def mark() -> None:
    """Write down that this folder holds a demo, and may be thrown away."""
    from django.conf import settings

    path = Path(settings.DATA_DIR) / MARK
    path.write_text(json.dumps({"demo": True}), "utf-8")
