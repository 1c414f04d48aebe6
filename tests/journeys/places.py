"""A page of the product and the way there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from tests.journeys.conftest import PC

Who = Literal["nobody", "owner", "helper", "reader", "leaver"]  # a leaver is an owner, used up here


@dataclass(frozen=True)
class Place:
    """A page: `address` below the site, `who` looks at it, and what is done there first."""

    name: str
    address: str
    who: Who = "owner"
    do: Callable[[Page], None] = lambda page: None


def visit(page: Page, site: str, place: Place) -> None:
    """Go there and do what is to be done."""
    page.set_viewport_size(PC["viewport"])
    page.goto(site + place.address)
    place.do(page)
