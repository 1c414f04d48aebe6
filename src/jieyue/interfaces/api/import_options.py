"""What holds for the rows of an import that do not say it themselves."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from jieyue.catalog.queries import item_types
from jieyue.circulation.importing.kinds import OFFERS
from jieyue.imports.rules.runs import Kind
from jieyue.interfaces.api.answers import LINE, Input
from jieyue.libraries.desk import Desk
from jieyue.libraries.queries import branches
from jieyue.patrons.queries import categories

Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=LINE)]


class Options(Input):
    """Options of an import; which there are depends on its kind (docs/importing.md).

    `branch`, `item_type` and `category` are codes for rows that say none. `categories` says what
    the list's own words for card types mean. `replaces` names the fields in which the list is
    better than what is here. What is left out is as if it had never been said.
    """

    branch: Code | None = None
    item_type: Code | None = None
    call_numbers: bool = False
    category: Code | None = None
    categories: Annotated[dict[Code, Code], Field(max_length=200)] = {}
    card_is_student_number: bool = False
    replaces: Annotated[tuple[Code, ...], Field(max_length=60)] = ()


def unknown_in(desk: Desk, kind: Kind, options: Options | None) -> list[dict[str, Any]]:
    """Return what is wrong with options, as pydantic names errors. Three statements at most."""
    if options is None:
        return []
    offer, said = OFFERS[kind], options.model_dump(exclude_unset=True)
    wrong = [
        _error(name, "option_unknown", "There is no such option for this kind of file.")
        for name in said
        if name not in offer.options
    ]
    if options.branch:
        codes = [one.code for one in branches() if desk.works_at(one.id)]
        wrong += _not_in(codes, {"branch": options.branch}, "branch_unknown")
    if options.item_type:
        codes = [one.code for one in item_types()]
        wrong += _not_in(codes, {"item_type": options.item_type}, "item_type_unknown")
    if options.category or options.categories:
        codes = [one.code for one in categories()]
        given = {f"categories.{word}": code for word, code in options.categories.items()}
        if options.category:
            given["category"] = options.category
        wrong += _not_in(codes, given, "category_unknown")
    fields = set(offer.better.values())
    given = {f"replaces.{at}": name for at, name in enumerate(options.replaces)}
    return [*wrong, *_not_in(fields, given, "field_unknown")]


def _not_in(codes: Iterable[str], given: Mapping[str, str], code: str) -> list[dict[str, Any]]:
    known = set(codes)
    text = "The library has nothing of that name."
    return [_error(name, code, text) for name, value in given.items() if value not in known]


def _error(name: str, code: str, text: str) -> dict[str, Any]:
    return {"loc": ("options", name), "type": code, "msg": text}
