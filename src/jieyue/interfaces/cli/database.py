"""Bringing the database to the version of the program, and the pool of records with it."""

import sys
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from jieyue.catalog.pool import load_curated
from jieyue.interfaces.cli.copy_words import trouble
from jieyue.interfaces.cli.troubles import TroubleError
from jieyue.interfaces.cli.words import _
from jieyue.kit import clock
from jieyue.kit.backup import STAMP, backup_folder, choose_backup_folder
from jieyue.kit.copies import CopyError, make_copy


def bring_up_to_date() -> None:
    """Run the migrations that are missing. Raises TroubleError when the data is newer than us."""
    connection = connections["default"]
    executor = MigrationExecutor(connection)
    refuse_newer(executor)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return
    is_new = not executor.loader.applied_migrations
    if is_new:
        print(_("  database creating …"), flush=True)
    else:
        _copy_first()
        print(_("  database bringing it to this version …"), flush=True)
    call_command("migrate", verbosity=0, interactive=False)


def _copy_first() -> None:
    """Keep the database as it was: an upgrade that went wrong is a matter of one rename."""
    if connections["default"].vendor != "sqlite":
        return
    stamp = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).strftime(STAMP)
    try:
        report = make_copy(settings.DATA_DIR / f"before-upgrade-{stamp}")
    except CopyError as error:
        raise trouble(error) from None
    print(_("  database kept as it was: {path}").format(path=report.path), flush=True)


def refuse_newer(executor: MigrationExecutor) -> None:
    """Raise TroubleError when a newer program has changed the database.

    Its rows may mean what we do not know; an older program must not write to it.
    """
    ours = {c.label for c in apps.get_app_configs() if c.name.startswith("jieyue.")}
    known = set(executor.loader.disk_migrations)
    unknown = [key for key in executor.loader.applied_migrations if key not in known]
    newer = sorted(f"{app}.{name}" for app, name in unknown if app in ours)
    if newer:
        raise TroubleError(
            _(
                "This data was made by a newer version of Jieyue ({what}). Start that version, "
                "or go back to a copy from before."
            ).format(what=", ".join(newer))
        )


def say_where_copies_go() -> None:
    """Try the folder for copies and say how it stands. A disk that is gone stops no lending."""
    if settings.BACKUP_DIR:
        code = choose_backup_folder(settings.BACKUP_DIR)
        if code:
            print(f"jieyue: {trouble(CopyError(code))} {settings.BACKUP_DIR}", file=sys.stderr)
            return
    folder = backup_folder()
    if folder is None:
        print(_("  copies   none: choose a folder with --backup-dir FOLDER"), flush=True)
    else:
        print(_("  copies   {folder}   every night").format(folder=folder), flush=True)


def load_pool() -> None:
    """Put the curated books into the pool of records that every library of ours may use."""
    load_curated()
