"""Blocks that staff set on readers of the second library, written without looking at ours."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(eq=False)
class Block:
    reader: str
    stops: frozenset[str]
    ends_on: date | None  # its last day
    is_lifted: bool = False


@dataclass
class Blocks:
    all: list[Block] = field(default_factory=list)
    grid: dict[str, set[str]] = field(default_factory=dict)  # of a condition nobody changed: all

    def grid_stops(self, condition: str, act: str) -> bool:
        return act in self.grid.get(condition, {act})

    def stop(self, reader: str, act: str, today: date) -> bool:
        return any(
            block.reader == reader and act in block.stops and not block.is_lifted
            and (block.ends_on is None or block.ends_on >= today)
            for block in self.all
        )  # fmt: skip

    def lift(self, block: Block) -> str:
        if block.is_lifted:
            return "refused"
        block.is_lifted = True
        return "lifted"
