"""The readers as a file: read back by our own import as the same readers."""

import io
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from jieyue.audit.models import Entry
from jieyue.imports.actions import bring_file
from jieyue.kit.scope import library_scope
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.models import Card, Patron
from tests.doors.api.program import Program, program
from tests.imports import imported
from tests.world import World


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def readers_of(world: World) -> list[tuple]:
    """Return what the import knows of each reader."""
    with library_scope(world.library.pk):
        cards = {card.patron_id: card for card in Card.objects.filter(ended_at=None)}
        return [
            (
                *(one.name, one.student_number, one.group_name, one.phone, one.email, one.note),
                *(one.category.code, one.branch.code, one.expires_on, one.frozen_reason),
                *(
                    cards[one.pk].issued_at.astimezone(world.desk().zone).date(),
                    cards[one.pk].barcode,
                ),
                bool(cards[one.pk].lost_at),
            )
            for one in Patron.objects.select_related("category", "branch").order_by("name")
        ]


def some_readers(world: World) -> None:
    east = world.east()
    world.patron(
        "林晓雨", card="A0001", student_number="2023001", group_name="三年级2班",
        phone="13800138000", email="lin@example.org", expires_on=date(2027, 7, 15),
        note='=HYPERLINK("http://x","y")',
    )  # fmt: skip
    lost = world.patron("王小明", card="A0002", branch=east, phone="+4930123456")
    Card.objects.filter(patron=lost).update(lost_at=world.now)
    world.patron("陈静", card="A0003", frozen_at=world.now, frozen_reason="毕业离校")


def test_readers_are_read_back_as_the_same(world: World, tmp_path: Path) -> None:
    some_readers(world)
    answers = [
        program(world, all_branches=True).get(f"exports/readers?format={kind}&language={language}")
        for kind, language in (("csv", "zh"), ("xlsx", "en"))
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    contents = [body(answer) for answer in answers]
    assert b",\"'=HYPERLINK(" in contents[0]
    sheet = load_workbook(io.BytesIO(contents[1])).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    for number, content in enumerate(contents):
        other = World(slug=f"other{number}")
        with library_scope(other.library.pk):
            other.east()
            path = tmp_path / f"{number}"
            path.write_bytes(content)
            run = bring_file(other.desk(), READERS, path=path, file_name=path.name).run
            assert imported(other, run, READERS).counts == {"new": 3, "done": 3, "readers": 3}
        assert readers_of(other) == readers_of(world)


def test_readers_go_out_to_whoever_may_see_them_and_it_is_noted(world: World, api: Program) -> None:
    some_readers(world)

    answer = api.get("exports/readers?group=三年级2班")  # its token reaches one branch

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["姓名", "林晓雨"]
    assert "王小明" not in api.get("exports/readers").content.decode()
    entries = Entry.objects.filter(action="export_readers").order_by("id")
    assert [(entry.outcome, entry.data) for entry in entries] == [
        ("readers_exported", {"readers": 1, "kind": "csv", "group": "三年级2班"}),
        ("readers_exported", {"readers": 2, "kind": "csv"}),
    ]
    looker = program(world, {Permission.CATALOG_EDIT, Permission.PATRON_VIEW})
    assert looker.get("exports/readers").status_code == 403
    assert api.get("exports/readers?format=pdf").status_code == 422
