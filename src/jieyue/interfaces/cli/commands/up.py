"""`jieyue up`: everything a library needs, in one command."""

import argparse
import os
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "up"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME, help=_("start: web pages, worker, nightly copies"))
    add_arguments(parser)
    parser.set_defaults(run=run)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `up` and `demo` share."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser.add_argument(
        "--port", type=_port, default=8000, metavar="N", help=_("port of the pages (8000)")
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        metavar=_("ADDRESS"),
        help=_("127.0.0.1: this computer only (as given); 0.0.0.0: the whole network"),
    )
    parser.add_argument(
        "--https",
        action="store_true",
        default=os.environ.get("JIEYUE_OWN_HTTPS") == "1",
        help=_("https with a certificate of its own, which phones need for their camera"),
    )
    add_data_argument(parser)
    parser.add_argument(
        "--backup-dir",
        type=Path,
        metavar=_("FOLDER"),
        help=_("where the nightly copy goes; best on another disk"),
    )


def _port(text: str) -> int:
    try:
        port = int(text)
    except ValueError:
        port = 0
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError(_("a port is a number from 1 to 65535"))
    return port


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until stopped."""
    from jieyue.interfaces.cli.household import Household

    choose_backup_folder(arguments.backup_dir)
    return Household(
        host=arguments.host, port=arguments.port, data=arguments.data, https=arguments.https
    ).run()


def choose_backup_folder(given: Path | None) -> None:
    """Pass the choice on to the settings."""
    if given is not None:
        os.environ["JIEYUE_BACKUP_DIR"] = str(given.expanduser().resolve())
