"""`jieyue openapi`: the published description of the API."""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

import jieyue
from jieyue.interfaces.cli.words import _

PUBLISHED: Final = Path(jieyue.__file__).parents[2] / "docs" / "openapi.json"

NAME: Final = "openapi"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME, help=_("print the description of the API"))
    parser.add_argument(
        "--check",
        type=Path,
        nargs="?",
        const=PUBLISHED,
        metavar=_("FILE"),
        help=_("say whether this file still holds (docs/openapi.json)"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the document, or return 1 when the file differs from it."""
    import django

    django.setup()
    from jieyue.interfaces.api.app import openapi_text

    text = str(openapi_text())
    if arguments.check is None:
        sys.stdout.write(text)
        return 0
    if arguments.check.exists() and arguments.check.read_text("utf-8") == text:
        return 0
    print(_("{path} differs: jieyue openapi > {path}").format(path=arguments.check))
    return 1
