"""Random days: staff block readers and lift it. The rules of `test_random_days`."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.blocks import COLUMNS, add_block, lift_block
from jieyue.circulation.models import Block
from tests.invariants import reference_blocks


class BlocksSteps:
    """Given by the machine: `desk`, `cards`, `model`."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []  # public ids of the reference's blocks, in its order

    @rule(
        reader=st.sampled_from(["R0", "R1", "R2"]),
        stops=st.sets(st.sampled_from(sorted(COLUMNS)), min_size=1),
        days=st.none() | st.integers(0, 4),
    )
    def block(self, reader: str, stops: set[str], days: int | None) -> None:
        ends_on = None if days is None else self.model.today + timedelta(days=days)
        got = add_block(
            self.desk(), patron=self.cards[reader].public_id, reason="书弄脏了",
            stops=tuple(sorted(stops)), ends_on=ends_on,
        )  # fmt: skip
        assert (got.type, got.ends_on) == ("blocked", ends_on)
        self.blocks.append(got.block)
        made = reference_blocks.Block(reader, frozenset(stops), ends_on)
        self.model.blocks.all.append(made)

    @precondition(lambda self: self.blocks)
    @rule(data=st.data())
    def lift(self, data) -> None:
        """The last one sooner than those before, some of them lifted already."""
        place = data.draw(st.integers(1, len(self.blocks)))
        got = lift_block(self.desk(), block=self.blocks[-place], why="已谈过")
        assert got.type == self.model.blocks.lift(self.model.blocks.all[-place])

    def is_blocked_as_the_reference_says(self) -> None:
        assert {
            block.public_id: (
                block.patron.name, block.ends_on,
                {act for act, column in COLUMNS.items() if getattr(block, column)},
            )
            for block in Block.objects.filter(lifted_at=None).select_related("patron")
        } == {
            public_id: (block.reader, block.ends_on, block.stops)
            for public_id, block in zip(self.blocks, self.model.blocks.all, strict=True)
            if not block.is_lifted
        }  # fmt: skip
