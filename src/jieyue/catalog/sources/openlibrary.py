"""Open Library's Books API (`jscmd=data`), the one free service with an open catalogue.

Its answer has the ISBN asked for as a key, which no mapping can express, hence a client of its
own. The service asks for a User-Agent with a contact and about one request a second.
"""

from dataclasses import dataclass

from jieyue.catalog.sources.base import Answer, Failed, FailureKind, NotFound
from jieyue.catalog.sources.http import Call, Web, fetch, json_of
from jieyue.catalog.sources.json_service import JsonMapping, answer_of

BASE_URL = "https://openlibrary.org"

_MAPPING = JsonMapping(
    path="/api/books?bibkeys=ISBN:{isbn}&format=json&jscmd=data",
    fields={
        "isbn": ("isbns",),
        "title": ("title",),
        "subtitle": ("subtitle",),
        "authors": ("authors.*.name",),
        "publisher": ("publishers.*.name",),
        "place": ("publish_places.*.name",),
        "published": ("publish_date",),
        "pages": ("number_of_pages", "pagination"),
        "cover_url": ("cover.large", "cover.medium"),
    },
    default_currency="?",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLibrary:
    """A `Source` that asks Open Library, or a mirror of it at `base_url`."""

    name: str
    identity: str
    timeout_seconds: float
    base_url: str
    web: Web

    def look_up(self, isbn13: str) -> Answer:
        """Ask for one edition. See `base.Source`."""
        call = Call(url=self.base_url.rstrip("/") + _MAPPING.path.replace("{isbn}", isbn13))
        page = fetch(call, web=self.web, seconds=self.timeout_seconds)
        if isinstance(page, Failed):
            return page
        if page.status == 404:
            return Failed(FailureKind.HTTP_STATUS, "HTTP 404", 404)
        value = json_of(page)
        if isinstance(value, Failed):
            return value
        if not isinstance(value, dict):
            return Failed(FailureKind.BAD_ANSWER, "not the expected JSON", page.status)
        return _answer(value, isbn13, self.name)


def _answer(value: dict[str, object], isbn13: str, source: str) -> Answer:
    book = value.get(f"ISBN:{isbn13}")
    if book is None:
        return Failed(FailureKind.WRONG_ISBN, "answered for another ISBN") if value else NotFound()
    if not isinstance(book, dict):
        return Failed(FailureKind.BAD_ANSWER, "not the expected JSON")
    identifiers = book.get("identifiers")
    isbns: list[object] = []
    if isinstance(identifiers, dict):
        for form in ("isbn_13", "isbn_10"):
            numbers = identifiers.get(form)
            isbns += numbers if isinstance(numbers, list) else []
    # Old records carry no identifiers; the key then says what was asked.
    return answer_of(book | {"isbns": isbns or [isbn13]}, _MAPPING, isbn13, source=source)
