"""Random days: staff block readers and lift it. The rules of `test_random_days`."""

from datetime import timedelta
from itertools import compress

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jieyue.circulation.actions.blocks import COLUMNS, add_block, lift_block, set_block_rules
from jieyue.circulation.models import Block
from tests.invariants import reference_blocks
from tests.invariants.random_library import RandomLibrary, readers, seldom

CONDITIONS = ["overdue", "owed", "lost", "no_shows"]
acts = st.sets(st.sampled_from(sorted(COLUMNS)))


class BlocksSteps(RandomLibrary):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []  # public ids of the reference's blocks, in its order

    @precondition(lambda self: sum(not b.is_lifted for b in self.model.blocks.all) < 3)
    @rule(
        reader=readers, days=st.none() | st.integers(0, 4),
        stops=st.sets(st.sampled_from(sorted(COLUMNS)), min_size=1),
    )  # fmt: skip
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

    @precondition(lambda self: any(not b.is_lifted for b in self.model.blocks.all))
    @rule(data=st.data())
    def lift(self, data) -> None:
        """The last one sooner than those before, some of them lifted already."""
        place = data.draw(st.integers(1, len(self.blocks)))
        got = lift_block(self.desk(), block=self.blocks[-place], why="已谈过")
        assert got.type == self.model.blocks.lift(self.model.blocks.all[-place])

    @seldom(4)
    @rule(condition=st.sampled_from(CONDITIONS), stops=acts)
    def set_grid(self, condition: str, stops: set[str]) -> None:
        got = set_block_rules(self.desk(), grid={condition: tuple(sorted(stops))})
        assert got.type == "saved"
        self.model.blocks.grid[condition] = set(stops)

    def is_blocked_as_the_reference_says(self) -> None:
        rows = Block.objects.filter(lifted_at=None).values_list(
            "public_id", "patron__name", "ends_on", *COLUMNS.values()
        )
        assert {
            public_id: (name, ends_on, frozenset(compress(COLUMNS, stops)))
            for public_id, name, ends_on, *stops in rows
        } == {
            public_id: (block.reader, block.ends_on, block.stops)
            for public_id, block in zip(self.blocks, self.model.blocks.all, strict=True)
            if not block.is_lifted
        }
