"""Two records of one book become one, and two again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions import add_copies, edit_title
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.merged import merged_into
from jieyue.catalog.models import Copy, Cover, MergedTitle, Title, TitleIndex, TitleRecord
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.search import search_titles
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold
from jieyue.circulation.actions.merging import Merged, Unmerged, merge_titles, unmerge_titles
from jieyue.circulation.models import Hold, Loan, Transit
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.kit.models import InnerKey, LibraryOwned
from tests.world import World

TOLD = "hold_not_told"  # builders make holds that no journal knows


@pytest.fixture
def two(world: World) -> tuple[Title, Title]:
    """Two records of one book: the better one first."""
    kept = world.title(
        "活着", isbn13="9787506365437", authors="余华", publisher="作家出版社", source="curated"
    )
    dropped = world.title(
        "活着（余华著）", authors="余华", year=2012, clc="I247.57", series="当代名家", source="csv"
    )
    return kept, dropped


def merge(world: World, two: tuple[Title, Title], *take: str) -> Merged:
    kept, dropped = two
    outcome = merge_titles(
        world.desk(), keep=kept.public_id, drop=dropped.public_id, take=frozenset(take)
    )
    assert isinstance(outcome, Merged), outcome
    assert [found for found in contradictions() if found.check != TOLD] == []
    return outcome


def unmerge(world: World, two: tuple[Title, Title]) -> Unmerged:
    outcome = unmerge_titles(world.desk(), was=two[1].public_id)
    assert isinstance(outcome, Unmerged), outcome
    assert [found for found in contradictions() if found.check != TOLD] == []
    return outcome


def everything() -> dict[str, list[dict[str, object]]]:
    """Return the rows of all tables merging may touch."""
    left_out = {"updated_at", "match_key"}  # builders leave the key out
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in left_out}
            for row in model.objects.order_by("pk").values()
        ]
        for model in (Title, Copy, Hold, Transit, Loan, MergedTitle)
    }


def state(hold: Hold) -> tuple[object, ...]:
    hold.refresh_from_db()
    return hold.state, hold.title_id, hold.captured_copy_id, hold.ended_why


def test_copies_loans_and_holds_come_along_and_the_old_id_leads_to_the_kept_title(
    world: World, two: tuple[Title, Title]
) -> None:
    kept, dropped = two
    world.copy(kept)
    copy, lent = world.copy(dropped), world.copy(dropped)
    reader = world.patron()
    checkout(world.desk(), card_barcode=reader.card, copy_barcodes=(lent.barcode,))
    hold = world.hold(world.patron(), dropped)

    outcome = merge(world, two)

    assert outcome == Merged(
        title=kept.public_id, was=dropped.public_id, name="活着", copies=2, holds=1, ended=0
    )
    assert set(Copy.objects.values_list("title_id", flat=True)) == {kept.pk}
    assert state(hold) == ("waiting", kept.pk, None, "")
    assert Loan.objects.get(copy=lent).copy.title_id == kept.pk
    assert [title.pk for title in Title.objects.all()] == [kept.pk]
    assert [index.title_id for index in TitleIndex.objects.all()] == [kept.pk]
    assert merged_into(dropped.public_id) == kept.public_id
    assert merged_into(kept.public_id) is None
    assert [hit.public_id for hit in search_titles("活着", limit=5).hits] == [kept.public_id]
    entry = Entry.objects.latest("pk")
    assert (entry.outcome, entry.title_id, entry.data["was"]) == (
        "merged", kept.pk, dropped.public_id
    )  # fmt: skip
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    assert state(hold)[0] == "ready"


def test_each_field_is_taken_from_the_record_one_chose(
    world: World, two: tuple[Title, Title]
) -> None:
    kept, _ = two
    merge(world, two, "year", "clc", "series")

    kept.refresh_from_db()
    assert (kept.name, kept.year, kept.clc, kept.series) == ("活着", 2012, "I247.57", "当代名家")
    assert kept.provenance == {"year": "csv", "clc": "csv", "series": "csv"}
    assert [hit.public_id for hit in search_titles("当代名家", limit=5).hits] == [kept.public_id]


def test_a_reader_with_both_keeps_the_better_place(world: World, two: tuple[Title, Title]) -> None:
    kept, dropped = two
    world.copy(kept)
    reader, other = world.patron(), world.patron()
    later = world.now + timedelta(hours=1)
    worse = world.hold(reader, kept, queued_at=later, placed_at=later)
    between = world.hold(other, kept, queued_at=world.now + timedelta(minutes=5))
    better = world.hold(reader, dropped, suspended_at=world.now)

    assert merge(world, two).ended == 1
    assert state(worse) == ("cancelled", kept.pk, None, "merged")
    assert state(better) == ("waiting", kept.pk, None, "")
    assert better.suspended_at is None
    assert state(between) == ("waiting", kept.pk, None, "")

    unmerge(world, two)
    assert state(worse) == ("waiting", kept.pk, None, "")
    assert state(better) == ("waiting", dropped.pk, None, "")


def test_a_copy_that_is_ready_counts_more_than_a_place_and_the_other_one_is_let_go(
    world: World, two: tuple[Title, Title]
) -> None:
    kept, dropped = two
    east = world.east()
    here, there = world.copy(kept), world.copy(dropped)
    reader, next_one = world.patron(), world.patron()
    ready = world.hold(reader, kept, queued_at=world.now + timedelta(hours=1))
    travels = world.hold(reader, dropped, pickup_branch=east)
    checkin(world.desk(), copy_barcodes=(here.barcode, there.barcode))
    waits = world.hold(next_one, dropped)
    assert (state(ready)[0], state(travels)[0]) == ("ready", "in_transit")

    merge(world, two)

    assert state(ready) == ("ready", kept.pk, here.pk, "")
    assert state(travels)[0] == "cancelled"
    assert Transit.objects.get().why == "home"
    assert state(waits) == ("waiting", kept.pk, None, "")


def test_a_ready_copy_nobody_needs_any_more_goes_to_the_next_of_the_joint_queue(
    world: World, two: tuple[Title, Title]
) -> None:
    kept, dropped = two
    one, other = world.copy(kept), world.copy(dropped)
    reader, next_one = world.patron(), world.patron()
    first = world.hold(reader, kept)
    second = world.hold(reader, dropped, queued_at=world.now + timedelta(hours=1))
    checkin(world.desk(), copy_barcodes=(one.barcode, other.barcode))
    waits = world.hold(next_one, kept)

    merge(world, two)

    assert state(first) == ("ready", kept.pk, one.pk, "")
    assert state(second)[0] == "cancelled"
    assert state(waits) == ("ready", kept.pk, other.pk, "")


def test_taken_back_everything_is_as_before(world: World, two: tuple[Title, Title]) -> None:
    kept, dropped = two
    world.copy(kept)
    world.copy(dropped)
    world.hold(world.patron(), dropped)
    common = {"library": world.library, "kept_at": world.now}
    for title in two:
        pictures = {"large": title.name.encode(), "small": b"s"}
        TitleRecord.objects.create(**common, title=title, format="cnmarc", content=b"x")
        Cover.objects.create(**common, title=title, digest=f"{title.pk}", **pictures)
    before = everything()
    covers = list(Cover.objects.order_by("digest").values_list("title_id", "digest", "large"))

    merge(world, two, "name", "year", "cover")
    assert Cover.objects.get(title=kept).digest == f"{dropped.pk}"
    outcome = unmerge(world, two)

    assert (outcome.title, outcome.copies, outcome.holds) == (dropped.public_id, 1, 1)
    assert everything() == before
    after = Cover.objects.order_by("digest").values_list("title_id", "digest", "large")
    assert [(t, d, bytes(p)) for t, d, p in after] == [(t, d, bytes(p)) for t, d, p in covers]
    assert TitleRecord.objects.count() == 2
    assert merged_into(dropped.public_id) is None
    assert {hit.public_id for hit in search_titles("活着", limit=5).hits} == {
        kept.public_id, dropped.public_id
    }  # fmt: skip


def test_what_came_after_the_merge_stays(world: World, two: tuple[Title, Title]) -> None:
    kept, dropped = two
    world.copy(dropped)
    merge(world, two, "year")
    kept.refresh_from_db()
    edit_title(
        world.desk(), title=kept.public_id, book=replace(book_of(kept), year=2017, series="丛书")
    )
    add_copies(world.desk(), title=kept.public_id, copies=NewCopies(count=2))

    unmerge(world, two)

    kept.refresh_from_db()
    assert (kept.year, kept.series) == (2017, "丛书")
    assert Copy.objects.filter(title=kept).count() == 2
    assert Copy.objects.filter(title__public_id=dropped.public_id).count() == 1


def test_three_become_one_and_each_id_leads_there(world: World, two: tuple[Title, Title]) -> None:
    kept, dropped = two
    third = world.title("活着", publisher="作家出版社")
    copy = world.copy(dropped)
    merge(world, two)
    merge(world, (third, kept))

    assert merged_into(dropped.public_id) == merged_into(kept.public_id) == third.public_id
    unmerge(world, (third, kept))
    assert merged_into(dropped.public_id) == kept.public_id
    unmerge(world, two)
    copy.refresh_from_db()
    assert copy.title.public_id == dropped.public_id


def test_a_copy_kept_across_both_stands_against_taking_it_back(
    world: World, two: tuple[Title, Title]
) -> None:
    kept, dropped = two
    copy = world.copy(dropped)
    hold = world.hold(world.patron(), kept)
    merge(world, two)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    before = everything()

    outcome = unmerge_titles(world.desk(), was=dropped.public_id)
    assert outcome == Refused(faults=(Fault(FaultCode.COPY_HELD),))
    assert everything() == before

    cancel_hold(world.desk(), hold=hold.public_id)
    unmerge(world, two)


def test_who_is_served_with_another_copy_meanwhile_insists_on_none_after(
    world: World, two: tuple[Title, Title]
) -> None:
    kept, dropped = two
    asked, other = world.copy(kept), world.copy(kept)
    world.copy(dropped)
    reader = world.patron()
    of_copy = world.hold(reader, kept, copy=asked)
    later = world.now + timedelta(hours=1)
    of_book = world.hold(reader, dropped, queued_at=later, placed_at=later)
    assert merge(world, two).ended == 1
    checkin(world.desk(), copy_barcodes=(other.barcode,))
    assert state(of_copy) == ("ready", kept.pk, other.pk, "")

    unmerge(world, two)
    assert state(of_copy) == ("ready", kept.pk, other.pk, "")
    assert of_copy.copy_id is None
    assert state(of_book)[:2] == ("waiting", dropped.pk)


def test_what_cannot_be_merged_or_taken_back(world: World, two: tuple[Title, Title]) -> None:
    kept, dropped = two
    before = everything()

    def against(keep: str, drop: str) -> tuple[Fault, ...]:
        outcome = merge_titles(world.desk(), keep=keep, drop=drop)
        assert isinstance(outcome, Refused)
        return outcome.faults

    unknown = Fault(FaultCode.TITLE_UNKNOWN, "title", "NONE")
    assert against("NONE", dropped.public_id) == against(kept.public_id, "NONE") == (unknown,)
    same = Fault(FaultCode.SAME_TITLE, "title", kept.public_id)
    assert against(kept.public_id, kept.public_id) == (same,)
    assert unmerge_titles(world.desk(), was="NONE") == Refused(
        faults=(Fault(FaultCode.MERGE_UNKNOWN, "title", "NONE"),)
    )
    assert everything() == before

    merge(world, two)
    assert unmerge_titles(world.days_later(31), was=dropped.public_id) == Refused(
        faults=(Fault(FaultCode.MERGE_TOO_OLD),)
    )


def test_the_isbn_of_the_other_record_may_be_taken(world: World, two: tuple[Title, Title]) -> None:
    kept, dropped = two
    merge(world, (dropped, kept), "isbn13", "name")
    dropped.refresh_from_db()
    assert (dropped.isbn13, dropped.name) == ("9787506365437", "活着")

    unmerge(world, (dropped, kept))
    assert set(Title.objects.values_list("public_id", "isbn13")) == {
        (kept.public_id, "9787506365437"), (dropped.public_id, ""),
    }  # fmt: skip


def test_an_isbn_that_a_third_record_has_by_now_stays_there(world: World) -> None:
    kept = world.title("活着", isbn13="9787506365437")
    dropped = world.title("活着", isbn13="9787530216781")
    merge(world, (kept, dropped), "isbn13")
    third = world.title("许三观卖血记", isbn13="9787506365437")

    unmerge(world, (kept, dropped))
    assert set(Title.objects.values_list("public_id", "isbn13")) == {
        (kept.public_id, ""), (dropped.public_id, "9787530216781"),
        (third.public_id, "9787506365437"),
    }  # fmt: skip


def test_every_table_with_a_key_to_a_title_is_seen_to() -> None:
    """Whoever adds one says in actions/merging.py what becomes of its rows."""
    keys = {
        model.__name__
        for model in LibraryOwned.__subclasses__()
        for field in model._meta.get_fields()
        if isinstance(field, InnerKey) and field.related_model is Title
    }
    assert keys == {
        "Copy", "Cover", "DifferentTitles", "Hold", "MergedTitle", "SplitTitle", "TitleIndex",
        "TitleRecord",
    }  # fmt: skip
