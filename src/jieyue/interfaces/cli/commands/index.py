"""`jieyue index`: make anew what search finds titles by."""

import argparse
import os
import sys
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "index"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(
        NAME, help=_("make the search index anew; the libraries go on working meanwhile")
    )
    parser.add_argument(
        "--library", metavar=_("NAME"), help=_("only this one (its name in the address)")
    )
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Index the libraries asked for, showing how far it is on a terminal."""
    from jieyue.interfaces.cli.places import existing_data_folder

    existing_data_folder(arguments.data)
    import django

    django.setup()
    from jieyue.catalog.search.indexing import index_all
    from jieyue.interfaces.cli.libraries import chosen_libraries
    from jieyue.kit.scope import library_scope

    for slug, library_id in chosen_libraries(arguments.library).items():
        done = 0
        with library_scope(library_id):
            for done in index_all(processes=min(4, os.cpu_count() or 1)):
                if sys.stderr.isatty():
                    print(f"\r{slug}: {done}", end="", file=sys.stderr, flush=True)
        if sys.stderr.isatty():
            print("\r", end="", file=sys.stderr)
        print(_("{library}: {n} titles indexed").format(library=slug, n=done))
    return 0
