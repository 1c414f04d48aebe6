"""Which page of a list an address asks for."""

import pytest
from django.test import RequestFactory

from jieyue.interfaces.web.paging import page_number


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({}, 1),
        ({"page": ""}, 1),
        ({"page": "3"}, 3),
        ({"page": "0"}, 1),
        ({"page": "-2"}, 1),
        ({"page": "٣"}, 1),
        ({"page": "1.5"}, 1),
        ({"page": "77"}, 50),
        ({"page": "123456789x"}, 50),
        ({"page": "9" * 5_000}, 50),  # more digits than Python reads
    ],
)
def test_an_address_asks_for_a_page_there_can_be(given: dict[str, str], number: int) -> None:
    assert page_number(RequestFactory().get("/", given), most=50) == number


def test_a_page_number_of_thousands_of_digits_is_no_failure(client, world) -> None:
    address = f"/{world.slug}/search"
    assert client.get(address, {"q": "书", "page": "9" * 5_000}).status_code == 200
