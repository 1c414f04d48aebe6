"""A reader agrees to messages of the library, or ends it: on their own page, or at the desk."""

from django.urls import reverse

from jieyue.patrons.joining.consents import edit_consent_text, has_consent
from tests.doors.web.pages import words_of
from tests.world import World


def test_a_reader_agrees_and_stops_on_their_own_page(world: World, reader_client) -> None:
    reader = world.patron()
    client = reader_client(reader)
    address = reverse("voice:agreement", args=[world.slug])
    assert address in client.get(reverse("reader:wishes", args=[world.slug])).content.decode()
    page = client.get(address)
    assert "图书馆不会给您发这类消息" in words_of(page) and "我愿意收到" in words_of(page)
    version = {"version": page.context["one"].text.version}

    done = words_of(client.post(address, version | {"do": "agree"}, follow=True))
    assert "图书馆可以给您发这类消息" in done and has_consent(reader.pk, "messages")
    edit_consent_text(world.desk(), kind="messages", words_zh="新的说法", words_en="Other words")
    assert "说明文字已经更新" in words_of(
        client.post(address, version | {"do": "agree"}, follow=True)
    )
    client.post(address, {"do": "stop"})
    assert not has_consent(reader.pk, "messages")
    assert client.post(address, {"do": "perhaps"}).status_code == 404


def test_a_child_does_not_agree_by_itself_but_staff_note_the_guardians_yes(
    world: World, reader_client, staff_client
) -> None:
    child = world.patron("王小明", group_name="三年级2班")
    client = reader_client(child)
    address = reverse("voice:agreement", args=[world.slug])
    page = client.get(address)
    assert "未满 14 岁须由监护人同意" in words_of(page)
    yes = {"version": page.context["one"].text.version, "do": "agree"}
    assert "未满 14 岁须由监护人同意" in words_of(client.post(address, yes, follow=True))
    assert not has_consent(child.pk, "messages")

    desk = reverse("voices:agreement", args=[world.slug, child.public_id])
    reader = reverse("patrons:patron", args=[world.slug, child.public_id])
    assert desk in staff_client.get(reader).content.decode()
    page = words_of(staff_client.get(desk))
    assert "须监护人同意才能记录" in page and "读者没有同意接收这类消息" in page
    page = words_of(staff_client.post(desk, yes, follow=True))
    assert "读者同意接收这类消息" in page and has_consent(child.pk, "messages")
    staff_client.post(desk, {"do": "stop"})
    assert not has_consent(child.pk, "messages")
    gone = reverse("voices:agreement", args=[world.slug, "NOSUCH"])
    assert staff_client.get(gone).status_code == 404
