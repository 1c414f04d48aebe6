"""`jieyue check`: does any library contradict itself?"""

import argparse
import json
import sys
from typing import Any, Final

from jieyue.interfaces.cli.words import _

NAME: Final = "check"
FOUND: Final = 1  # exit code


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    from jieyue.interfaces.cli.places import add_data_argument

    parser = commands.add_parser(
        NAME, help=_("look for anything in the data that contradicts itself")
    )
    parser.add_argument(
        "--library", metavar=_("NAME"), help=_("only this one (its name in the address)")
    )
    parser.add_argument("--json", action="store_true", help=_("one object a line"))
    add_data_argument(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the libraries asked for; 0 when nothing contradicts itself, else 1."""
    from jieyue.interfaces.cli.places import existing_data_folder

    existing_data_folder(arguments.data)
    import django

    django.setup()
    from jieyue.circulation.queries.contradictions import PASSES, contradictions
    from jieyue.interfaces.cli.libraries import chosen_libraries
    from jieyue.kit.scope import library_scope

    count = 0
    for slug, library_id in chosen_libraries(arguments.library).items():
        progress = _Progress(slug, len(PASSES))
        with library_scope(library_id):
            found = contradictions(before_each=progress.show)
        progress.clear()
        count += len(found)
        for one in found:
            print(_as_json(slug, one) if arguments.json else f"{slug}: {in_words(one)}")
    if not arguments.json:
        print(_("1 contradiction") if count == 1 else _("{n} contradictions").format(n=count))
    return FOUND if count else 0


class _Progress:
    """A line on the terminal that says what is being looked at; nothing elsewhere."""

    def __init__(self, library: str, steps: int) -> None:
        self._library = library
        self._steps = steps
        self._step = 0
        self._is_terminal = sys.stderr.isatty()

    def show(self, what: str) -> None:
        self._step += 1
        self._draw(f"{self._library}: {self._step}/{self._steps} {what}")

    def clear(self) -> None:
        self._draw("")

    def _draw(self, line: str) -> None:
        if self._is_terminal:
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)


def _as_json(slug: str, found: Any) -> str:
    return json.dumps(
        {"library": slug, "check": found.check} | found.facts, ensure_ascii=False, default=str
    )


def in_words(found: Any) -> str:
    """Return a contradiction as a sentence with its ids."""
    from jieyue.interfaces.cli.contradiction_words import sentence

    return sentence(found.check, found.facts)
