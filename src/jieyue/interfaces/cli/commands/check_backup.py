"""`jieyue check-backup FILE`: is this copy sound, and what is in it?"""

import argparse
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.cli.words import _

MAIN_TABLES: Final = (
    "libraries_library",
    "catalog_title",
    "catalog_copy",
    "patrons_patron",
    "circulation_loan",
    "audit_entry",
)

NAME: Final = "check-backup"


def add_to(commands: Any) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser(NAME, help=_("open a copy and say whether it is sound"))
    parser.add_argument("file", type=Path, metavar=_("FILE"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check the copy; 0 when it is sound."""
    import django

    from jieyue.interfaces.cli.troubles import TroubleError

    path = arguments.file.expanduser()
    if not path.is_file():
        raise TroubleError(_("There is no file {path}.").format(path=path))
    django.setup()
    from jieyue.interfaces.cli.copy_words import trouble
    from jieyue.kit.copies import CopyError, check_copy

    try:
        report = check_copy(path)
    except CopyError as error:
        raise trouble(error) from None
    print(_("Sound: {path} ({kilobytes} KB)").format(
        path=path, kilobytes=-(-report.size_bytes // 1024)
    ))  # fmt: skip
    names = {
        "libraries_library": _("{count:>9,}  libraries"),
        "catalog_title": _("{count:>9,}  titles"),
        "catalog_copy": _("{count:>9,}  copies"),
        "patrons_patron": _("{count:>9,}  readers"),
        "circulation_loan": _("{count:>9,}  loans"),
        "audit_entry": _("{count:>9,}  journal lines"),
    }
    for table in MAIN_TABLES:
        if table in report.counts:
            print("  " + names[table].format(count=report.counts[table]))
    return 0
