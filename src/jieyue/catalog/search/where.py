"""What else the titles found must meet, beside their words."""

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on `catalog_title t`, each beginning with AND, and their parameters."""

    text: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def __add__(self, other: "Where") -> "Where":
        return Where(f"{self.text} {other.text}".strip(), self.params | other.params)


ANY: Where = Where()
READERS: Where = Where("AND t.state <> 'draft'")  # a stand-in name helps nobody
_LAST: Final = "\U0010ffff"  # after every class that begins the same


def described(
    *,
    main_class: str = "",
    language: str = "",
    audience: str = "",
    year_from: int | None = None,
    year_to: int | None = None,
) -> Where:
    """Return the condition on what the records say; what is empty or None does not count.

    `main_class` is the first letter of 中图法. A title without a year is of none.
    """
    found = ANY
    if main_class:
        params = {"main_class": main_class, "main_class_end": main_class + _LAST}
        found += Where(
            "AND t.clc >= <main_class:text> AND t.clc < <main_class_end:text>"
            " AND substr(t.clc, 1, 1) = <main_class:text>",
            params,
        )
    if language:
        found += Where("AND t.language = <language:text>", {"language": language})
    if audience:
        found += Where("AND t.audience = <audience:text>", {"audience": audience})
    if year_from is not None:
        found += Where("AND t.year >= <year_from:int>", {"year_from": year_from})
    if year_to is not None:
        found += Where("AND t.year <= <year_to:int>", {"year_to": year_to})
    return found
