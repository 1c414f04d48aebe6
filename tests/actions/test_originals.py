"""The record a source gave is kept with the title it described."""

import pytest

from jieyue.catalog.actions import add_book, add_by_isbn, edit_title
from jieyue.catalog.exporting import title_out
from jieyue.catalog.jobs import keep_look_up
from jieyue.catalog.lookup import look_up_book
from jieyue.catalog.models import SourceConfig, Title, TitleRecord
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.exporting.records import record_for
from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.formats import MarcFormat
from jieyue.catalog.rules.marc.keeping import unpacked
from tests.marc_samples import plain
from tests.sources.answers import Book
from tests.sources.server import FakeSources
from tests.world import World

ISBN = "9787999000020"
COPIES = {"905", "995"}


@pytest.fixture
def online(world: World, settings):
    """A university's catalogue, asked by SRU, that knows one book."""
    settings.SOURCES_ALLOW_PRIVATE = True
    with FakeSources() as server:
        server.books = {ISBN: Book(isbn=ISBN)}
        SourceConfig.objects.create(
            library_id=world.library.pk, kind="bnu", name="师大", timeout_seconds=2,
            base_url=server.url + "/sru/cnmarc",
        )  # fmt: skip
        yield server


def test_a_title_added_from_a_source_keeps_its_record(world: World, online) -> None:
    found = look_up_book(world.desk(), ISBN)
    added = add_by_isbn(
        world.desk(), isbn13=ISBN, book=found.book, source=found.source, copies=NewCopies()
    )
    kept = TitleRecord.objects.get()
    assert (kept.title.public_id, kept.format, kept.source) == (added.title, "cnmarc", "师大")
    assert described(unpacked(bytes(kept.content))).name == found.book.name


def test_what_is_edited_goes_out_and_all_else_as_it_came(world: World, online) -> None:
    found = look_up_book(world.desk(), ISBN)
    added = add_book(world.desk(), book=found.book, source=found.source, copies=NewCopies())
    title = Title.objects.get()
    changed = {name: getattr(book_of(title), name) for name in Description.__slots__}
    book = Description(**changed | {"publisher": "另一家出版社"})
    edit_title(world.desk(), title=added.title, book=book)
    known = title_out(world.desk(), added.title)
    before = dict(plain(unpacked(known.original)))
    after = dict(plain(record_for(known, MarcFormat.CNMARC)))
    differing = {tag for tag in before | after if before.get(tag) != after.get(tag)} - COPIES
    assert differing == {"210"}
    assert "另一家出版社" in after["210"]


def test_a_draft_filled_at_night_keeps_the_record(world: World, online) -> None:
    add_by_isbn(world.desk(), isbn13=ISBN, copies=NewCopies())
    assert not TitleRecord.objects.exists()
    keep_look_up(world.desk(), {"title_id": Title.objects.get().pk})
    assert TitleRecord.objects.get().source == "师大"


def test_what_a_person_typed_or_another_source_said_has_no_record(world: World, online) -> None:
    look_up_book(world.desk(), ISBN)
    book = Description(name="自己写的", isbn13=ISBN)
    add_book(world.desk(), book=book, source="", copies=NewCopies())
    assert not TitleRecord.objects.exists()
