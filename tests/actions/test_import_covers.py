"""Covers of the books a list brought, asked for afterwards: slowly, and no longer than it helps."""

import pytest

from jieyue.catalog.importing.covers import (
    CoverSearch,
    find_covers,
    keep_covers_step,
    stop_finding_covers,
)
from jieyue.catalog.models import Cover, SourceAnswer, SourceConfig
from jieyue.imports.actions import ImportRefused
from jieyue.imports.models import Import
from jieyue.outbox.models import Task
from tests.imports import brought, imported, undone
from tests.pictures import picture
from tests.sources.answers import KEY, Book
from tests.sources.server import FakeSources

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = ("9787999000013", "9787999000020", "9787020002207", "9787506365437", "9787544253994")
ROWS = [("书名", "ISBN"), *((f"书 {n}", number) for n, number in enumerate(NUMBERS))]


@pytest.fixture
def sources(world, settings):
    """A source of records, and where it says that pictures are."""
    settings.SOURCES_ALLOW_PRIVATE = True
    with FakeSources() as catalogue, FakeSources() as pictures:
        catalogue.books = {NUMBERS[0]: Book(isbn=NUMBERS[0])}
        pictures.mode, pictures.raw = "raw", picture()
        SourceConfig.objects.create(
            library_id=world.library.pk, kind="juhe", name="聚合", secret=KEY,
            base_url=catalogue.url, timeout_seconds=2,
        )  # fmt: skip
        for number in NUMBERS[1:3]:
            SourceAnswer.objects.create(
                source=f"own:{world.library.pk}:x", isbn13=number, asked_at=world.now,
                record={"title": "书", "cover_url": f"{pictures.url}/a.jpg", "source": "聚合"},
            )  # fmt: skip
        yield catalogue


def step(world):
    """Keep the promise of one step; say how far the search is."""
    task = Task.objects.filter(kind="catalog.find_covers", done_at=None).order_by("id").first()
    if task is None:
        return None
    keep_covers_step(world.desk(), task.payload)
    keep_covers_step(world.desk(), task.payload)  # as after a power cut: nothing is doubled
    Task.objects.filter(pk=task.pk).update(done_at=world.now)
    said = Import.objects.get().covers
    return said["state"], said["rows"], said["asked"], said["found"]


def test_some_books_at_a_time_are_asked_for_until_all_were(world, tmp_path, sources):
    run = imported(world, brought(world, tmp_path, ROWS)).public_id

    assert find_covers(world.desk(), run=run) == CoverSearch(run=run, state="working")
    assert find_covers(world.desk(), run=run) == CoverSearch(run=run, state="working")

    assert step(world) == ("working", 2, 2, 1)
    assert step(world) == ("working", 4, 4, 2)
    assert step(world) == ("done", 5, 5, 2)
    assert step(world) is None
    covered = Cover.objects.order_by("title_id").values_list("title__isbn13", flat=True)
    assert list(covered) == list(NUMBERS[1:3])


def test_sources_that_do_not_answer_end_it_until_somebody_goes_on(world, tmp_path, sources):
    run = imported(world, brought(world, tmp_path, [*ROWS[:2], *ROWS[4:]])).public_id
    sources.mode = "http_500"
    find_covers(world.desk(), run=run)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jieyue.catalog.importing.covers.FAILS", 2)
        assert step(world) == ("failed", 0, 2, 0)
    assert step(world) is None

    sources.mode = "ok"
    find_covers(world.desk(), run=run)
    assert step(world) == ("working", 2, 4, 0)
    assert step(world) == ("done", 3, 5, 0)


def test_it_is_stopped_and_goes_on_from_there(world, tmp_path, sources):
    run = imported(world, brought(world, tmp_path, ROWS)).public_id
    find_covers(world.desk(), run=run)
    step(world)

    assert stop_finding_covers(world.desk(), run=run) == CoverSearch(run=run, state="stopped")
    assert step(world) == ("stopped", 2, 2, 1)
    assert stop_finding_covers(world.desk(), run=run) == ImportRefused(reasons=("not_now",))

    find_covers(world.desk(), run=run)
    assert step(world) == ("working", 4, 4, 2)


def test_an_undo_ends_it_and_takes_the_covers_along(world, tmp_path, sources):
    run = imported(world, brought(world, tmp_path, ROWS)).public_id
    find_covers(world.desk(), run=run)
    step(world)
    assert Cover.objects.count() == 1

    undone(world, run)

    assert not Cover.objects.exists()
    assert step(world) == ("stopped", 2, 2, 1)
    assert find_covers(world.desk(), run=run) == ImportRefused(reasons=("not_now",))


def test_without_a_source_nobody_is_asked(world, tmp_path):
    run = imported(world, brought(world, tmp_path, ROWS)).public_id

    assert find_covers(world.desk(), run=run) == ImportRefused(reasons=("no_sources",))
    assert Import.objects.get().covers == {}
