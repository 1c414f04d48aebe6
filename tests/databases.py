"""One migration for all processes of a run: the others copy what the first has made.

Migrating takes five seconds of a processor, and a run has as many processes as processors and more.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation

# Where the processes of a run meet: that of the first one's folder, or of all parts of bin/test.
SHARED = "JIEYUE_TESTS_SHARED"
TEMPLATE = "jieyue_tests_template"  # on a PostgreSQL that is gone after the run
_create = BaseDatabaseCreation.create_test_db


@contextmanager
def made_once(name: str) -> Iterator[Path]:
    """Yield a path; who finds nothing there puts it there, and the others wait meanwhile."""
    shared = Path(os.environ[SHARED])
    shared.mkdir(exist_ok=True)
    engine = os.environ.get("JIEYUE_DB", "sqlite")
    with (shared / f"{engine}-{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield shared / f"{engine}-{name}"


def is_shared() -> bool:
    """Say whether processes may leave a database for each other: not on a server that stays."""
    return connection.vendor == "sqlite" or "PGDATA" in os.environ


def create_test_db(self: BaseDatabaseCreation, *arguments: Any, **more: Any) -> str:
    """Create the database of the tests, already migrated if another process has done that."""
    if not is_shared():
        return _create(self, *arguments, **more)
    with made_once("migrated") as migrated:
        test = self.connection.settings_dict["TEST"]
        if not migrated.exists():
            name = _create(self, *arguments, **more)
            _keep(name, migrated)
            return name
        if connection.vendor == "postgresql":
            test["TEMPLATE"] = TEMPLATE
        else:
            shutil.copy(migrated, self._get_test_db_name())
            more["keepdb"] = True
        test["MIGRATE"] = False
        return _create(self, *arguments, **more)


def _keep(name: str, migrated: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(migrated)])
        return
    connection.close()  # a database is copied only while nobody is in it
    with connection.creation._nodb_cursor() as cursor:
        quoted = connection.ops.quote_name
        cursor.execute(f"CREATE DATABASE {quoted(TEMPLATE)} TEMPLATE {quoted(name)}")
    migrated.touch()


def migrate_once() -> None:
    """Have it so for the whole run."""
    BaseDatabaseCreation.create_test_db = create_test_db  # type: ignore[method-assign]
