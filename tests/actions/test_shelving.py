"""Call numbers by the library's scheme, or its branch's."""

import pytest

from jieyue.catalog.actions import add_book, add_copies
from jieyue.catalog.actions.shelving import set_shelving
from jieyue.catalog.rules.copies import NewCopies
from jieyue.catalog.rules.descriptions import Description
from jieyue.catalog.settings_queries import shelving_schemes
from jieyue.libraries.actions import OtherBranchError
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.settings.outcomes import NotSaved, Saved
from tests.world import World

CLC = "I247.57"


def given(world: World, *books: Description, branch: str = "") -> list[str]:
    """Add a copy of each as a new title; return the call numbers they got."""
    copies = NewCopies(suggests_call_number=True, branch=branch)
    made = [add_book(world.desk(), book=book, copies=copies) for book in books]
    return [outcome.copies[0].call_number for outcome in made]


def book(name: str, authors: str = "余华", **values: object) -> Description:
    return Description(name=name, authors=authors, clc=CLC, year=2012, **values)


@pytest.mark.parametrize(
    ("scheme", "numbers"),
    [
        ("", ["/1", "/2", "/3"]),
        ("running", ["/1", "/2", "/3"]),
        ("author", ["/YH", "/YH2", "/MY"]),
        ("year", ["/2012", "/2012-2", "/2012-3"]),
        ("class", ["", "", ""]),
        ("free", [None, None, None]),
    ],
)
def test_each_scheme_numbers_in_its_own_way(
    world: World, scheme: str, numbers: list[str | None]
) -> None:
    if scheme:
        assert set_shelving(world.desk(), scheme=scheme) == Saved(code="")

    found = given(world, book("活着"), book("兄弟"), book("蛙", "莫言"))

    assert found == ["" if number is None else CLC + number for number in numbers]


def test_a_branch_may_number_in_its_own_way(world: World) -> None:
    world.east()
    set_shelving(world.desk(), scheme="author", branch="east")

    assert given(world, book("活着"), book("兄弟")) == [f"{CLC}/1", f"{CLC}/2"]
    assert given(world, book("许三观卖血记"), branch="east") == [f"{CLC}/YH"]
    assert given(world, book("第七天")) == [f"{CLC}/3"]
    assert shelving_schemes() == {"east": "author"}

    assert set_shelving(world.desk(), scheme="", branch="east") == Saved(code="east")
    assert given(world, book("文城"), branch="east") == [f"{CLC}/4"]
    assert shelving_schemes() == {}


def test_a_title_keeps_its_number_at_each_branch_of_its_own_order(world: World) -> None:
    world.east()
    set_shelving(world.desk(), scheme="author", branch="east")
    made = add_book(world.desk(), book=book("活着"), copies=NewCopies(suggests_call_number=True))

    def more(branch: str) -> str:
        copies = NewCopies(suggests_call_number=True, branch=branch)
        return add_copies(world.desk(), title=made.title, copies=copies).copies[0].call_number

    assert [more("east"), more("main"), more("east")] == [f"{CLC}/YH", f"{CLC}/1", f"{CLC}/YH"]


def test_volumes_and_editions_of_a_work_stand_together(world: World) -> None:
    found = given(
        world,
        book("三体", "刘慈欣", volume="第一部"),
        book("活着"),
        book("三体", "刘慈欣 / 某人", volume="第二部"),
        book("三体", "〔中〕刘慈欣", volume="第二部", edition="第 2 版"),
        book("活着", edition="第 3 版"),
        book("活着"),
        book("活着", "别人"),
    )

    assert found == [
        f"{CLC}/1:1", f"{CLC}/2", f"{CLC}/1:2", f"{CLC}/1:2=2", f"{CLC}/2=3", f"{CLC}/2=2",
        f"{CLC}/3",
    ]  # fmt: skip


def test_who_works_at_one_branch_sets_only_that(world: World) -> None:
    east = world.east()
    there = world.desk(branch_id=east.pk, branch_ids=frozenset({east.pk}))

    assert set_shelving(there, scheme="year", branch="east") == Saved(code="east")
    for branch in ("", "main"):
        with pytest.raises(OtherBranchError):
            set_shelving(there, scheme="year", branch=branch)


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"scheme": "by colour"}, Trouble.UNKNOWN),
        ({"scheme": "year", "branch": "west"}, Trouble.UNKNOWN),
        ({"scheme": ""}, Trouble.DEFAULT_STAYS),
    ],
)
def test_what_cannot_be_set(world: World, values: dict[str, str], trouble: Trouble) -> None:
    assert set_shelving(world.desk(), **values) == NotSaved(trouble=trouble)
    assert shelving_schemes() == {}
