"""Commands whose arguments are parsed by what they lead to: `manage` and `bench`."""

from importlib.util import find_spec

from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _

BENCH = "jieyue.interfaces.bench.main"


def summaries() -> dict[str, str]:
    """Return each command with its line of help."""
    return {
        "manage": _("Django's own commands, for developers"),
        "bench": _("measure how fast this machine lends"),
    }


def run(name: str, arguments: list[str]) -> int:
    """Hand the arguments over as they are; return the exit code."""
    if name == "manage":
        from django.core.management import execute_from_command_line

        execute_from_command_line(["jieyue manage", *arguments])
        return 0
    try:
        found = find_spec(BENCH)
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise TroubleError(_("This installation has no bench."))
    from importlib import import_module

    return int(import_module(BENCH).main(arguments))
