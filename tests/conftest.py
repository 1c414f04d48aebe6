"""What every test shares: a data folder of its own, and marks that follow from the folder."""

import gc
import os
import shutil
import signal
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate

gc.disable()  # until everything is loaded: nothing of it goes away
TESTS = Path(__file__).parent
MARKS = {"journeys": pytest.mark.journey, "races": pytest.mark.race}

# The settings read the environment once, so this stands before anything loads them, and they are
# named here rather than in pyproject.toml, where pytest-django would load them before this file.
# Each xdist worker is a process that comes by here itself: no two share a folder or a database.
if settings.configured:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests name the settings themselves.")
DATA_DIR = Path(tempfile.mkdtemp(prefix="jieyue-tests-"))
os.environ["JIEYUE_TESTING"] = "1"
os.environ["JIEYUE_DATA_DIR"] = str(DATA_DIR)
os.environ.setdefault("JIEYUE_TESTS_SHARED", str(DATA_DIR / "shared"))
os.environ["DJANGO_SETTINGS_MODULE"] = "jieyue.config.settings"
for name in ("JIEYUE_KEYS_DIR", "JIEYUE_BACKUP_DIR", "JIEYUE_STATIC_DIR", "JIEYUE_DEBUG"):
    os.environ.pop(name, None)
# Now, not with pytest-django: a folder's own conftest.py that imports models is loaded before that
# when pytest is given the folder.
django.setup()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--at`: a test must pass at any hour, in the evening of UTC and on a leap day too."""
    parser.addoption("--at", metavar="MOMENT", help="let it be then in UTC: 2028-02-28T16:30")


def pytest_configure(config: pytest.Config) -> None:
    """Load the settings, so that pytest-django finds Django configured and sets it up."""
    assert settings.DATABASES
    # A busy machine is slow, not wrong; and what decides over a change must not depend on chance.
    hypothesis.settings.register_profile(
        "jieyue", deadline=None, derandomize=os.environ.get("CI") == "true"
    )
    hypothesis.settings.load_profile("jieyue")
    # xdist's workers would inherit it and load the settings with this process's folder.
    os.environ.pop("DJANGO_SETTINGS_MODULE")
    if moment := config.getoption("--at"):
        let_it_be(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    # Rows for rights of Django's own, which nothing here asks for: 40 ms each time a test that
    # commits has its tables emptied.
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    from tests.databases import migrate_once
    from tests.emptying import empty_by_deleting
    from tests.light_client import make_clients_light

    migrate_once()
    make_clients_light()
    empty_by_deleting()
    # A terminated run ends like an interrupted one: databases dropped, folders removed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def let_it_be(moment: datetime) -> None:
    """Set this process's clock; processes that a test starts keep the machine's."""
    from django.utils import timezone

    from jieyue.kit import clock

    ahead = moment - datetime.now(UTC)
    clock.now = timezone.now = lambda: datetime.now(UTC) + ahead


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark journeys and races by the folder they are in; begin with what takes longest.

    Not with slow tests in the database of the tests: those that empty it come last, as ever.
    """
    for item in items:
        if item.path.is_relative_to(TESTS):
            mark = MARKS.get(item.path.relative_to(TESTS).parts[0])
            if mark:
                item.add_marker(mark)
    items.sort(key=lambda item: not ("slow" in item.keywords and "django_db" not in item.keywords))


def pytest_collection_finish() -> None:
    """Take what is loaded out of the garbage collector's rounds, a tenth of all the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Let the collector work from now on, in the process too that only gives tests out."""
    gc.enable()


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(DATA_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _fresh_caches():
    """Forget what a process keeps of a database that the test before rolled back."""
    from jieyue.circulation.queries.rulebook import forget_rulebooks

    forget_rulebooks()
    yield
    forget_rulebooks()


@pytest.fixture
def world(db):
    """One stocked library, its scope open."""
    from jieyue.kit.scope import library_scope
    from tests.world import World

    made = World()
    with library_scope(made.library.pk):
        yield made
