"""Files of the catalogue for other programs."""

import io

from jieyue.catalog.rules.marc.fields import described
from jieyue.catalog.rules.marc.reading import read_records
from jieyue.libraries.rules.permissions import Permission
from tests.doors.api.program import Program, program
from tests.world import World


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_books_are_exported_as_a_table_and_as_records(
    world: World, api: Program, monkeypatch
) -> None:
    world.copy(world.title("红楼梦", clc="I242.4"), barcode="B1")
    world.copy(world.title("编译器的第一课", clc="TP314"), barcode="B2")
    table = api.get("exports/books?format=csv&language=en&clc=TP")
    assert (table.status_code, table.headers["Content-Type"]) == (200, "text/csv")
    content = body(table)
    assert int(table.headers["Content-Length"]) == len(content)
    lines = content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Barcode,Accession number,Title")
    assert [line.split(",")[0] for line in lines[1:]] == ["B2"]
    monkeypatch.setattr("jieyue.interfaces.api.exports.SMALL", 100)  # the others are sent in pieces
    records = read_records(io.BytesIO(body(api.get("exports/books?format=cnmarc&q=honglou"))))
    assert [described(one.record).name for one in records] == ["红楼梦"]


def test_what_iso_2709_cannot_hold_is_refused_by_name(world: World, api: Program) -> None:
    long = world.title("长", summary="字" * 4_000)
    world.copy(long)
    world.copy(world.title("短"))
    world.title("没有册的书")  # a token of one branch does not get it
    answer = api.get("exports/books?format=marc21")
    assert (answer.status_code, answer.json()) == (
        409,
        {
            "type": "records_too_long",
            "left_out": [
                {"title": long.public_id, "name": "长", "code": "field_too_long", "value": "520"}
            ],
            "left_out_count": 1,
        },
    )
    rest = api.get("exports/books?format=marc21&skip_too_long=true")
    assert len(list(read_records(io.BytesIO(body(rest))))) == 1
    one = api.get(f"titles/{long.public_id}/record")
    assert (one.status_code, one.json()["left_out_count"]) == (409, 1)
    as_xml = api.get(f"titles/{long.public_id}/record?syntax=xml&format=marc21")
    assert described(next(read_records(io.BytesIO(as_xml.content))).record).name == "长"


def test_a_record_comes_in_either_format(world: World, api: Program) -> None:
    title = world.title("红楼梦", isbn13="9787020002207")
    for query in ("", "?format=marc21", "?encoding=gb18030"):
        answer = api.get(f"titles/{title.public_id}/record{query}")
        (one,) = read_records(io.BytesIO(answer.content))
        assert described(one.record).name == "红楼梦", query
    assert api.get("titles/nobody/record").status_code == 404


def test_a_program_without_the_right_gets_no_file(world: World) -> None:
    only_loans = program(world, {Permission.CHECKOUT})
    assert only_loans.get("exports/books?format=csv").status_code == 403
    title = world.title("红楼梦")
    assert only_loans.get(f"titles/{title.public_id}/record").status_code == 403
