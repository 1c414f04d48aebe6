"""`jieyue worker`: keeps promises and recurring jobs."""

import argparse
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "worker"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(NAME, help=_("the worker alone, on a machine of its own"))
    parser.add_argument(
        "--once", action="store_true", help=_("do what is due, then end instead of waiting")
    )
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work until asked to stop."""
    from jieyue.interfaces.cli.places import existing_data_folder

    existing_data_folder(arguments.data)
    import django

    django.setup()
    from jieyue.interfaces.worker.loop import work

    work(once=arguments.once)
    return 0
