"""Commands whose arguments are known where they lead to: `manage` and `bench`."""

import argparse

from jieyue.interfaces.cli.words import _


def summaries() -> dict[str, str]:
    """Return each command with its line of help."""
    return {
        "manage": _("Django's own commands, for developers"),
        "bench": _("measure how fast this machine lends"),
    }


def run(name: str, arguments: list[str], parser_class: type[argparse.ArgumentParser]) -> int:
    """Hand the arguments over as they are; return the exit code."""
    return _manage(arguments) if name == "manage" else _bench(arguments, parser_class)


def _manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["jieyue manage", *arguments])
    return 0


def _bench(arguments: list[str], parser_class: type[argparse.ArgumentParser]) -> int:
    # Imported only now: nobody else should wait for what a bench needs.
    from jieyue.interfaces.bench import check, checkout, reminders, search

    parser = parser_class(prog="jieyue bench", description=summaries()["bench"])
    benches = parser.add_subparsers(
        dest="bench", required=True, metavar=_("COMMAND"), parser_class=parser_class
    )
    for bench in (checkout, check, search, reminders):
        bench.add_parser(benches)
    chosen = parser.parse_args(arguments)
    return int(chosen.run(chosen))
