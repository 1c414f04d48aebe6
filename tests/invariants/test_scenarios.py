"""The scenario table of docs/circulation.md, acted out row by row."""

from pathlib import Path
from typing import NamedTuple

import pytest

from jieyue.circulation.queries.contradictions import contradictions
from tests.invariants.scene import NotUnderstoodError, Scene
from tests.invariants.scene_outcomes import hold_true
from tests.invariants.scene_steps import act
from tests.world import World

DOCS = Path(__file__).parents[2] / "docs" / "circulation.md"
HEADINGS = ["", "Situation", "Action", "Outcome"]


class Row(NamedTuple):
    number: str
    situation: str
    action: str
    outcome: str


def rows() -> list[Row]:
    """Return the rows of every table with the four headings."""
    found: list[Row] = []
    is_scenario = False
    for line in DOCS.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            is_scenario = False
        elif cells[1:] == HEADINGS[1:]:
            is_scenario = True
        elif is_scenario and not set(line) <= set("|-: "):
            found.append(Row(*cells))
    return found


def played(world: World, action: str, outcome: str, situation: str = "") -> None:
    scene = Scene(world)
    if situation:
        act(scene, situation)
    act(scene, action)
    hold_true(scene, outcome)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.number)
def test_what_the_table_says_is_what_happens(world: World, row: Row) -> None:
    played(world, row.action, row.outcome, row.situation)
    assert contradictions() == []


def test_there_are_enough_rows_each_with_a_name_of_its_own() -> None:
    names = [row.number for row in rows()]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ("Lin borrows the red book", "done"),
        ("Lin borrows A1", "lent until the cows come home"),
        ("`loan_years` 3", "done"),
        ("30 Foo: Lin borrows A1", "done"),
    ],
)
def test_a_sentence_that_is_not_understood_fails(world: World, action: str, outcome: str) -> None:
    with pytest.raises(NotUnderstoodError):
        played(world, action, outcome)


def test_a_wrong_outcome_fails(world: World) -> None:
    with pytest.raises(AssertionError):
        played(world, "Lin borrows A1", "lent until 15 March")
