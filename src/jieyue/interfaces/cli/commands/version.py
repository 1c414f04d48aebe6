"""`jieyue version`."""

import argparse
from typing import Any, Final

import jieyue
from jieyue.interfaces.cli.words import _

NAME: Final = "version"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME, help=_("print the version"))
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Print the version."""
    print(jieyue.__version__)
    return 0
