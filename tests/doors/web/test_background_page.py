"""Background tasks that the worker gave up on: a quiet line, a page in words, and two ways out."""

import pytest
from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.interfaces.web.settings.background_words import TASKS, trouble_of
from jieyue.interfaces.worker.registry import HANDLERS
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.outbox.models import Task
from jieyue.outbox.promises import promise
from jieyue.outbox.tasks import MAX_ATTEMPTS
from tests.doors.web.pages import words_of
from tests.world import World

COVER = "catalog.fetch_cover"


def at(world: World, name: str = "background") -> str:
    return reverse(f"settings:{name}", args=[world.library.slug])


def gave_up(kind: str = COVER, error: str = "OSError in fetch (covers.py:12)") -> Task:
    promise(kind, {"title": "秘密"}, at=clock.now())
    task = Task.objects.latest("id")
    Task.objects.filter(pk=task.pk).update(attempts=MAX_ATTEMPTS, last_error=error)
    return task


def test_nothing_is_said_while_nothing_gave_up(world: World, staff_client) -> None:
    promise(COVER, {}, at=clock.now())
    for page in (reverse("desk:home", args=[world.slug]), at(world, "home")):
        assert "后台任务没有做成" not in words_of(staff_client.get(page))
    assert "没有失败的后台任务" in words_of(staff_client.get(at(world)))


def test_a_quiet_line_leads_who_may_settle_it_to_the_page(
    world: World, staff_client, helper_client
) -> None:
    for _ in range(3):
        gave_up()
    home = reverse("desk:home", args=[world.slug])
    for page in (home, at(world, "home")):
        answer = staff_client.get(page)
        assert "有 3 项后台任务没有做成" in words_of(answer)
        assert at(world) in answer.content.decode()
    assert "后台任务没有做成" not in words_of(helper_client.get(home))
    assert helper_client.get(at(world)).status_code == 403


def test_the_page_says_in_words_what_went_wrong_and_shows_no_data(
    world: World, staff_client
) -> None:
    gave_up()
    gave_up("newer.kind", error="UnknownKindError in handler_of (registry.py:51)")

    page = words_of(staff_client.get(at(world)))

    assert "获取一本书的封面" in page
    assert "网络或磁盘没有响应。" in page
    assert "其他版本程序的任务" in page
    assert "秘密" not in page


def test_trying_again_gives_it_its_attempts_back(world: World, staff_client) -> None:
    task = gave_up()
    assert staff_client.post(at(world, "background_again"), {"kind": COVER}).status_code == 303
    task.refresh_from_db()
    assert (task.attempts, task.leased_until) == (0, None)
    entry = Entry.objects.get(action="try_background_again")
    assert entry.data == {"task": COVER, "count": 1}
    journal = words_of(staff_client.get(reverse("journal:list", args=[world.slug])))
    assert "后台任务重新尝试" in journal
    assert "获取一本书的封面" in journal


def test_giving_up_lets_go_of_nothing_that_is_still_tried(world: World, staff_client) -> None:
    gave_up()
    promise(COVER, {}, at=clock.now())
    assert staff_client.post(at(world, "background_end"), {"kind": COVER}).status_code == 303
    assert [task.attempts for task in Task.objects.all()] == [0]
    assert Entry.objects.get(action="give_background_up").data == {"task": COVER, "count": 1}


@pytest.mark.parametrize("name", ["background_again", "background_end"])
def test_what_did_not_give_up_or_is_another_librarys_is_not_there(
    world: World, staff_client, name: str
) -> None:
    promise(COVER, {}, at=clock.now())
    other = World("other")
    with library_scope(other.library.pk):
        gave_up("notices.hold_ready")
    for kind in (COVER, "notices.hold_ready", ""):
        assert staff_client.post(at(world, name), {"kind": kind}).status_code == 404


def test_every_kind_has_words() -> None:
    assert set(TASKS) == set(HANDLERS)


def test_every_error_has_words() -> None:
    errors = ("", "OperationalError in x", "OSError in x", "UnknownKindError in x", "KeyError in x")
    assert len({trouble_of(error) for error in errors}) == len(errors)
