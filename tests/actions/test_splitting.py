"""Copies of one record turn out to be another book, and go back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.models import Copy, SplitTitle, Title, TitleIndex
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.search import search_titles
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.holds import cancel_hold
from jieyue.circulation.actions.merging import merge_titles, unmerge_titles
from jieyue.circulation.actions.splitting import Split, Unsplit, split_title, unsplit_title
from jieyue.circulation.models import Hold, Loan, Transit
from jieyue.circulation.queries.contradictions import contradictions
from jieyue.circulation.queries.splitting import SplitMoves, split_moves
from tests.actions.test_merging import TOLD, everything, state
from tests.world import World


@pytest.fixture
def two(world: World) -> tuple[Title, Title]:
    """Two volumes; copies of the second were put on the record of the first."""
    first = world.title("平凡的世界", volume="第 1 部", isbn13="9787530212004", source="curated")
    return first, world.title("平凡的世界", volume="第 2 部")


def split(
    world: World, title: Title, copies: list[Copy], into: Title | None = None,
    book: Description | None = None,
) -> Split:  # fmt: skip
    outcome = split_title(
        world.desk(),
        title=title.public_id,
        copies=tuple(copy.public_id for copy in copies),
        into=into.public_id if into else "",
        book=book,
    )
    assert isinstance(outcome, Split), outcome
    assert [found for found in contradictions() if found.check != TOLD] == []
    return outcome


def unsplit(world: World, done: Split) -> Unsplit:
    outcome = unsplit_title(world.desk(), split=done.split)
    assert isinstance(outcome, Unsplit), outcome
    assert [found for found in contradictions() if found.check != TOLD] == []
    return outcome


def test_chosen_copies_go_to_the_other_record_with_loans_and_their_own_reservations(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    stays, lent, held = (world.copy(first) for _ in range(3))
    reader = world.patron()
    checkout(world.desk(), card_barcode=reader.card, copy_barcodes=(lent.barcode,))
    of_copy = world.hold(world.patron(), first, copy=held)
    of_book = world.hold(world.patron(), first)
    seen = split_moves(title_id=first.pk, copies=[lent.pk, held.pk], into_id=second.pk)

    outcome = split(world, first, [lent, held], second)

    assert outcome == Split(
        split=SplitTitle.objects.get().public_id, title=first.public_id, into=second.public_id,
        name="平凡的世界", copies=2, holds=1, freed=0, ended=0,
    )  # fmt: skip
    assert seen == SplitMoves(
        copies=2, on_loan=1, holds=1, freed=0, twice=0, stays=1, is_emptied=False
    )
    assert set(Copy.objects.filter(title=second)) == {lent, held}
    assert list(Copy.objects.filter(title=first)) == [stays]
    assert Loan.objects.get(copy=lent).copy.title_id == second.pk
    assert state(of_copy)[:2] == ("waiting", second.pk)
    assert state(of_book)[:2] == ("waiting", first.pk)
    entry = Entry.objects.latest("pk")
    assert (entry.outcome, entry.title_id, entry.data) == (
        "split",
        first.pk,
        {"into": second.public_id, "name": "平凡的世界", "copies": 2, "freed": [],
         "barcodes": [lent.barcode, held.barcode]},
    )  # fmt: skip


def test_a_new_record_begins_with_what_the_old_one_says(
    world: World, two: tuple[Title, Title]
) -> None:
    first, _ = two
    world.copy(first)
    copy = world.copy(first)
    book = replace(book_of(first), isbn13="9787530216781", volume="第 3 部")

    outcome = split(world, first, [copy], book=book)

    made = Title.objects.get(public_id=outcome.into)
    assert book_of(made) == book
    assert (made.state, made.source) == ("confirmed", "curated")
    assert made.provenance == {"volume": ""}
    assert [hit.public_id for hit in search_titles("9787530216781", limit=5).hits] == [
        made.public_id
    ]
    assert list(Copy.objects.filter(title=made)) == [copy]

    assert unsplit(world, outcome).is_gone
    assert not Title.objects.filter(pk=made.pk).exists()
    assert not TitleIndex.objects.filter(title_id=made.pk).exists()
    assert Copy.objects.filter(title=first).count() == 2


def test_who_waits_for_the_book_goes_along_only_when_no_copy_is_left(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    one, other = world.copy(first), world.copy(first)
    hold = world.hold(world.patron(), first)
    checkin(world.desk(), copy_barcodes=(one.barcode,))
    assert state(hold) == ("ready", first.pk, one.pk, "")

    outcome = split(world, first, [one, other], second)

    assert (outcome.holds, outcome.freed) == (1, 0)
    assert state(hold) == ("ready", second.pk, one.pk, "")
    assert unsplit(world, outcome).holds == 1
    assert state(hold) == ("ready", first.pk, one.pk, "")


def test_a_copy_kept_for_somebody_who_wants_the_other_book_goes_on_and_they_wait_again(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    wrong, far = world.copy(first), world.copy(first)
    world.copy(first)
    east = world.east()
    ready = world.hold(world.patron(), first)
    travels = world.hold(world.patron(), first, pickup_branch=east)
    waits = world.hold(world.patron(), second)
    checkin(world.desk(), copy_barcodes=(wrong.barcode, far.barcode))
    assert (state(ready)[0], state(travels)[0]) == ("ready", "in_transit")

    outcome = split(world, first, [wrong, far], second)

    assert (outcome.holds, outcome.freed) == (0, 2)
    assert state(ready) == state(travels) == ("waiting", first.pk, None, "")
    assert state(waits) == ("ready", second.pk, wrong.pk, "")
    assert Transit.objects.get().why == "home"

    cancel_hold(world.desk(), hold=waits.public_id)
    unsplit(world, outcome)
    assert Copy.objects.filter(title=first).count() == 3


def test_taking_it_back_lets_go_of_a_copy_that_is_kept_for_the_other_book_by_now(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    world.copy(first)
    copy = world.copy(first)
    outcome = split(world, first, [copy], second)
    hold = world.hold(world.patron(), second)
    checkin(world.desk(), copy_barcodes=(copy.barcode,))
    assert state(hold)[0] == "ready"

    unsplit(world, outcome)
    assert state(hold) == ("waiting", second.pk, None, "")


def test_a_reader_with_both_keeps_the_better_place_and_has_both_back_after(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    world.copy(first)
    copy = world.copy(first)
    reader = world.patron()
    of_copy = world.hold(reader, first, copy=copy)
    later = world.now + timedelta(hours=1)
    worse = world.hold(reader, second, queued_at=later, placed_at=later)

    outcome = split(world, first, [copy], second)
    assert (outcome.holds, outcome.ended) == (1, 1)
    assert state(worse) == ("cancelled", second.pk, None, "merged")
    assert state(of_copy)[:2] == ("waiting", second.pk)
    assert of_copy.copy_id is None

    unsplit(world, outcome)
    assert state(worse) == ("waiting", second.pk, None, "")
    assert state(of_copy)[:2] == ("waiting", first.pk)
    assert of_copy.copy_id == copy.pk


def test_taking_it_back_keeps_the_copy_that_is_ready_in_the_queue_it_belongs_to(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    only = world.copy(first)
    reader = world.patron()
    came = world.hold(reader, first)
    outcome = split(world, first, [only], second)  # no copy is left: the reservation follows
    elsewhere = world.copy(second, branch=world.east())
    checkin(world.desk(branch_id=world.east().pk), copy_barcodes=(elsewhere.barcode,))
    later = world.now + timedelta(hours=1)
    again = world.hold(reader, first, queued_at=later, placed_at=later)
    bought = world.copy(first)
    checkin(world.desk(), copy_barcodes=(bought.barcode,))
    assert state(came) == ("in_transit", second.pk, elsewhere.pk, "")
    assert state(again) == ("ready", first.pk, bought.pk, "")

    unsplit(world, outcome)
    assert state(came) == ("cancelled", first.pk, None, "merged")
    assert state(again) == ("ready", first.pk, bought.pk, "")
    assert Transit.objects.get().why == "home"


def test_taken_back_everything_is_as_before(world: World, two: tuple[Title, Title]) -> None:
    first, second = two
    world.copy(first)
    copy, gone = world.copy(first), world.copy(first, standing="withdrawn", withdrawn_at=world.now)
    world.hold(world.patron(), first)
    world.hold(world.patron(), first, copy=copy)
    ended = world.hold(world.patron(), first, copy=copy)
    cancel_hold(world.desk(), hold=ended.public_id)
    before = everything()

    outcome = split(world, first, [copy, gone], second)
    assert state(ended)[:2] == ("cancelled", second.pk)
    back = unsplit(world, outcome)

    assert (back.copies, back.holds, back.is_gone) == (2, 1, False)
    assert everything() == before
    assert not SplitTitle.objects.exists()


def test_what_came_to_the_new_record_keeps_it(world: World, two: tuple[Title, Title]) -> None:
    first, _ = two
    copy = world.copy(first)
    book = replace(book_of(first), isbn13="", volume="第 3 部")
    outcome = split(world, first, [copy], book=book)
    made = Title.objects.get(public_id=outcome.into)
    own = world.copy(made)

    assert not unsplit(world, outcome).is_gone
    assert list(Copy.objects.filter(title=made)) == [own]
    assert list(Copy.objects.filter(title=first)) == [copy]


def test_a_split_follows_a_merge_and_comes_back_with_it(
    world: World, two: tuple[Title, Title]
) -> None:
    first, second = two
    world.copy(first)
    copy = world.copy(first)
    third = world.title("平凡的世界", volume="第二部")
    outcome = split(world, first, [copy], second)

    merge_titles(world.desk(), keep=third.public_id, drop=second.public_id)
    assert SplitTitle.objects.get().into_id == third.pk
    unmerge_titles(world.desk(), was=second.public_id)
    assert SplitTitle.objects.get().into_id == second.pk

    merge_titles(world.desk(), keep=first.public_id, drop=second.public_id)
    unknown = Fault(FaultCode.SPLIT_UNKNOWN, "split", outcome.split)
    assert unsplit_title(world.desk(), split=outcome.split) == Refused(faults=(unknown,))
    unmerge_titles(world.desk(), was=second.public_id)
    assert unsplit(world, outcome).copies == 1


def test_what_cannot_be_split_or_taken_back(world: World, two: tuple[Title, Title]) -> None:
    first, second = two
    copy, foreign = world.copy(first), world.copy(second)
    before = everything()

    def against(*copies: Copy, title: str = first.public_id, **more: object) -> tuple[Fault, ...]:
        chosen = tuple(one.public_id for one in copies)
        outcome = split_title(world.desk(), title=title, copies=chosen, **more)
        assert isinstance(outcome, Refused)
        return outcome.faults

    to_second = {"into": second.public_id}
    assert against(copy, title="NONE", **to_second) == (
        Fault(FaultCode.TITLE_UNKNOWN, "title", "NONE"),
    )
    assert against(copy, into="NONE") == (Fault(FaultCode.TITLE_UNKNOWN, "into", "NONE"),)
    assert against(copy, into=first.public_id) == (
        Fault(FaultCode.SAME_TITLE, "into", first.public_id),
    )
    assert against(**to_second) == (Fault(FaultCode.COPIES_OUT_OF_RANGE, "copies", "300"),)
    assert against(copy, foreign, **to_second) == (Fault(FaultCode.COPY_UNKNOWN, "copies"),)
    same = replace(book_of(first), isbn13="")
    assert against(copy, book=same) == (Fault(FaultCode.BOOK_THE_SAME, "book"),)
    taken = replace(book_of(first), volume="第 2 部")
    assert against(copy, book=taken) == (Fault(FaultCode.ISBN_TAKEN, "isbn13", first.public_id),)
    assert against(copy, book=replace(same, name="")) == (Fault(FaultCode.NAME_MISSING, "name"),)
    assert unsplit_title(world.desk(), split="NONE") == Refused(
        faults=(Fault(FaultCode.SPLIT_UNKNOWN, "split", "NONE"),)
    )
    assert everything() == before

    outcome = split(world, first, [copy], second)
    assert unsplit_title(world.days_later(31), split=outcome.split) == Refused(
        faults=(Fault(FaultCode.SPLIT_TOO_OLD),)
    )
    assert Hold.objects.count() == 0
