"""Every form and every address gets what nobody should send, and answers without falling over."""

import os
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import reverse

import jieyue.interfaces.web
from jieyue.circulation.actions.blocks import add_block
from jieyue.circulation.actions.charges import take_payment
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.closures import close_suddenly
from jieyue.circulation.actions.manifests import make_manifest
from jieyue.circulation.actions.piles import make_pile
from jieyue.circulation.actions.transits import send_copy
from jieyue.circulation.actions.vacations import add_vacation
from jieyue.circulation.queries.vacations import Values
from jieyue.circulation.rules.piles import Change, PileKind
from jieyue.fees.actions import charge
from jieyue.fees.drawer import close_drawer
from tests.doors.undoing import undone
from tests.doors.web.test_walls import LIBRARY_ROUTES, address
from tests.imports import HEADINGS, brought
from tests.world import day

WEB = Path(jieyue.interfaces.web.__file__).parent
HOSTILE = {
    "nul": "a\x00b",
    "control": "\x01\x0b\x1b\x7f",
    "long": "长" * 10_000,
    "digits": "9" * 400,
    "emoji": "👩‍👩‍👧‍👦\u202e𠮷",
    "wild": "%_\\'\"<b>{{ x }}",
    "negative": "-99999999999999999999",
    "nan": "NaN",
    "exponent": "1e999",
    "first": "0001-01-01",
    "last": "9999-12-31",
    "time": "24:61",
    "unlike": "٣٣٣",
}
# What databases may take differently. The others never reach one: trying them on SQLite will do.
OF_DATABASES = {"nul", "control", "digits", "emoji", "negative", "first", "last"}
# Each field and page gets one kind, the next another, two fields at once. JIEYUE_HOSTILE=1 gives
# every one each kind by itself, which takes minutes.
by_kind = pytest.mark.parametrize("kind", HOSTILE if os.environ.get("JIEYUE_HOSTILE") else ["one"])


def kinds(kind: str) -> Iterator[str]:
    """Yield what to send next."""
    return cycle(HOSTILE.values() if kind == "one" else [HOSTILE[kind]])


def is_tried(value: str) -> bool:
    """Say whether a value is sent with this database."""
    return connection.vendor == "sqlite" or value in {HOSTILE[kind] for kind in OF_DATABASES}


class _Forms(HTMLParser):
    """Collect the forms of a page: address, method and what is filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "method": given.get("method", "get").lower()}
                | {"fields": {}}
            )
        if not self.forms:
            return
        fields, name = self.forms[-1]["fields"], given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            if "selected" in given or self._select not in fields:
                fields[self._select] = given["value"]
        elif tag == "textarea" and name:
            fields[name] = "说明"
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given or name not in fields:
                fields[name] = given.get("value") or _likely(kind)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


def _likely(kind: str) -> str:
    return {"number": "3", "date": "2026-05-01", "time": "10:00", "password": "a long word 3"}.get(
        kind, "文字"
    )


def forms_of(client: Client, path: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (method, address, filled-in fields) of every form at an address."""
    answer = client.get(path)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return
    parser = _Forms()
    parser.feed(answer.content.decode())
    for form in parser.forms:
        yield form["method"], form["action"] or path, form["fields"]


@pytest.fixture
def places(world, tmp_path) -> dict[str, str]:
    """Return the value of every parameter that an address can have."""
    title = world.title("红楼梦", isbn13="9787020002207")
    copy, spare, patron = world.copy(title), world.copy(title), world.patron()
    lent = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    desk, east = world.desk(), world.east().code
    sent = send_copy(desk, copy_barcode=world.copy(title).barcode, to_branch=east)
    owes = charge(desk, patron=patron.public_id, amount_cents=100, reason="办卡")
    take_payment(desk, patron=patron.public_id, amount_cents=50)
    drawer = close_drawer(desk, expected_cents=50, counted_cents=50)
    days = {"starts_on": day("2026-07-01"), "ends_on": day("2026-08-31")}
    return {
        "hold": world.hold(world.patron(), title).public_id, "charge": owes.line,
        "block": add_block(desk, patron=patron.public_id, reason="撕书").block,
        "transit": sent.transit, "number": str(make_manifest(desk, to_branch=east).number),
        "close": drawer.close, "closure": close_suddenly(desk, name="停电", **days).code,
        "vacation": add_vacation(desk, values=Values(name="暑假", **days)).code,
        "run": brought(world, tmp_path, [HEADINGS, ("呐喊", "鲁迅")]), "import_kind": "books",
        "file_kind": "csv", "title": title.public_id, "copy": spare.public_id,
        "public_id": title.public_id,
        "pile": make_pile(
            desk, change=Change(kind=PileKind.RELOCATE, shelf="B"), copies=(spare.public_id,)
        ).pile,
        "patron": patron.public_id, "loan": lent.results[0].loan, "branch": "main",
        "card_type": "adult", "item_type": "book", "role": "owner", "kind": "json",
    }  # fmt: skip


