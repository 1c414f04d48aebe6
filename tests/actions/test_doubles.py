"""Likely doubles that are none: off the list, until somebody takes it back."""

import pytest

from jieyue.audit.models import Entry
from jieyue.catalog.actions.doubles import ToldAlike, ToldApart, tell_alike, tell_apart
from jieyue.catalog.actions.making import Refused
from jieyue.catalog.apart import recently_told_apart, told_apart
from jieyue.catalog.doubles import likely_doubles
from jieyue.catalog.models import DifferentTitles, Title
from jieyue.catalog.queries import book_of
from jieyue.catalog.rules.faults import Fault, FaultCode
from jieyue.catalog.rules.importing.matching import identity_of
from jieyue.circulation.actions.merging import merge_titles, unmerge_titles
from jieyue.circulation.actions.splitting import Split, split_title, unsplit_title
from tests.world import World


@pytest.fixture
def three(world: World) -> list[Title]:
    """Three records that say the same book."""
    return [listed(world.title("数学", authors="某人", year=2019)) for _ in range(3)]


def listed(title: Title) -> Title:
    title.match_key = identity_of(book_of(title)).key
    title.save()
    return title


def sets() -> list[set[str]]:
    return [{record.public_id for record in one.records} for one in likely_doubles()[0]]


def ids(*titles: Title) -> tuple[str, ...]:
    return tuple(title.public_id for title in titles)


def test_two_records_that_are_different_books_are_not_listed_again_until_it_is_taken_back(
    world: World, three: list[Title]
) -> None:
    one, two, third = three
    assert sets() == [{*ids(one, two, third)}]

    outcome = tell_apart(world.desk(), titles=ids(two, one))
    assert outcome == ToldApart(titles=ids(one, two), name="数学", pairs=1)
    assert sets() == [{*ids(one, third)}]
    entry = Entry.objects.latest("pk")
    assert (entry.outcome, entry.title_id, entry.data) == (
        "told_apart", one.pk, {"titles": list(ids(one, two))}
    )  # fmt: skip
    assert [(said.one, said.other) for said in recently_told_apart()] == [ids(one, two)]

    assert tell_alike(world.desk(), titles=ids(two, one)) == ToldAlike(
        titles=ids(one, two), name="数学"
    )
    assert sets() == [{*ids(one, two, third)}]
    assert told_apart(one.pk, two.pk) is None


def test_all_records_of_a_set_may_be_different(world: World, three: list[Title]) -> None:
    tell_apart(world.desk(), titles=ids(*three[:2]))
    outcome = tell_apart(world.desk(), titles=ids(*three))
    assert isinstance(outcome, ToldApart)
    assert outcome.pairs == 2
    assert sets() == []


def test_what_cannot_be_told_apart(world: World, three: list[Title]) -> None:
    one, two, _ = three
    desk = world.desk()
    unknown = Refused(faults=(Fault(FaultCode.TITLE_UNKNOWN, "titles", "NONE"),))
    assert tell_apart(desk, titles=(one.public_id, "NONE")) == unknown
    assert tell_alike(desk, titles=(one.public_id, "NONE")) == unknown
    same = Refused(faults=(Fault(FaultCode.SAME_TITLE, "titles", one.public_id),))
    assert tell_apart(desk, titles=ids(one, one)) == tell_alike(desk, titles=ids(one)) == same
    assert tell_alike(desk, titles=ids(one, two)) == Refused(
        faults=(Fault(FaultCode.NOTHING_CHANGES),)
    )
    assert not DifferentTitles.objects.exists()


def test_what_was_said_of_a_record_holds_for_the_one_it_is_merged_into(
    world: World, three: list[Title]
) -> None:
    kept, dropped, third = three
    tell_apart(world.desk(), titles=ids(dropped, third))

    merge_titles(world.desk(), keep=kept.public_id, drop=dropped.public_id)
    assert told_apart(kept.pk, third.pk) is not None
    assert sets() == []

    unmerge_titles(world.desk(), was=dropped.public_id)
    assert told_apart(kept.pk, third.pk) is None
    assert told_apart(dropped.pk, third.pk) is not None


def test_a_split_tells_both_books_apart(world: World, three: list[Title]) -> None:
    source, into, _ = three
    world.copy(source)
    copies = (world.copy(source).public_id,)
    outcome = split_title(world.desk(), title=source.public_id, copies=copies, into=into.public_id)
    assert isinstance(outcome, Split)
    assert told_apart(source.pk, into.pk) is not None
    unsplit_title(world.desk(), split=outcome.split)
    assert told_apart(source.pk, into.pk) is None
