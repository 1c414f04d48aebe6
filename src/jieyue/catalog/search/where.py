"""What else the titles found must meet, beside their words."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions on `catalog_title t`, each beginning with AND, and their parameters."""

    text: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def __add__(self, other: "Where") -> "Where":
        return Where(f"{self.text} {other.text}".strip(), self.params | other.params)


ANY: Where = Where()
READERS: Where = Where("AND t.state <> 'draft'")  # a stand-in name helps nobody
