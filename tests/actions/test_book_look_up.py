"""Who knows a book: the pool, online sources (a real server on this machine), and the night."""

from datetime import UTC, datetime
from time import monotonic

import pytest

from jieyue.catalog.actions import DraftFilled, add_by_isbn
from jieyue.catalog.actions.titles import LookUpPutOff
from jieyue.catalog.jobs import keep_look_up
from jieyue.catalog.lookup import look_up_book
from jieyue.catalog.models import SourceAnswer, SourceConfig, Title
from jieyue.catalog.pool import cache_name, load_curated, pooled
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.sources.base import SourceSettings
from jieyue.outbox.models import Task
from tests.sources.answers import KEY
from tests.sources.server import FakeSources
from tests.world import World

CURATED = "9787530112038"
UNKNOWN = "9787999000013"
ONLINE = "9787999000020"
GENEROUS = 10.0  # seconds on a busy machine, and far from what the source would be given


@pytest.fixture
def online(world: World, settings):
    """A Chinese paid service, switched on, that knows one book."""
    settings.SOURCES_ALLOW_PRIVATE = True
    with FakeSources() as server:
        from tests.sources.answers import Book
        from tests.sources.test_services import KIND_PATHS

        server.books = {ONLINE: Book(isbn=ONLINE)}
        SourceConfig.objects.create(
            library_id=world.library.pk, kind="juhe", name="聚合", secret=KEY,
            base_url=server.url + KIND_PATHS.get("juhe", ""), timeout_seconds=2,
        )  # fmt: skip
        yield server


def test_the_curated_list_is_there_without_asking_anybody(world: World) -> None:
    found = look_up_book(world.desk(), CURATED)

    assert (found.where, found.source, found.doubts, found.failed) == ("pool", "curated", (), ())
    assert found.book == Description(
        name="你看起来好像很好吃",
        isbn13=CURATED,
        authors="宫西达也",
        publisher="北京少年儿童出版社",
        year=2004,
        clc="I313.85",
        language="zh",
        audience="early",
        summary="霸王龙遇到叫他“爸爸”的小甲龙，肚子饿也下不了口。",
    )


def test_loading_the_list_again_changes_nothing(world: World) -> None:
    count = load_curated()
    assert count == load_curated() == SourceAnswer.objects.count() >= 400


def test_the_pool_takes_one_statement_once_loaded(world: World, django_assert_num_queries) -> None:
    load_curated()
    with django_assert_num_queries(1):
        assert pooled(CURATED)


def test_nobody_knows_an_unknown_book(world: World) -> None:
    found = look_up_book(world.desk(), UNKNOWN)
    assert (found.where, found.book, found.failed) == ("nowhere", None, ())


def test_an_online_source_answers_once_and_is_remembered(world: World, online) -> None:
    first = look_up_book(world.desk(), ONLINE)
    assert (first.where, first.source, first.book.name) == ("online", "聚合", "山谷里的灯")
    asked = len(online.requests)
    assert look_up_book(world.desk(), ONLINE) == first
    assert len(online.requests) == asked


def test_not_known_is_believed_for_a_week(world: World, online) -> None:
    look_up_book(world.desk(), UNKNOWN)
    asked = len(online.requests)
    look_up_book(world.days_later(6), UNKNOWN)
    assert len(online.requests) == asked
    look_up_book(world.days_later(8), UNKNOWN)
    assert len(online.requests) == asked + 1


def test_a_source_that_is_down_or_slow_does_not_block(world: World, online) -> None:
    online.mode = "hang"
    SourceConfig.objects.update(timeout_seconds=15)
    started = monotonic()
    found = look_up_book(world.desk(), ONLINE, budget_seconds=0.5)
    assert monotonic() - started < GENEROUS
    assert (found.book, found.failed) == (None, ("聚合",))
    assert not SourceAnswer.objects.filter(isbn13=ONLINE).exists()


def test_what_one_library_pays_for_is_not_in_the_pool(world: World, online) -> None:
    look_up_book(world.desk(), ONLINE)
    assert pooled(ONLINE) is None
    paid = SourceSettings(kind="juhe", name="聚合", key=KEY)
    own_server = SourceSettings(kind="openlibrary", name="x", base_url="https://example.org")
    public = SourceSettings(kind="openlibrary", name="whatever they call it")
    names = [cache_name(s, identity="abc", library_id=7) for s in (paid, own_server, public)]
    assert names == ["own:7:abc", "own:7:abc", "open:openlibrary"]


def test_a_broken_source_setting_is_left_out(world: World) -> None:
    SourceConfig.objects.create(library_id=world.library.pk, kind="gone", name="旧的")
    assert look_up_book(world.desk(), UNKNOWN).where == "nowhere"


def test_the_night_fills_a_draft_that_somebody_knows_now(world: World, online) -> None:
    online.mode = "http_500"
    add_by_isbn(world.desk(), isbn13=ONLINE, copies=NewCopies())
    task = Task.objects.get()
    put_off = keep_look_up(world.desk(), task.payload)
    assert isinstance(put_off, LookUpPutOff)
    assert put_off.until == datetime(2026, 3, 3, 18, 30, tzinfo=UTC)
    again = Task.objects.order_by("-id").first()
    assert again.payload == {"title_id": Title.objects.get().pk, "tries": 1}

    keep_look_up(world.desk(), task.payload)  # run twice, it promises once
    assert Task.objects.count() == 2

    online.mode = "ok"
    filled = keep_look_up(world.days_later(2), again.payload)

    title = Title.objects.get()
    assert isinstance(filled, DraftFilled)
    assert (title.state, title.name, title.source) == ("confirmed", "山谷里的灯", "聚合")
    assert book_of(title).price_cents == 3950
    assert keep_look_up(world.desk(), again.payload) is None
