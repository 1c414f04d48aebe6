"""The `jieyue` command: one file of `commands/` for each thing it can do."""

import argparse
import io
import os
import sys
from typing import Final, NoReturn

from jieyue.interfaces.cli.commands import (
    backup,
    check,
    check_backup,
    demo,
    elsewhere,
    index,
    migrate,
    openapi,
    prepare,
    restore,
    rotate_keys,
    trust,
    up,
    version,
    web,
    worker,
)
from jieyue.interfaces.cli.troubles import USAGE, TroubleError, trouble_of
from jieyue.interfaces.cli.words import _

PRIVATE: Final = 0o077  # the umask: files for their owner only
COMMANDS = (
    up, demo, check, backup, check_backup, restore, rotate_keys, index, migrate, worker, openapi,
    version, prepare, web, trust,
)  # fmt: skip


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong with the input in one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(
            USAGE,
            _("jieyue: that is not understood ({why}). `{command} --help` says what is.\n").format(
                why=message, command=self.prog
            ),
        )


def build_parser() -> OneLineParser:
    """Return the parser of everything but the commands that parse their own arguments."""
    parser = OneLineParser(
        prog="jieyue",
        description=_("Jieyue lends books: for schools, communities, companies and libraries."),
    )
    commands = parser.add_subparsers(
        dest="command",
        required=True,
        metavar=_("COMMAND"),
        title=_("commands"),
        parser_class=OneLineParser,
    )
    for command in COMMANDS:
        command.add_to(commands)
    for name, summary in elsewhere.summaries().items():
        commands.add_parser(name, help=summary, add_help=False)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code (0 done, 1 it went wrong, 2 not understood)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jieyue.config.settings")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace", line_buffering=True)
    # What a library keeps is nobody else's business on this machine.
    os.umask(PRIVATE)
    given = sys.argv[1:] if arguments is None else arguments
    try:
        if given and given[0] in elsewhere.summaries():
            return elsewhere.run(given[0], given[1:], OneLineParser)
        parser = build_parser()
        _refuse_unknown(parser, given)
        chosen = parser.parse_args(given)
        return int(chosen.run(chosen))
    except TroubleError as trouble:
        return _say(trouble)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        known = trouble_of(error)
        if known is None:
            raise
        return _say(known)


def _refuse_unknown(parser: OneLineParser, given: list[str]) -> None:
    """Name the word that is no command; argparse would list all that are, hidden ones too."""
    names = {command.NAME for command in COMMANDS} | elsewhere.summaries().keys()
    if given and not given[0].startswith("-") and given[0] not in names:
        parser.error(_("there is no command {name}").format(name=given[0][:40]))


def _say(trouble: TroubleError) -> int:
    print(f"jieyue: {trouble}", file=sys.stderr)
    return trouble.code


if __name__ == "__main__":
    sys.exit(main())