def paths(slug: str, places: dict[str, str]) -> list[str]:
    """Return every address of the library, filled in."""
    return sorted({address(route, slug, places) for _, _, route in LIBRARY_ROUTES})


class Watch:
    """Sends requests, each undone, and remembers those that fell over."""

    def __init__(self, client: Client) -> None:
        self.client = client
        client.raise_request_exception = False
        self.fallen: dict[str, str] = {}
        self.error = ""
        got_request_exception.connect(self._note)

    def _note(self, **_: Any) -> None:
        self.error = repr(sys.exc_info()[1])[:300]

    def send(self, method: str, path: str, what: str, data: Any, **more: Any) -> None:
        with undone():
            answer = getattr(self.client, method)(path, data, **more)
        if answer.status_code >= 500:
            self.fallen[f"{method} {path} {what}"] = self.error


@pytest.fixture
def watch(staff_client, caplog):
    caplog.set_level("CRITICAL")
    watched = Watch(staff_client)
    yield watched
    got_request_exception.disconnect(watched._note)


@by_kind
def test_no_field_of_any_form_makes_a_page_fall_over(kind, world, watch, places) -> None:
    seen, hostile = set(), kinds(kind)
    together = 2 if kind == "one" else 1
    public = [reverse("site:new"), reverse("site:sign_in")]
    for path in paths(world.library.slug, places) + public:
        for method, action, fields in list(forms_of(watch.client, path)):
            where = action.split("?")[0]
            if (where, *fields) in seen or "sign-out" in where or not where.startswith("/"):
                continue
            seen.add((where, *fields))
            names = [name for name in fields if name != "csrfmiddlewaretoken"]
            for start in range(0, len(names), together):
                given = {name: next(hostile) for name in names[start : start + together]}
                given = {name: value for name, value in given.items() if is_tried(value)}
                if given:
                    watch.send(method, where, str(list(given)), fields | given)
    assert len(seen) > 40
    assert watch.fallen == {}


NAMES = sorted(
    {
        name
        for path in WEB.rglob("*.py")
        for name in re.findall(r"(?:GET|POST)\.get(?:list)?\(\s*\"(\w+)\"", path.read_text())
    }
)

# Characters of each: 10,000 made addresses of megabytes, which no server takes, and bodies that are
# refused before anybody looks at them.
ASKED_FOR = 100
FORM = "application/x-www-form-urlencoded"  # as browsers send it; the forms above go as multipart


def is_for(who: Watch, reader: Watch, path: str) -> bool:
    """Say whether it is worth asking: at a page for staff, a reader is nobody (test_walls)."""
    return who is not reader or "/staff/" not in path


@by_kind
def test_no_query_and_no_header_makes_a_page_fall_over(
    kind, world, watch, places, reader_client
) -> None:
    hostile = kinds(kind)
    reader = Watch(reader_client(world.patron()))
    odd = {"HTTP_HX_REQUEST": "true", "HTTP_IDEMPOTENCY_KEY": "k\x00"}
    for who in (watch, reader):
        for path in paths(world.library.slug, places):
            if not is_for(who, reader, path):
                continue
            posted, asked = next(hostile), next(hostile)
            if is_tried(asked):
                who.send("get", path, "everything", dict.fromkeys(NAMES, asked[:ASKED_FOR]))
            if is_tried(posted):
                body = urlencode(dict.fromkeys(NAMES, posted[:ASKED_FOR]))
                who.send("post", path, "everything", body, content_type=FORM, **odd)
    got_request_exception.disconnect(reader._note)
    assert watch.fallen | reader.fallen == {}


@pytest.mark.parametrize("value", ["a%00b", "9" * 400, "9" * 19, "%ED%A0%80"])
def test_no_address_makes_a_page_fall_over(value, world, watch, reader_client) -> None:
    reader = Watch(reader_client(world.patron()))
    for _, _, route in LIBRARY_ROUTES:
        names = re.findall(r"<(?:\w+:)?(\w+)>", route.partition("/")[2])
        path = address(route, world.library.slug, dict.fromkeys(names, value))
        for who in (watch, reader) if names else ():
            if not is_for(who, reader, path):
                continue
            for method in ("get", "post"):
                who.send(method, path, "address", {})
    got_request_exception.disconnect(reader._note)
    assert watch.fallen | reader.fallen == {}
