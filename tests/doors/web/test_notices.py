"""Messages on the reader's own page."""

import pytest

from jieyue.interfaces.web.reader.notices import ICONS, notice_words
from jieyue.kit.ids import public_id
from jieyue.notices.models import Notice
from jieyue.notices.queries import NoticeView, unread_of
from tests.world import day


def told(world, patron, **changes):
    title = world.title("活着")
    values = {
        "public_id": public_id(), "patron": patron, "kind": "hold_ready", "about": public_id(),
        "facts": {"title": title.public_id, "branch": "main", "on": "2026-03-05"},
        "created_at": world.now,
    }  # fmt: skip
    return Notice.objects.create(library_id=world.library.pk, **(values | changes))


def test_a_reader_sees_and_reads_their_messages(world, reader_client) -> None:
    patron = world.patron()
    client = reader_client(patron)
    told(world, patron)

    assert "有 1 条新消息" in client.get(f"/{world.slug}/").content.decode()
    page = client.get(f"/{world.slug}/my/notices").content.decode()
    assert "《活着》已为您留在总馆。" in page
    assert "3月5日 前（含当天）来取。" in page

    client.post(f"/{world.slug}/my/notices")
    assert unread_of(patron.pk) == 0
    assert "全部已读" not in client.get(f"/{world.slug}/my/notices").content.decode()


def test_another_readers_messages_are_not_shown(world, reader_client) -> None:
    told(world, world.patron())
    page = reader_client(world.patron("别人")).get(f"/{world.slug}/my/notices").content.decode()
    assert "没有消息" in page


@pytest.mark.parametrize("kind", Notice.Kind.values)
def test_every_kind_has_words_and_a_picture(kind) -> None:
    view = NoticeView(
        public_id="x", kind=kind, title_id="t", title="活着", branch="总馆", on=day("2026-03-05"),
        created_at=None, is_read=False,
    )  # fmt: skip
    words = notice_words(view, day("2026-03-31"))
    assert words.text and words.help and "%" not in words.text + words.help
    assert kind in ICONS
