"""Lists brought along by programs, from the first part of the file to the undo."""

import json
import re
import shlex
from contextvars import copy_context
from pathlib import Path

from jieyue.audit.models import Entry
from jieyue.catalog.importing.books import BOOKS
from jieyue.catalog.importing.marc import MARC
from jieyue.catalog.models import Copy, Title
from jieyue.imports.models import Import, ImportPart
from jieyue.imports.rules.runs import PART
from jieyue.libraries.models import IdempotencyKey
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.importing.readers import READERS
from jieyue.patrons.models import Patron
from tests.doors.api.program import Program, program
from tests.imports import work_on
from tests.marc_samples import CNMARC, iso
from tests.world import World

LIST = "书名,作者,条码号,备注\n呐喊,鲁迅,B001,甲\n彷徨,鲁迅,B001,乙\n边城,沈从文,B003,丙\n"


def sent(api: Program, content: bytes, kind: str = "books", **more: str) -> str:
    """Send a file and say that it ends; return the import's address."""
    new = {"kind": kind, "bytes": len(content), "file_name": "列表.csv", **more}
    begun = api.post("imports", new)
    assert begun.status_code == 201, begun.content.decode()
    run = begun.json()["run"]
    for part in range(1, begun.json()["parts"] + 1):
        piece = content[(part - 1) * PART : part * PART]
        assert api.call("PUT", f"imports/{run}/parts/{part}", piece).status_code == 200
    ended = api.post(f"imports/{run}/file")
    assert (ended.status_code, ended.json()) == (200, {"type": "file_brought", "run": run})
    return f"imports/{run}"


def test_a_list_comes_in_is_put_right_and_taken_back(world: World, api: Program) -> None:
    run = sent(api, LIST.encode())

    looked = api.get(run).json()
    assert (looked["state"], looked["bytes"]) == ("uploaded", len(LIST.encode()))
    assert [(one["heading"], one["kind"], one["samples"][0]) for one in looked["columns"]] == [
        ("书名", "name", "呐喊"),
        ("作者", "authors", "鲁迅"),
        ("条码号", "barcode", "B001"),
        ("备注", "note", "甲"),
    ]
    columns = {"columns": ["name", "authors", "barcode", ""], "options": {"branch": "main"}}
    assert api.call("PUT", f"{run}/columns", columns).json()["type"] == "import_changed"
    begun = api.post(f"{run}/state", {"do": "check"}, key="check")
    assert api.post(f"{run}/state", {"do": "check"}, key="check").json() == begun.json()
    assert begun.json()["state"] == api.get(run).json()["state"] == "checking"
    assert api.post(f"{run}/state", {"do": "import"}).json()["reasons"] == ["not_now"]
    work_on(world)

    checked = api.get(run).json()
    assert (checked["state"], checked["rows"]) == ("checked", {"new": 2, "wrong": 1})
    [wrong] = api.get(f"{run}/rows?verdict=wrong").json()
    assert (wrong["number"], wrong["cells"]) == (3, ["彷徨", "鲁迅", "B001", "乙"])
    repeated = {"code": "barcode_repeated", "field": "barcode", "value": "2"}
    assert wrong["faults"][0] == repeated
    assert [row["number"] for row in api.get(f"{run}/rows?after=2&limit=1").json()] == [3]
    api.post(f"{run}/state", {"do": "import"})
    work_on(world)
    done = api.get(run).json()
    assert (done["state"], done["progress"]) == ("done", {"done": 3, "of": 3})
    assert set(Copy.objects.values_list("barcode", "note")) == {("B001", ""), ("B003", "")}

    as_table = api.get(f"{run}/rejected?format=csv")
    assert as_table.headers["Content-Disposition"] == 'attachment; filename="rejected.csv"'
    again = sent(
        api, as_table.content.replace(b"B001\r", b"B002\r").replace(b",B001", b",B002"),
        again_of=done["public_id"],
    )  # fmt: skip
    kinds = [column["kind"] for column in api.get(again).json()["columns"]]
    assert kinds == ["", "", "name", "authors", "barcode", ""]
    mended = api.call("PUT", f"{run}/rows/3", {"cells": {"2": "B002"}})
    assert mended.json() == {
        "type": "row_mended", "run": done["public_id"], "number": 3, "verdict": "new",
        "is_in": True,
    }  # fmt: skip
    assert api.get(f"{run}/rejected").content == b""
    assert api.get(f"{run}/undo").json() | {"until": None} == {
        "may": True, "until": None, "goes": {"copies": 3, "titles": 3}, "put_back": 0,
    }  # fmt: skip
    assert api.call("DELETE", run).json()["reasons"] == ["not_now"]
    api.post(f"{run}/state", {"do": "undo"})
    work_on(world)
    assert api.get(run).json()["state"] == "undone"
    assert api.get(f"{run}/undo").json() == {
        "may": False, "until": None, "goes": {}, "put_back": 0,
    }  # fmt: skip
    assert not Title.objects.exists()
    assert api.call("DELETE", again).status_code == 200
    assert api.call("DELETE", run).status_code == 200
    assert (api.get("imports").json(), Import.objects.count()) == ([], 0)


