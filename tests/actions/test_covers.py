"""A title's picture: kept, replaced, removed, and fetched from where a source says it is."""

from jieyue.catalog.actions import Refused
from jieyue.catalog.actions.adding import add_by_isbn
from jieyue.catalog.actions.covers import CoverKept, CoverRemoved, keep_cover, remove_cover
from jieyue.catalog.covers import covers_of, picture_to_send
from jieyue.catalog.jobs import keep_fetch_cover
from jieyue.catalog.models import Cover, SourceAnswer
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.pictures import Picture, picture_of
from jieyue.outbox.models import Task
from tests.pictures import picture
from tests.sources.server import FakeSources
from tests.world import World

ISBN = "9787999000020"


def drawn(color: str) -> Picture:
    found = picture_of(picture(300, 450, color=color))
    assert isinstance(found, Picture)
    return found


def test_a_picture_is_kept_replaced_and_removed(world: World) -> None:
    title = world.title("三体")
    first, second = drawn("teal"), drawn("olive")

    kept = keep_cover(world.desk(), title=title.public_id, picture=first)
    assert kept == CoverKept(title=title.public_id, name="三体", digest=first.digest)
    stays = keep_cover(world.desk(), title=title.public_id, picture=second, is_replacing=False)
    assert stays == kept
    keep_cover(world.desk(), title=title.public_id, picture=second, source="聚合")
    [row] = Cover.objects.all()
    assert (row.digest, bytes(row.large), bytes(row.small), row.source) == (
        *(second.digest, second.large, second.small, "聚合"),
    )
    assert covers_of([title.public_id]) == {title.public_id: second.digest}

    gone = CoverRemoved(title=title.public_id, name="三体")
    assert remove_cover(world.desk(), title=title.public_id) == gone
    assert remove_cover(world.desk(), title=title.public_id) == gone
    assert picture_to_send(title.public_id, "large") is None
    assert isinstance(keep_cover(world.desk(), title="nobody", picture=first), Refused)
    assert isinstance(remove_cover(world.desk(), title="nobody"), Refused)


def scanned(world: World, cover_url: str) -> Task:
    """Add a book that a source described, with a picture of it there."""
    record = {"title": "三体", "cover_url": cover_url, "source": "聚合"}
    SourceAnswer.objects.create(
        source=f"own:{world.library.pk}:x", isbn13=ISBN, record=record, asked_at=world.now
    )
    add_by_isbn(
        world.desk(), isbn13=ISBN, book=Description(name="三体"), source="聚合",
        copies=NewCopies(barcodes=("00012301",)),
    )  # fmt: skip
    return Task.objects.get(kind="catalog.fetch_cover")


def test_a_scanned_book_gets_the_picture_its_source_has(world: World, settings) -> None:
    settings.SOURCES_ALLOW_PRIVATE = True
    with FakeSources() as catalogue, FakeSources() as pictures:
        catalogue.mode, catalogue.redirect_to = "redirect", f"{pictures.url}/a.jpg"
        pictures.mode, pictures.raw = "raw", picture(600, 900)
        task = scanned(world, f"{catalogue.url}/cover/a")
        found = keep_fetch_cover(world.desk(), task.payload)
        again = keep_fetch_cover(world.desk(), task.payload)
    assert isinstance(found, CoverKept)
    assert again is None
    [row] = Cover.objects.all()
    assert (row.digest, row.source) == (found.digest, "聚合")


def test_no_picture_comes_from_our_own_network_or_from_what_is_none(world: World, settings) -> None:
    with FakeSources() as server:
        server.mode, server.raw = "raw", picture()
        task = scanned(world, f"{server.url}/a.jpg")
        assert keep_fetch_cover(world.desk(), task.payload) is None
        assert server.requests == []
        settings.SOURCES_ALLOW_PRIVATE = True
        for mode in ("html", "http_404", "http_500", "huge"):
            server.mode = mode
            assert keep_fetch_cover(world.desk(), task.payload) is None
    assert not Cover.objects.exists()


def test_what_was_typed_by_hand_or_known_to_us_asks_nobody(world: World) -> None:
    for n, source in enumerate(("", "api", "curated")):
        add_by_isbn(
            world.desk(), isbn13=["9787999000013", ISBN, "9787530112038"][n],
            book=Description(name="书"), source=source, copies=NewCopies(barcodes=(f"0001230{n}",)),
        )  # fmt: skip
    assert not Task.objects.filter(kind="catalog.fetch_cover").exists()
