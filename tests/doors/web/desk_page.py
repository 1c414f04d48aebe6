"""The desk's page as tests use it."""

import re
from contextvars import copy_context
from datetime import timedelta

from django.test import Client

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from tests.world import World


class Desk:
    """A desk's page in a browser: it sends what the page's scan form would."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client, self.html = world, client, ""
        self.keys = 0

    def url(self, tail: str = "") -> str:
        return f"/{self.world.slug}/staff/desk/{tail}"

    def state(self) -> dict[str, list[str]]:
        found = re.findall(r'name="(\w+)" value="([^"]*)"\s+form="scan"', self.html)
        return {name: [v for n, v in found if n == name] for name, _ in found}

    def post(self, tail: str, *, htmx: bool = True, key: str = "", **fields):
        self.keys += 1
        data = self.state() | fields | {"idempotency_key": key or f"key-{self.keys}"}
        headers = {"HX-Request": "true"} if htmx else {}
        answer = self.send("post", self.url(tail), data, headers=headers)
        if answer.status_code in (200, 409, 422):
            self.html = answer.content.decode()
        return answer

    def send(self, method: str, *args, **kwargs):
        """Send a request without losing the test's own library scope, which requests close."""
        return copy_context().run(lambda: getattr(self.client, method)(*args, **kwargs))

    def get(self, address: str, *args, **kwargs):
        return self.send("get", address, *args, **kwargs)

    def scan(self, text: str, **more):
        return self.post("scans/", q=text, **more)

    def open(self, query: str = "") -> str:
        self.html = self.get(self.url(query)).content.decode()
        return self.html

    @property
    def tone(self) -> str:
        found = re.search(r'data-tone="(\w+)"', self.html)
        return found[1] if found else ""

    @property
    def headline(self) -> str:
        return re.search(r'id="answer".*?<h2[^>]*>(.*?)</h2>', self.html, re.DOTALL)[1]


def lend(world: World, copy, patron, *, ago: timedelta = timedelta(hours=3)) -> str:
    outcome = checkout(
        world.desk(now=clock.now() - ago),
        copy_barcodes=(copy.barcode,),
        card_barcode=patron.card,
    )
    return outcome.results[0].loan


def open_loans() -> set[tuple[int, int]]:
    return set(Loan.objects.filter(returned_at=None).values_list("copy_id", "patron_id"))
