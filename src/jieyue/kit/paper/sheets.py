"""Sheets of labels as shops sell them: where each label lies, in millimetres."""

from dataclasses import dataclass, replace
from typing import Final

A4: Final = (210.0, 297.0)
LEAST: Final = 10.0  # no label is smaller
MOST_SHIFT: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Labels of one size in columns and rows on A4. All measures in millimetres.

    `left` and `top` lie before the first label; `across` and `down` lead from one label to the
    next, so they are its width and height where labels touch.
    """

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    across: float
    down: float

    @property
    def labels(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    @property
    def fits(self) -> bool:
        """Say whether this is a sheet one can print on: all on the paper, none on another."""
        right = self.left + (self.columns - 1) * self.across + self.width
        bottom = self.top + (self.rows - 1) * self.down + self.height
        apart = self.columns == 1 or self.across >= self.width
        below = self.rows == 1 or self.down >= self.height
        return (
            min(self.columns, self.rows) >= 1
            and min(self.width, self.height) >= LEAST
            and min(self.left, self.top) >= 0
            and (apart and below)
            and right <= A4[0] + 0.01
            and bottom <= A4[1] + 0.01
        )

    def shifted(self, right: float, down: float) -> "Sheet":
        """Return the sheet for a printer that prints too far left and too high by this much."""
        return replace(self, left=self.left + right, top=self.top + down)

    def place(self, index: int) -> tuple[float, float]:
        """Return where the label with this index (from 0, row by row) has its upper left corner."""
        row, column = divmod(index % self.labels, self.columns)
        return self.left + column * self.across, self.top + row * self.down


def _sheet(columns: int, rows: int, width: float, height: float, **rest: float) -> Sheet:
    """In the middle of the paper unless `rest` says otherwise."""
    across, down = rest.get("across", width), rest.get("down", height)
    left = (A4[0] - (columns - 1) * across - width) / 2
    top = (A4[1] - (rows - 1) * down - height) / 2
    return Sheet(
        columns=columns,
        rows=rows,
        width=width,
        height=height,
        left=rest.get("left", round(left, 2)),
        top=rest.get("top", round(top, 2)),
        across=across,
        down=down,
    )


SHEETS: Final = {
    "10": _sheet(2, 5, 85, 54, across=95),
    "21": _sheet(3, 7, 63.5, 38.1, across=66),
    "24": _sheet(3, 8, 70, 37),
    "24-gaps": _sheet(3, 8, 63.5, 33.9, across=66),
    "40": _sheet(4, 10, 52.5, 29.7),
    "40-edge": _sheet(4, 10, 48.5, 25.4),
    "44": _sheet(4, 11, 48.5, 25.4),
    "48": _sheet(4, 12, 45.7, 21.2, across=48.3),
    "65": _sheet(5, 13, 38.1, 21.2, across=40.6),
}
"""By their names in addresses and sessions: never rename one."""
