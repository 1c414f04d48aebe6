"""`jieyue check` says what contradicts itself, and that nothing does."""

import json
import os
import pty
import subprocess

import pytest

from jieyue.circulation.queries.contradictions import PASSES
from tests.run.installation import MAIN, Installation

MAKE = """
from tests.world import World
from jieyue.kit.scope import library_scope
from jieyue.catalog.models import Copy
from jieyue.circulation.actions.checkout import checkout
for slug in ("north", "south"):
    world = World(slug=slug)
    with library_scope(world.library.pk):
        copy, patron = world.copy(barcode="C1"), world.patron(card="R1")
        checkout(world.desk(), copy_barcodes=("C1",), card_barcode="R1")
"""
BREAK = """
from jieyue.catalog.models import Copy
from jieyue.circulation.models import Loan
from tests.world import NOON
Copy.across_libraries.filter(library__slug="south").update(
    standing="withdrawn", withdrawn_at=NOON
)
print(Loan.across_libraries.get(library__slug="south").public_id)
"""


def test_says_each_contradiction_with_its_ids_and_ends_with_1(installation) -> None:
    loan = installation.script(MAKE + BREAK).strip()

    everything = installation.run("check")
    for_programs = installation.run("check", "--json")
    only_north = installation.run("check", "--library", "north")

    assert everything.returncode == 1
    assert everything.stdout == (
        f"south: Copy C1 is withdrawn and on loan ({loan}).\n1 contradiction\n"
    )
    assert json.loads(for_programs.stdout) == {
        "library": "south", "check": "lent_but_withdrawn", "copy": "C1", "loan": loan,
    }  # fmt: skip
    assert (only_north.returncode, only_north.stdout, only_north.stderr) == (
        0, "0 contradictions\n", ""
    )  # fmt: skip


@pytest.mark.once
def test_the_words_are_of_the_language_and_an_unknown_library_is_named(installation) -> None:
    installation.script(MAKE + BREAK)

    in_chinese = installation.run("check", LANG="zh_CN.UTF-8")
    unknown = installation.run("check", "--library", "west")

    assert "C1" in in_chinese.stdout and "Copy" not in in_chinese.stdout
    assert (unknown.returncode, unknown.stderr) == (1, "jieyue: There is no library west.\n")


@pytest.mark.once
def test_says_on_a_terminal_what_it_is_looking_at(installation) -> None:
    installation.script(MAKE)

    ended = on_a_terminal(installation, "check", "--library", "south")

    lines = ended.replace("\x1b[K", "").replace("\r\n", "\n").split("\r")
    assert f"south: 1/{len(PASSES)} two_open_loans" in lines
    assert f"south: {len(PASSES)}/{len(PASSES)} limit_passed" in lines
    assert lines[-1] == "0 contradictions\n"


def on_a_terminal(installation: Installation, *arguments: str) -> str:
    """Return all that a terminal shows of a command."""
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [*MAIN, *arguments], env=installation.environment, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            shown = b"".join(iter(lambda: _read(ours), b""))
        assert process.returncode == 0, shown
    finally:
        os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody writes to it any more
        return b""
