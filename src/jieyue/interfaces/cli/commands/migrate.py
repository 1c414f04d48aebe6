"""`jieyue migrate`: bring the database to this version, without starting anything."""

import argparse
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "migrate"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(NAME, help=_("bring the database to this version"))
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate, and say what was done."""
    from jieyue.interfaces.cli.places import data_folder, make_ready

    make_ready(data_folder(arguments.data))
    import django

    django.setup()
    from jieyue.interfaces.cli.database import bring_up_to_date

    bring_up_to_date()
    return 0
