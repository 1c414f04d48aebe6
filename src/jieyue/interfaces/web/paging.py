"""Which page of a list somebody asks for."""

from typing import Final

from django.http import HttpRequest

MAX_PAGE: Final = 10_000
_DIGITS: Final = 9  # of a number in an address that are looked at


def page_number(request: HttpRequest, *, most: int = MAX_PAGE, name: str = "page") -> int:
    """Return the number asked for, 1 to `most`; 1 for what is none."""
    given = request.GET.get(name, "")[:_DIGITS]
    return min(max(int(given), 1), most) if given.isascii() and given.isdigit() else 1
