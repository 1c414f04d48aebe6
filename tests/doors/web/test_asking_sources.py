"""The pages that ask the book sources again of a title."""

import re

import pytest

from jieyue.catalog.models import Title
from jieyue.kit.scope import library_scope
from tests.actions.test_book_look_up import ONLINE, UNKNOWN, online  # noqa: F401
from tests.doors.web.test_merging import at, text_of
from tests.world import World


@pytest.fixture
def title(world: World) -> Title:
    with library_scope(world.library.pk):
        made: Title = world.title("山谷的灯", isbn13=ONLINE, authors="某人", source="csv")
        return made


def answer_in(page: str) -> str:
    found = re.search(r'name="answer" value="([^"]+)"', page)
    assert found
    return found[1]


def test_what_the_source_says_stands_beside_what_is_here_and_only_choices_are_taken(
    world: World, staff_client, title: Title, online  # noqa: F811
) -> None:  # fmt: skip
    address = at(world, "ask_sources", title.public_id)
    assert f'href="{address}"' in text_of(staff_client.get(at(world, "title", title.public_id)))
    assert "聚合" in text_of(staff_client.get(address))
    assert online.requests == []

    page = text_of(staff_client.post(address))
    assert 'name="take-name" value="kept" checked' in page
    assert 'name="take-publisher" value="other" checked' in page
    assert "山谷里的灯" in page and "csv" in page

    choice = at(world, "take_from_source", title.public_id)
    sent = {"answer": answer_in(page), "take-name": "other", "take-publisher": "kept"}
    empty = staff_client.post(choice, {"answer": sent["answer"]})
    assert empty.status_code == 422
    done = staff_client.post(choice, sent)
    assert done.headers["Location"] == at(world, "title", title.public_id)
    with library_scope(world.library.pk):
        title.refresh_from_db()
    assert (title.name, title.publisher, title.authors) == ("山谷里的灯", "", "某人")
    assert len(online.requests) == 1


def test_a_choice_over_what_somebody_changed_is_shown_anew(
    world: World, staff_client, title: Title, online  # noqa: F811
) -> None:  # fmt: skip
    page = text_of(staff_client.post(at(world, "ask_sources", title.public_id)))
    with library_scope(world.library.pk):
        Title.objects.filter(pk=title.pk).update(name="山谷里的灯（新）")
    choice = at(world, "take_from_source", title.public_id)
    answer = staff_client.post(choice, {"answer": answer_in(page), "take-name": "other"})
    assert answer.status_code == 409
    again = text_of(answer)
    assert "刚刚有人改过" in again and "山谷里的灯（新）" in again
    assert 'name="take-name" value="other" checked' in again
    sent = {"answer": answer_in(again), "take-name": "other"}
    assert staff_client.post(choice, sent).status_code == 303


def test_no_answer_no_isbn_and_answers_that_are_not_ours(
    world: World, staff_client, title: Title, online  # noqa: F811
) -> None:  # fmt: skip
    with library_scope(world.library.pk):
        unknown = world.title("没人知道", isbn13=UNKNOWN)
        bare = world.title("没有号码")
    nobody = text_of(staff_client.post(at(world, "ask_sources", unknown.public_id)))
    assert "没有书目来源知道" in nobody
    asked = len(online.requests)
    assert "没有 ISBN" in text_of(staff_client.post(at(world, "ask_sources", bare.public_id)))
    assert len(online.requests) == asked

    page = text_of(staff_client.post(at(world, "ask_sources", title.public_id)))
    address = at(world, "ask_sources", unknown.public_id)
    for answer in ("", "made:up", answer_in(page)):
        sent = {"answer": answer, "take-name": "other"}
        taken = staff_client.post(at(world, "take_from_source", unknown.public_id), sent)
        assert taken.headers["Location"] == address
    with library_scope(world.library.pk):
        unknown.refresh_from_db()
    assert unknown.name == "没人知道"


def test_who_may_not_catalogue_and_another_library_ask_nobody(
    world: World, staff_client, helper_client, title: Title
) -> None:
    other = World(slug="southfield")
    with library_scope(other.library.pk):
        theirs = other.title("山谷里的灯")
    for name in ("ask_sources", "take_from_source"):
        assert helper_client.post(at(world, name, title.public_id)).status_code == 403
        assert staff_client.post(at(world, name, theirs.public_id)).status_code == 404