def test_parts_come_in_any_order_and_twice(world: World, api: Program) -> None:
    content = ("书名,备注\n" + "呐喊,\n" * (PART // 8 + 1)).encode()
    begun = api.post("imports", {"kind": "books", "bytes": len(content)}, key="one").json()
    assert api.post("imports", {"kind": "books", "bytes": len(content)}, key="one").json() == begun
    assert (begun["parts"], begun["part_bytes"]) == (2, PART)
    run = f"imports/{begun['run']}"
    first, last = content[:PART], content[PART:]

    assert api.get(run).json()["state"] == "arriving"
    assert api.call("PUT", f"{run}/parts/2", last).json()["missing"] == 1
    assert api.post(f"{run}/file").json()["reasons"] == ["file_incomplete"]
    assert api.post(f"{run}/state", {"do": "check"}).json()["reasons"] == ["file_incomplete"]
    assert api.call("PUT", f"{run}/columns", {"reading": {}}).json()["reasons"] == [
        "file_incomplete"
    ]
    assert api.call("PUT", f"{run}/parts/1", last).json()["reasons"] == ["part_size_wrong"]
    assert api.call("PUT", f"{run}/parts/3", last).json()["reasons"] == ["part_unknown"]
    keyed = {"Idempotency-Key": "part 2"}.items()
    assert api.call("PUT", f"{run}/parts/2", last, **dict(keyed)).status_code == 422  # a space
    for _ in range(2):
        kept = api.call("PUT", f"{run}/parts/1", first, **{"Idempotency-Key": "part1"})
        assert kept.json() == {
            "type": "part_kept", "run": begun["run"], "part": 1, "missing": 0,
        }  # fmt: skip
    other = api.call("PUT", f"{run}/parts/1", b"x" * PART, **{"Idempotency-Key": "part1"})
    assert (other.status_code, other.json()["type"]) == (422, "idempotency_key_reused")
    assert api.get(f"{run}/parts").json() == {"parts": 2, "part_bytes": PART, "here": [1, 2]}
    ended = api.post(f"{run}/file", key="end")

    assert api.post(f"{run}/file", key="end").json() == ended.json()
    assert api.call("PUT", f"{run}/parts/1", first).json()["reasons"] == ["not_now"]
    assert b"".join(ImportPart.objects.order_by("number").values_list("content", flat=True)) == (
        content
    )


def test_what_cannot_be_read_is_said_and_can_come_anew(world: World, api: Program) -> None:
    page = b"<html><table><tr><td>1</td></tr></table></html>"
    begun = api.post("imports", {"kind": "books", "bytes": len(page)}).json()
    run = f"imports/{begun['run']}"
    api.call("PUT", f"{run}/parts/1", page)
    refused = api.post(f"{run}/file")
    assert (refused.status_code, refused.json()["reasons"]) == (409, ["web_page"])
    better = "书名\n呐喊\n".encode().ljust(len(page))
    api.call("PUT", f"{run}/parts/1", better)
    assert api.post(f"{run}/file").status_code == 200
    assert api.post("imports", {"kind": "books", "bytes": 1 << 30}).json()["reasons"] == [
        "file_too_large"
    ]
    wrong = {"columns": ["cover"], "options": {"branch": "nowhere", "category": "adult"}}
    answer = api.call("PUT", f"{run}/columns", wrong)
    assert (answer.status_code, [(e["field"], e["code"]) for e in answer.json()["errors"]]) == (
        422,
        [
            ("columns.0", "column_unknown"),
            ("options.category", "option_unknown"),
            ("options.branch", "branch_unknown"),
        ],
    )


def test_records_are_told_by_their_content(world: World, api: Program) -> None:
    run = sent(api, iso(CNMARC[0]))

    assert api.get(run).json()["kind"] == "marc"
    api.post(f"{run}/state", {"do": "check"})
    work_on(world, MARC)
    assert api.get(run).json()["state"] == "checked"
    assert api.get(f"{run}/rejected?format=iso").status_code == 200


def test_a_record_is_put_right_by_what_it_holds(world: World, api: Program) -> None:
    world.copy(world.title("别的书"), barcode="00000101")
    run = sent(api, iso(CNMARC[0]))
    api.post(f"{run}/state", {"do": "check"})
    work_on(world, MARC)
    [wrong] = api.get(f"{run}/rows").json()
    assert (wrong["verdict"], wrong["fields"]["barcode"]) == ("wrong", "00000101 00000102")

    unknown = api.call("PUT", f"{run}/rows/1", {"fields": {"cover": "x"}})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "field_unknown")
    assert api.call("PUT", f"{run}/rows/1", {}).status_code == 422
    right = api.call("PUT", f"{run}/rows/1", {"fields": {"barcode": "", "year": "2013"}})
    assert (right.status_code, right.json()["verdict"]) == (200, "new")
    [row] = api.get(f"{run}/rows").json()
    assert (row["cells"][3:], row["fields"]) == (["2013", "9787020002207", ""], {})


def test_readers_need_their_right_and_leave_no_trace(world: World, api: Program) -> None:
    content = "姓名,学号,电话\n林晓雨,2023001,13800138000\n,2023002,\n".encode()
    run = sent(api, content, "readers")
    cataloguer = program(world, {Permission.CATALOG_EDIT, Permission.CATALOG_VIEW})

    for method, path, body in (
        ("GET", run, None), ("GET", f"{run}/rows", None), ("GET", f"{run}/rejected", None),
        ("GET", f"{run}/undo", None), ("GET", f"{run}/parts", None), ("DELETE", run, None),
        ("POST", f"{run}/file", None), ("PUT", f"{run}/parts/1", content),
        ("POST", f"{run}/state", {"do": "check"}), ("PUT", f"{run}/columns", {"columns": []}),
        ("PUT", f"{run}/rows/2", {"cells": {"0": "x"}}),
        ("POST", "imports", {"kind": "readers", "bytes": 1}),
    ):  # fmt: skip
        answer = cataloguer.call(method, path, body)
        assert (answer.status_code, answer.json()["type"]) == (403, "forbidden"), path
    assert cataloguer.get("imports").json() == []
    api.post(f"{run}/state", {"do": "check"}, key="check")
    work_on(world, READERS)
    mended = api.call(
        "PUT", f"{run}/rows/3", {"cells": {"0": "王小明"}}, **{"Idempotency-Key": "m"}
    )
    assert (mended.status_code, mended.json()["verdict"]) == (200, "new")
    api.post(f"{run}/state", {"do": "import"})
    work_on(world, READERS)

    assert set(Patron.objects.values_list("name", flat=True)) == {"林晓雨", "王小明"}
    traces = [*Entry.objects.values_list("data", flat=True)]
    traces += [*IdempotencyKey.objects.values_list("outcome", flat=True)]
    written = json.dumps(traces, ensure_ascii=False)
    assert "林" not in written and "王" not in written and "138001" not in written
    assert ImportPart.objects.filter(content=b"").count() == 1


def test_an_import_is_stopped_and_goes_on(world: World, api: Program) -> None:
    run = sent(api, LIST.encode())
    api.post(f"{run}/state", {"do": "check"})
    assert api.post(f"{run}/state", {"do": "stop"}).json()["state"] == "uploaded"
    api.post(f"{run}/state", {"do": "check"})
    assert api.post(f"{run}/state", {"do": "resume"}).json()["state"] == "checking"
    work_on(world, BOOKS)
    api.post(f"{run}/state", {"do": "import"})
    assert api.post(f"{run}/state", {"do": "stop"}).json()["state"] == "stopped"
    api.post(f"{run}/state", {"do": "import"})
    work_on(world, BOOKS)
    assert api.get(run).json()["rows"]["copies"] == 2
    assert api.post(f"{run}/covers", {"do": "stop"}).status_code in {200, 409}


def test_the_example_of_the_documentation_runs(world: World, api: Program) -> None:
    doc = Path(__file__).parents[3] / "docs" / "importing.md"
    lines = [line for line in doc.read_text().splitlines() if line.startswith("curl ")]
    content = "书名,条码号\n呐喊,B001\n彷徨,B001\n".encode()
    announced = int(re.search(r'"bytes": (\d+)', lines[0])[1])
    content += b"\n" * (announced - len(content))
    run, said = "", []
    for line in lines:
        _curl, _header, _auth, *words = shlex.split(line.replace("$run", run))
        method = words.pop(1) if words[0] == "-X" else ""
        address, *data = [word for word in words if word != "-X"]
        body = content if "--data-binary" in data else data[-1] if data else ""
        answer = copy_context().run(
            api.client.generic,
            method or ("POST" if data else "GET"),
            address.replace("$api", "/api/v1"),
            body,
            content_type="application/x-www-form-urlencoded",  # as curl says of all it sends
            headers={"Authorization": api.bearer},
        )
        assert answer.status_code in {200, 201}, (line, answer.content.decode())
        run = run or answer.json()["run"]
        said.append(answer.content.decode())
        work_on(world)

    assert json.loads(said[6])[0]["cells"] == ["彷徨", "B001"]
    assert json.loads(said[-1])["goes"] == {"copies": 1, "titles": 1}
