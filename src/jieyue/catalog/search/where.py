"""What else the titles found must meet, beside their words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on `catalog_title t`, each beginning with AND, and their parameters.

    `few`: a statement that brings all titles that can meet them, as `title_id`, for a list to begin
    with if they are few.
    """

    text: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    few: str = ""

    def __add__(self, other: "Where") -> "Where":
        text = f"{self.text} {other.text}".strip()
        return Where(text, self.params | other.params, self.few or other.few)


ANY: Where = Where()
READERS: Where = Where("AND t.state <> 'draft'")  # a stand-in name helps nobody


def described(
    *,
    main_class: str = "",
    language: str = "",
    audience: str = "",
    year_from: int | None = None,
    year_to: int | None = None,
) -> Where:
    """Return the condition on what the records say; what is empty or None does not count.

    `main_class` is the first letter of 中图法. A title without a year is of none. Said word by
    word as in the indexes of `Title`, or they are not used.
    """
    found = ANY
    if main_class:
        found += Where("AND substr(t.clc, 1, 1) = <main_class:text>", {"main_class": main_class})
    if language:
        found += Where("AND t.language = <language:text>", {"language": language})
    if audience:
        found += Where("AND t.audience = <audience:text>", {"audience": audience})
    if year_from is not None:
        found += Where("AND coalesce(t.year, 0) >= <year_from:int>", {"year_from": year_from})
    if year_to is not None:
        found += Where(
            "AND coalesce(t.year, 0) <= <year_to:int> AND coalesce(t.year, 0) > 0",
            {"year_to": year_to},
        )
    return found
