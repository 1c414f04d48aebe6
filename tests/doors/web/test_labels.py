"""Labels and cards on sheets: chosen from any list, drawn as PDF, read back by a decoder."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.catalog.models import Copy
from jieyue.interfaces.web.labels.drawing import Label, call_lines, draw_labels
from jieyue.interfaces.web.labels.views import AT_ONCE
from jieyue.kit.paper.sheets import SHEETS
from tests.paper import codes_on, pages_of
from tests.world import World


def address(world: World, name: str = "books") -> str:
    return reverse(f"labels:{name}", args=[world.library.slug])


@pytest.fixture
def printed(world, staff_client):
    """Send the page of labels, with a sheet of 24 and barcodes unless said otherwise."""

    def send(name: str = "books", client=staff_client, **changes):
        values = {"which": "barcodes", "kind": "code", "symbology": "code128", "sheet": "24"}
        return client.post(address(world, name), values | {"do": "print"} | changes)

    return send


def test_a_pile_is_printed_in_the_order_it_was_scanned(world: World, printed) -> None:
    title = world.title("红楼梦")
    copies = [world.copy(title) for _ in range(3)]
    pile = [copies[2].barcode, copies[0].barcode, copies[2].barcode]

    answer = printed(barcodes="\n".join(pile))

    assert answer.headers["Content-Type"] == "application/pdf"
    [page] = pages_of(answer.content)
    assert page.count("红楼梦") == page.count(world.library.name) == 2
    assert codes_on(answer.content) == [
        ("Code 128", copies[2].barcode),
        ("Code 128", copies[0].barcode),
    ]


def test_qr_codes_lead_to_the_copies_of_a_title(world: World, printed, staff_client) -> None:
    title = world.title()
    copies = [world.copy(title, call_number="I242.4/2") for _ in range(2)]
    world.copy(title, standing="withdrawn", withdrawn_at=world.now)
    page = staff_client.get(address(world), {"title": title.public_id})
    chosen = " ".join(copy.public_id for copy in copies)
    assert f'value="{chosen}"' in page.text

    answer = printed(which="chosen", chosen=chosen, symbology="qr", sheet="40")

    codes = codes_on(answer.content)
    assert [code.split("/c/")[1] for _, code in codes] == [copy.public_id for copy in copies]
    assert "I242.4/2" in pages_of(answer.content)[0]


def test_spines_come_in_the_order_of_the_shelves(world: World, printed) -> None:
    for number in ("I247.5/13", "I247.5/2", "I313/1", "I207/1", "K82/1"):
        world.copy(call_number=number, shelf="三楼 A3")

    answer = printed(which="shelves", first="I2", last="I3", kind="spine")

    [page] = pages_of(answer.content)
    assert page.count("三楼 A3") == 4
    words = page.replace("三楼 A3", "").split()
    assert words == ["I207", "1", "I247.5", "2", "I247.5", "13", "I313", "1"]


def test_todays_books_are_printed_and_yesterdays_are_not(world: World, printed) -> None:
    today = world.copy()
    yesterday = world.copy()
    Copy.objects.filter(pk=yesterday.pk).update(added_at=world.now - timedelta(days=1))

    answer = printed(which="added", added_on="2026-03-02")

    assert codes_on(answer.content) == [("Code 128", today.barcode)]


def test_a_sheet_that_was_begun_is_used_up(world: World, printed) -> None:
    pile = " ".join(world.copy().barcode for _ in range(3))

    assert [len(page) > 2 for page in pages_of(printed(barcodes=pile, start="23").content)] == [
        True, True,
    ]  # fmt: skip
    late = printed(barcodes=pile, start="25")
    assert late.status_code == 422 and pile.split()[0] in late.text


def test_unknown_barcodes_and_those_of_other_libraries_are_named(world: World, printed) -> None:
    theirs = World(slug="southfield").copy()
    mine = world.copy()

    answer = printed(barcodes=f"{mine.barcode} {theirs.barcode} 999")

    assert answer.status_code == 422
    assert f"{theirs.barcode} 999" in answer.text
    assert mine.barcode in answer.text  # nothing that was typed is lost


def test_another_librarys_copy_is_not_there(world: World, staff_client, printed) -> None:
    theirs = World(slug="southfield").copy()
    for name, value in (
        ("copy", theirs.public_id), ("with", theirs.public_id), ("title", theirs.title.public_id),
    ):  # fmt: skip
        assert staff_client.get(address(world), {name: value}).status_code == 404
    assert printed(which="chosen", chosen=theirs.public_id).status_code == 422


def test_a_code_that_has_no_room_is_refused_by_name(world: World, printed) -> None:
    copy = world.copy(barcode="A" * 30)

    assert printed(barcodes=copy.barcode, sheet="65").status_code == 409
    assert copy.barcode in printed(barcodes=copy.barcode, sheet="65").text
    assert printed(barcodes=copy.barcode, sheet="65", symbology="qr").status_code == 200
    assert printed(barcodes=copy.barcode, sheet="65", kind="spine").status_code == 200


def test_an_own_sheet_is_measured_and_remembered(world: World, staff_client, printed) -> None:
    copy = world.copy()
    own = {"sheet": "own", "columns": "2", "rows": "7", "width": "99.1", "height": "38.1"}

    unmeasured = printed(barcodes=copy.barcode, **own)
    wrong = printed(barcodes=copy.barcode, **own, left="20", top="15")
    right = printed(barcodes=copy.barcode, **own, left="4.7", top="15.1", across="101.6", right="1")

    assert (unmeasured.status_code, wrong.status_code, right.status_code) == (422, 422, 200)
    assert 'value="99.1"' in staff_client.get(address(world)).text


def test_the_calibration_page_numbers_every_label(world: World, printed) -> None:
    [page] = pages_of(printed(do="calibrate", sheet="65").content)

    assert {str(number) for number in range(1, 66)} <= set(page.split())


@pytest.mark.once
def test_many_labels_come_in_parts(world: World, printed, monkeypatch) -> None:
    monkeypatch.setattr("jieyue.interfaces.web.labels.views.AT_ONCE", 2)
    copies = [world.copy(call_number=f"I2/{n}") for n in range(3)]
    shelves = {"which": "shelves", "first": "I2", "last": "I2"}

    assert "2" in printed(do="count", **shelves).text
    codes = [codes_on(printed(part=str(part), **shelves).content) for part in (1, 2)]
    assert [code for part in codes for _, code in part] == [copy.barcode for copy in copies]
    assert printed(part="3", **shelves).status_code == 422
    assert AT_ONCE == 650


def test_cards_of_a_class_carry_name_and_code(world: World, printed) -> None:
    pupils = [world.patron(name, group_name="三年二班") for name in ("安然", "周㛃")]
    world.patron("别班", group_name="三年一班")

    answer = printed("cards", group="三年二班", sheet="10")

    [page] = pages_of(answer.content)
    assert "安然" in page and "周㛃" in page and "别班" not in page
    assert {code for _, code in codes_on(answer.content)} == {pupil.card for pupil in pupils}


def test_helpers_print_labels_only_if_they_see_books(
    world: World, printed, helper_client, client
) -> None:
    copy = world.copy()

    assert printed(client=helper_client, barcodes=copy.barcode).status_code == 200
    assert printed(client=client, barcodes=copy.barcode).status_code == 303


@pytest.mark.parametrize(
    ("call_number", "lines"),
    [
        ("I247.57/12", ["I247.57", "12"]),
        ("I247.57 / 12=2", ["I247.57", "12", "=2"]),
        ("K825.38=5/3", ["K825.38", "=5", "3"]),
        ("TP312/N2338", ["TP312", "N2338"]),
        ("绘本 12", ["绘本12"]),
        ("", []),
    ],
)
def test_a_call_number_stands_in_lines(call_number: str, lines: list[str]) -> None:
    assert call_lines(call_number) == lines


@pytest.mark.once
@pytest.mark.parametrize("sheet", ["24", "40", "65"])
@pytest.mark.parametrize("symbology", ["code128", "qr"])
def test_every_code_of_a_full_sheet_is_read_back(sheet: str, symbology: str) -> None:
    labels = [
        Label(
            library="北山镇中心小学图书馆",
            name="你看起来好像很好吃",
            barcode=f"30000{number:03d}7",
            address=f"https://jieyue.example.org/beishan/c/7K3M9QX2{number:03d}",
        )
        for number in range(SHEETS[sheet].labels)
    ]

    made = draw_labels(labels, SHEETS[sheet], kind="code", symbology=symbology, title="标签")

    wanted = [label.address if symbology == "qr" else label.barcode for label in labels]
    assert sorted(text for _, text in codes_on(made)) == sorted(wanted)
