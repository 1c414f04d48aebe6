"""Asking the book sources again of a title, and taking only what somebody chose."""

from dataclasses import replace

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.actions.titles import TakenFromSource, edit_title, take_from_source
from jieyue.catalog.jobs import keep_fetch_cover
from jieyue.catalog.lookup import ask_again, look_up_book, source_names
from jieyue.catalog.models import Cover, SourceAnswer, Title
from jieyue.catalog.pool import load_curated
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import Description, draft_of
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.search import search_titles
from jieyue.outbox.models import Task
from tests.actions.test_book_look_up import CURATED, ONLINE, UNKNOWN, online  # noqa: F401
from tests.actions.test_covers import picture
from tests.sources.server import FakeSources
from tests.world import World

SAYS = Description(
    name="山谷里的灯", isbn13=ONLINE, authors="别人", publisher="某某出版社", year=2020
)


@pytest.fixture
def title(world: World) -> Title:
    """A book that was typed in, in parts."""
    made: Title = world.title("山谷里的灯", isbn13=ONLINE, authors="某人", source="csv")
    return made


def take(world: World, title: Title, *fields: str, **more: object) -> TakenFromSource | Refused:
    given = {"seen": book_of(title), "found": SAYS, "source": "聚合"} | more
    return take_from_source(
        world.desk(), title=title.public_id, take=frozenset(fields), **given
    )  # fmt: skip


def test_sources_are_asked_though_they_have_answered(world: World, online) -> None:  # noqa: F811
    assert source_names() == ["聚合"]
    first = look_up_book(world.desk(), ONLINE)
    asked = len(online.requests)
    assert ask_again(world.desk(), ONLINE) == first
    assert len(online.requests) == asked + 1

    online.books = {}
    assert ask_again(world.desk(), ONLINE).where == "nowhere"
    assert SourceAnswer.objects.get(isbn13=ONLINE).record is not None  # what was known stays


def test_the_pool_answers_when_nobody_else_does(world: World, online) -> None:  # noqa: F811
    load_curated()
    online.mode = "http_500"
    found = ask_again(world.desk(), CURATED)
    assert (found.where, found.source, found.failed) == ("pool", "curated", ("聚合",))
    assert ask_again(world.desk(), UNKNOWN).book is None


def test_only_chosen_fields_are_taken_and_say_who_said_them(world: World, title: Title) -> None:
    assert take(world, title, "publisher", "year") == TakenFromSource(
        title=title.public_id, name="山谷里的灯", changed=("publisher", "year"),
        fetches_cover=False,
    )  # fmt: skip

    title.refresh_from_db()
    assert (title.authors, title.publisher, title.year) == ("某人", "某某出版社", 2020)
    assert (title.source, title.provenance) == ("csv", {"publisher": "聚合", "year": "聚合"})
    assert [hit.public_id for hit in search_titles("某某出版社", limit=5).hits] == [title.public_id]
    entry = Entry.objects.latest("pk")
    assert (entry.outcome, entry.data) == ("taken_from_source", {"changed": ["publisher", "year"]})
    assert not Task.objects.exists()


def test_a_field_somebody_changed_meanwhile_is_not_overwritten(world: World, title: Title) -> None:
    seen = book_of(title)
    edit_title(world.desk(), title=title.public_id, book=replace(seen, authors="真正的作者"))

    refused = take(world, title, "authors", "year", seen=seen)
    assert refused == Refused(faults=(Fault(FaultCode.FIELD_CHANGED, "authors"),))
    assert isinstance(take(world, title, "year", seen=seen), TakenFromSource)
    title.refresh_from_db()
    assert (title.authors, title.year) == ("真正的作者", 2020)


def test_nothing_chosen_and_unknown_titles_are_refused(world: World, title: Title) -> None:
    assert take(world, title) == Refused(faults=(Fault(FaultCode.CHANGE_MISSING),))
    assert take(world, title, "isbn13") == Refused(faults=(Fault(FaultCode.CHANGE_MISSING),))
    title.public_id = "NONE"
    unknown = Fault(FaultCode.TITLE_UNKNOWN, "title", "NONE")
    assert take(world, title, "year") == Refused(faults=(unknown,))


def test_a_draft_gets_its_name_and_is_none_any_more(world: World) -> None:
    draft = world.title(draft_of(ONLINE).name, isbn13=ONLINE, state="draft")
    assert isinstance(take(world, draft, "year"), TakenFromSource)
    draft.refresh_from_db()
    assert draft.state == "draft"

    take(world, draft, "name", doubts=("author_missing",))
    draft.refresh_from_db()
    assert (draft.name, draft.state, draft.doubts) == (
        "山谷里的灯", "doubtful", ["author_missing"]
    )  # fmt: skip
    assert draft.source == "聚合"


def test_the_cover_of_that_source_takes_the_place_of_another(
    world: World, title: Title, settings
) -> None:
    settings.SOURCES_ALLOW_PRIVATE = True
    Cover.objects.create(
        library=world.library, title=title, digest="old", large=b"-", small=b"-", kept_at=world.now
    )
    with FakeSources() as server:
        server.mode, server.raw = "raw", picture(600, 900)
        for source, path in (("别家", "a"), ("聚合", "b")):
            SourceAnswer.objects.create(
                source=f"own:{world.library.pk}:{path}", isbn13=ONLINE, asked_at=world.now,
                record={"source": source, "cover_url": f"{server.url}/{path}.jpg"},
            )  # fmt: skip
        outcome = take(world, title, takes_cover=True)
        assert isinstance(outcome, TakenFromSource)
        assert (outcome.changed, outcome.fetches_cover) == ((), True)
        keep_fetch_cover(world.desk(), Task.objects.get().payload)
        assert [str(request).count("/b.jpg") for request in server.requests] == [1]
    assert Cover.objects.get().source == "聚合"
