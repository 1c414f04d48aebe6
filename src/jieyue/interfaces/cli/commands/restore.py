"""`jieyue restore FILE`: go back to a copy."""

import argparse
import os
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "restore"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(NAME, help=_("go back to a copy (not while Jieyue runs)"))
    parser.add_argument("file", type=Path, metavar=_("FILE"))
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Put the copy in place of the database, which is put aside."""
    from jieyue.interfaces.cli import places
    from jieyue.interfaces.cli.troubles import TroubleError

    path = arguments.file.expanduser().resolve()
    if not path.is_file():
        raise TroubleError(_("There is no file {path}.").format(path=path))
    if not places.uses_sqlite():
        raise TroubleError(
            _("On PostgreSQL: pg_restore --clean --if-exists --dbname=NAME {path}").format(
                path=path
            )
        )
    folder = places.data_folder(arguments.data)
    folder.mkdir(parents=True, exist_ok=True)
    with places.hold(folder, address="restore", pid=os.getpid()):
        import django

        django.setup()
        _restore(path)
    return 0


def _restore(path: Path) -> None:
    from jieyue.interfaces.cli.copy_words import trouble
    from jieyue.kit import clock
    from jieyue.kit.copies import CopyError
    from jieyue.kit.restoring import restore
    from jieyue.kit.rotation import unreadable_keys

    try:
        aside = restore(path, clock.now())
    except CopyError as error:
        raise trouble(error) from None
    print(_("Back to {path}.").format(path=path))
    if aside is not None:
        print(_("What was there before is kept as {path}.").format(path=aside))
    missing = unreadable_keys()
    if missing:
        print(
            _(
                "The keys {names} are missing: phone numbers cannot be read. "
                "Put the keys folder of that time back."
            ).format(names=", ".join(missing))
        )
