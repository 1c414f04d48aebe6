"""Moving in a queue: everybody else keeps their order, and nobody shares a place."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jieyue.circulation.rules.queue_moves import Place, moved

START = datetime(2026, 3, 2, tzinfo=UTC)
# Close together on purpose: two desks in the same microsecond are nothing unusual.
queues = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 4)), min_size=2, max_size=8
).map(
    lambda rows: sorted(
        Place(queue_class, START + timedelta(microseconds=at), number)
        for number, (queue_class, at) in enumerate(rows, 1)
    )
)  # fmt: skip


def applied(queue: list[Place], changes: list[Place]) -> list[int]:
    """Return the holds in the order that the changes make."""
    places = {place.hold_id: place for place in queue} | {new.hold_id: new for new in changes}
    return [place.hold_id for place in sorted(places.values())]


@given(queues, st.data())
def test_a_moved_hold_stands_where_it_was_put_and_the_others_keep_their_order(queue, data) -> None:
    """Koha 5609: two desks that moved holds left doubled places and gaps."""
    ids = [place.hold_id for place in queue]
    mover = data.draw(st.sampled_from(ids))
    before = data.draw(st.sampled_from([None, *(n for n in ids if n != mover)]))

    after = applied(queue, moved(queue, mover, before=before))

    wanted = [n for n in ids if n != mover]
    wanted.insert(wanted.index(before) if before is not None else len(wanted), mover)
    assert after == wanted


@given(queues, st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_any_number_of_moves_keeps_places_apart(queue, moves) -> None:
    for mover, before in moves:
        ids = [place.hold_id for place in queue]
        mover_id, before_id = ids[mover % len(ids)], ids[before % len(ids)]
        if mover_id == before_id:
            continue
        changes = {new.hold_id: new for new in moved(queue, mover_id, before=before_id)}
        queue = sorted(changes.get(place.hold_id, place) for place in queue)
    assert len({(p.queue_class, p.queued_at, p.hold_id) for p in queue}) == len(queue)


def test_a_stranger_is_refused() -> None:
    queue = [Place(5, START, 1), Place(5, START, 2)]
    for hold_id, before in ((9, 1), (1, 9), (1, 1)):
        with pytest.raises(ValueError):
            moved(queue, hold_id, before=before)


def test_the_only_one_stays() -> None:
    assert moved([Place(5, START, 1)], 1, before=None) == []
