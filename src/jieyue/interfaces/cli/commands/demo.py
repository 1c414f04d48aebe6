"""`jieyue demo`: the same with a library of real books to look at."""

import argparse
import os
from pathlib import Path
from typing import Any, Final

import jieyue
from jieyue.interfaces.cli.words import _

NAME: Final = "demo"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.commands.up import add_arguments

    parser = commands.add_parser(NAME, help=_("start with a demo library of real books"))
    add_arguments(parser)
    parser.add_argument(
        "--fresh", action="store_true", help=_("throw the old demo away and make a new one")
    )
    parser.set_defaults(run=run)


def demo_folder(given: Path | None) -> Path | None:
    """Return the folder of the demo: beside the checkout's own data, never in a real library's."""
    if given is not None or "JIEYUE_DATA_DIR" in os.environ:
        return given
    checkout = Path(jieyue.__file__).parents[2]
    base = checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
    return base / "data" / "demo"


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until stopped."""
    from jieyue.interfaces.cli.household import Household
    from jieyue.interfaces.cli.places import data_folder

    folder = data_folder(demo_folder(arguments.data))
    if arguments.backup_dir is None and not os.environ.get("JIEYUE_BACKUP_DIR"):
        os.environ["JIEYUE_BACKUP_DIR"] = str(folder / "backups")
    elif arguments.backup_dir is not None:
        os.environ["JIEYUE_BACKUP_DIR"] = str(arguments.backup_dir.expanduser().resolve())
    house = Household(
        host=arguments.host,
        port=arguments.port,
        data=folder,
        demo="fresh" if arguments.fresh else "keep",
        https=arguments.https,
    )
    return house.run()
