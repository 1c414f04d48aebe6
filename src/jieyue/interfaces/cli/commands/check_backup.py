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
        "libraries_library": _("libraries"),
        "catalog_title": _("titles"),
        "catalog_copy": _("copies"),
        "patrons_patron": _("readers"),
        "circulation_loan": _("loans"),
        "audit_entry": _("journal lines"),
    }
    for table in MAIN_TABLES:
        if table in report.counts:
            print(f"  {report.counts[table]:>9,}  {names[table]}")
    return 0
