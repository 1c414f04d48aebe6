"""`jieyue prepare`: what `jieyue up` does before it serves. Hidden: nobody types it."""

import argparse
from typing import Any, Final

NAME: Final = "prepare"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME)
    parser.add_argument("--demo", choices=("keep", "fresh"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate, load the shared pool of records, build the demo if it is wanted."""
    if arguments.demo == "fresh":
        from jieyue.interfaces.cli.demo.folder import throw_away

        throw_away()
    import django

    django.setup()
    from jieyue.interfaces.cli.database import bring_up_to_date, load_pool, say_where_copies_go

    bring_up_to_date()
    say_where_copies_go()
    load_pool()
    if arguments.demo:
        from jieyue.interfaces.cli.demo.build import build_unless_there

        build_unless_there()
    return 0
