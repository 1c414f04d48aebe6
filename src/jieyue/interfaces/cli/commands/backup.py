"""`jieyue backup`: a copy of everything, now."""

import argparse
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "backup"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(NAME, help=_("make a copy of everything now, and check it"))
    parser.add_argument(
        "--to",
        type=Path,
        metavar=_("FOLDER"),
        help=_("the folder; otherwise the one chosen for the nightly copy"),
    )
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the copy and say where it is."""
    from jieyue.interfaces.cli.places import existing_data_folder

    existing_data_folder(arguments.data)
    import django

    django.setup()
    from django.conf import settings

    from jieyue.interfaces.cli.copy_words import trouble
    from jieyue.kit import clock
    from jieyue.kit.backup import back_up
    from jieyue.kit.copies import CopyError

    folder = None if arguments.to is None else arguments.to.expanduser().resolve()
    try:
        report = back_up(clock.now(), folder)
    except CopyError as error:
        raise trouble(error) from None
    print(_("Copied and checked: {path} ({kilobytes} KB)").format(
        path=report.path, kilobytes=-(-report.size_bytes // 1024)
    ))  # fmt: skip
    print(
        _("The keys are not in it. Keep {keys} in another safe place.").format(
            keys=settings.KEYS_DIR
        )
    )
    return 0
