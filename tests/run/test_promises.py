"""Claiming promises: one worker has one, failures wait longer, and what never works is parked."""

from datetime import timedelta

import pytest

from jieyue.interfaces.worker import loop, registry
from jieyue.kit.scope import library_scope
from jieyue.outbox import tasks
from jieyue.outbox.models import Task
from jieyue.outbox.parked import parked_kinds, try_kind_again
from jieyue.outbox.promises import promise
from tests.world import NOON, World

KEPT: list[tuple[str, int, dict[str, object]]] = []


def note_promise(desk, payload):
    """Keep a promise: note where it was kept."""
    KEPT.append((desk.slug, desk.library_id, dict(payload)))


def fail_with_a_name(desk, payload):
    """Fail with words that must not be kept."""
    raise ValueError("读者 林晓雨, 13800000000")


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    KEPT.clear()
    monkeypatch.setitem(registry.HANDLERS, "test.note", f"{__name__}:note_promise")
    monkeypatch.setitem(registry.HANDLERS, "test.fail", f"{__name__}:fail_with_a_name")


def row(task_id: int) -> Task:
    return Task.across_libraries.get(pk=task_id)


def test_a_promise_is_claimed_by_one_worker_when_it_is_due(world):
    promise("test.note", {"loan": 1}, at=NOON)

    assert tasks.claim(NOON - timedelta(seconds=1)) is None
    claimed = tasks.claim(NOON)
    assert claimed is not None
    assert (claimed.kind, claimed.payload, claimed.attempts) == ("test.note", {"loan": 1}, 1)
    assert tasks.claim(NOON) is None


def test_a_lease_that_ran_out_is_given_to_another_worker_and_the_first_can_no_longer_settle(world):
    promise("test.note", {}, at=NOON)
    first = tasks.claim(NOON)
    later = NOON + tasks.LEASE + timedelta(seconds=1)
    second = tasks.claim(later)

    assert first is not None and second is not None
    assert second.attempts == 2
    assert tasks.done(first, later) is False
    assert tasks.failed(first, later, "late") is False
    assert tasks.done(second, later) is True
    assert tasks.claim(later + timedelta(days=1)) is None


def test_a_failure_waits_longer_each_time_and_is_parked_after_the_eighth(world):
    promise("test.fail", {}, at=NOON)
    now, pauses = NOON, []
    while (claimed := tasks.claim(now)) is not None:
        tasks.failed(claimed, now, "ValueError")
        pauses.append(row(claimed.id).run_at - now)
        now = row(claimed.id).run_at

    assert [int(pause.total_seconds()) for pause in pauses] == [
        15, 60, 240, 960, 3840, 15360, 21600, 21600,
    ]  # fmt: skip
    [waiting] = parked_kinds(now)
    assert (waiting.kind, waiting.count, waiting.last_error) == ("test.fail", 1, "ValueError")
    assert try_kind_again("test.fail", now) == 1
    assert parked_kinds(now) == []
    assert tasks.claim(now) is not None


def test_a_promise_that_kills_its_worker_every_time_is_parked_too(world):
    promise("test.note", {}, at=NOON)
    now = NOON
    for _ in range(tasks.MAX_ATTEMPTS):
        assert tasks.claim(now) is not None
        now += tasks.LEASE + timedelta(seconds=1)

    assert tasks.claim(now) is None
    assert [waiting.kind for waiting in parked_kinds(now)] == ["test.note"]


def test_the_worker_keeps_each_promise_in_its_own_library(db, monkeypatch):
    monkeypatch.setattr(loop.clock, "now", lambda: NOON)
    worlds = [World(slug="north"), World(slug="south")]
    for number, world in enumerate(worlds):
        with library_scope(world.library.pk):
            promise("test.note", {"number": number}, at=NOON)

    assert [loop.keep_one_promise() for _ in range(3)] == [True, True, False]
    assert [
        ("north", worlds[0].library.pk, {"number": 0}),
        ("south", worlds[1].library.pk, {"number": 1}),
    ] == KEPT
    assert Task.across_libraries.filter(done_at=NOON).count() == 2


def test_what_is_kept_of_a_failure_holds_no_personal_data(world, monkeypatch):
    monkeypatch.setattr(loop.clock, "now", lambda: NOON)
    promise("test.fail", {}, at=NOON)

    assert loop.keep_one_promise() is True
    error = Task.objects.get().last_error
    assert error.startswith("ValueError in keep_one_promise (loop.py:")
    assert "林晓雨" not in error


def test_a_kind_of_a_newer_version_is_tried_again_later(world, monkeypatch):
    monkeypatch.setattr(loop.clock, "now", lambda: NOON)
    promise("test.unheard_of", {}, at=NOON)

    loop.keep_one_promise()
    task = Task.objects.get()
    assert (task.done_at, task.attempts) == (None, 1)
    assert "UnknownKindError" in task.last_error


def test_every_kind_that_is_promised_has_somebody_who_keeps_it():
    for kind in [*registry.HANDLERS]:
        assert callable(registry.handler_of(kind))


def test_promises_kept_are_forgotten_after_a_week(world):
    promise("test.note", {}, at=NOON)
    claimed = tasks.claim(NOON)
    assert claimed is not None
    tasks.done(claimed, NOON)
    promise("test.note", {}, at=NOON)

    assert tasks.forget_done(NOON + timedelta(days=6)) == 0
    assert tasks.forget_done(NOON + timedelta(days=8)) == 1
    assert Task.objects.count() == 1
