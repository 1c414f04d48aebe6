"""What staff see of messages, and what readers choose."""

import pytest
from django.test import Client

from jieyue.kit.scope import library_scope
from jieyue.notices.house_rules import house_rules, wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice, Notice, NoticeTemplate
from jieyue.notices.unsubscribing import leaving_token
from jieyue.notices.words import FRAME, KINDS
from tests.mailing import MORNING, Clock, at, lent, reminded, sent


@pytest.fixture
def unreached(world) -> Delivery:
    clock = Clock(at(world, MORNING))
    lent(world, "活着", "2026-03-05", world.patron("林晓雨"))
    reminded(world, clock())
    sent(world, clock)
    return Delivery.objects.get()


def text(answer) -> str:
    return answer.content.decode()


def test_staff_see_who_could_not_be_told_and_what_helps(world, staff_client, unreached):
    page = text(staff_client.get(f"/{world.slug}/staff/deliveries/"))
    assert "林晓雨" in page
    assert "无法通知" in page
    assert "《活着》" in page
    assert "还没有设置这种发送服务。" in page
    assert "没有待处理的消息" not in page
    assert "没有待处理的消息" not in text(
        staff_client.get(f"/{world.slug}/staff/deliveries/?kind=due_soon")
    )
    for nothing in ("kind=overdue", "on=2026-03-01", "patron=NOSUCH"):
        found = text(staff_client.get(f"/{world.slug}/staff/deliveries/?{nothing}"))
        assert "没有待处理的消息" in found, nothing


def test_staff_note_that_they_told_the_reader(world, staff_client, unreached):
    where = f"/{world.slug}/staff/deliveries/{unreached.public_id}/telling/"
    answer = staff_client.post(where, follow=True)
    assert "已记下：已当面或电话告知读者。" in text(answer)
    assert "没有待处理的消息" in text(answer)
    assert "已有人处理。" in text(staff_client.post(where, follow=True))


def test_trying_again_says_when_there_is_still_no_way(world, staff_client, unreached):
    where = f"/{world.slug}/staff/deliveries/{unreached.public_id}/attempts/"
    answer = staff_client.post(where, {"patron": unreached.patron.public_id}, follow=True)
    assert "仍然无法通知这位读者" in text(answer)
    assert answer.request["PATH_INFO"].endswith(f"/patrons/{unreached.patron.public_id}/")


def test_a_readers_page_shows_the_last_messages(world, staff_client, unreached):
    page = text(staff_client.get(f"/{world.slug}/staff/patrons/{unreached.patron.public_id}/"))
    assert 'id="sent"' in page
    assert "无法通知" in page


def test_a_helper_sees_no_messages(world, helper_client):
    assert helper_client.get(f"/{world.slug}/staff/deliveries/").status_code == 403


def test_every_state_and_code_is_told_in_words(world, staff_client):
    for number, state in enumerate(Delivery.State.values):
        row = Delivery.objects.create(
            library_id=world.library.pk, public_id=f"D{number}", patron=world.patron(),
            channel="email", state=state, code="no_such_address", planned_for=world.now,
            created_at=world.now,
            ended_at=None if state in {"waiting", "unreached"} else world.now,
        )  # fmt: skip
        notice = Notice.objects.create(
            library_id=world.library.pk, public_id=f"N{number}", patron=row.patron,
            kind="due_soon", about=state, created_at=world.now,
        )  # fmt: skip
        DeliveryNotice.objects.create(library_id=world.library.pk, delivery=row, notice=notice)
    page = text(staff_client.get(f"/{world.slug}/staff/deliveries/?show=all"))
    for words in ("待发送", "已发送", "无需发送", "已改用其他方式", "发送失败", "无法通知"):
        assert words in page


RULES = {
    "days_before": "7，1", "overdue_days": "1 7", "hold_days_before": "2",
    "card_days_before": "14", "reminds_at": "07:30", "sends_from": "07:00",
    "sends_until": "22:00", "most_a_day": "3", "language": "en", "first": "push",
    "site_url": "https://lib.example", "channel_due_soon": ["email"],
    "column": ["push", "wechat", "email", "sms"],
}  # fmt: skip


def test_the_rules_are_read_and_saved(world, staff_client):
    where = f"/{world.slug}/staff/settings/notices/"
    page = text(staff_client.get(where))
    assert 'value="1, 7, 14, 30"' in page

    assert staff_client.post(where, RULES).status_code == 303
    rules = house_rules()
    assert (rules.days_before, rules.overdue_days, rules.says_due_today) == ((1, 7), (1, 7), False)
    assert rules.ways("due_soon") == ("email",)
    assert rules.ways("overdue") == ()

    wrong = staff_client.post(where, RULES | {"days_before": "soon", "site_url": "lib.example"})
    assert wrong.status_code == 422
    assert "最多写 6 个天数" in text(wrong)
    assert "应以 https:// 开头。" in text(wrong)


def test_ways_that_are_not_set_up_have_no_boxes_and_stay_as_they_are(world, staff_client):
    where = f"/{world.slug}/staff/settings/notices/"
    page = text(staff_client.get(where))
    assert "尚未设置" in page and 'value="push" aria-label="快到期' in page.replace("\n", " ")
    assert 'value="sms" aria-label' not in page

    before = house_rules()
    only = {**RULES, "column": ["push"], "channel_due_soon": [], "channel_message": ["push"]}
    assert staff_client.post(where, only).status_code == 303
    rules = house_rules()
    assert rules.ways("due_soon") == tuple(c for c in before.ways("due_soon") if c != "push")
    assert "sms" in rules.ways("overdue") and "push" not in rules.ways("overdue")
    assert "push" in rules.ways("message")


WORDS = "staff/settings/words"


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_every_kind_has_an_editor_with_a_real_looking_message(world, staff_client, channel):
    assert staff_client.get(f"/{world.slug}/{WORDS}/").status_code == 200
    for kind in (*KINDS, FRAME):
        for language in ("zh-hans", "en"):
            page = staff_client.get(f"/{world.slug}/{WORDS}/{kind}/{channel}/{language}/")
            assert page.status_code == 200
            shown = text(page).split('id="preview"')[1].split("</section>")[0]
            assert "{" not in shown, (kind, language)


def test_words_are_written_with_blanks_in_chinese_and_looked_at_while_typing(world, staff_client):
    where = f"/{world.slug}/{WORDS}/due_soon/sms/zh-hans/"
    assert "{书名}将于{日期}到期" in text(staff_client.get(where))

    seen = staff_client.post(f"{where}preview/", {"text": "记得还{书名}！" + "长" * 70})
    assert "林晓雨，您好：记得还《活着》和另外1册！" in text(seen)
    assert "按 2 条短信计费" in text(seen)
    assert NoticeTemplate.objects.count() == 0

    assert staff_client.post(where, {"text": "记得还{书名}！"}).status_code == 303
    assert NoticeTemplate.objects.get().text == "记得还{title}！"
    assert "记得还{书名}！" in text(staff_client.get(where))

    wrong = staff_client.post(where, {"text": "记得还{书号}！"})
    assert wrong.status_code == 422
    assert "“{书号}”不是可用的填空项" in text(wrong)
    assert "记得还{书号}！" in text(wrong)

    assert staff_client.post(f"{where}removal/").status_code == 303
    assert NoticeTemplate.objects.count() == 0


def test_what_is_typed_never_becomes_part_of_the_page(world, staff_client):
    seen = staff_client.post(
        f"/{world.slug}/{WORDS}/due_soon/email/zh-hans/preview/", {"text": "<script>{title}"}
    )
    assert "<script>" not in text(seen)
    assert "&lt;script&gt;" in text(seen)


def test_a_reader_chooses_what_they_get(world, reader_client):
    patron = world.patron(email="lin@example.com")
    client = reader_client(patron)
    where = f"/{world.slug}/my/notices/wishes"
    assert "用哪些方式通知您？" in text(client.get(where))

    given = {"channels": ["email"], "first": "email", "kinds": ["hold_ready"], "quiet": "20-8",
             "language": "en"}  # fmt: skip
    assert client.post(where, given).status_code == 303
    mine = wishes_of({patron.pk})[patron.pk]
    assert (mine.order, mine.off_channels) == (("email",), ("push", "sms", "wechat"))
    assert "due_soon" in mine.off_kinds and "hold_ready" not in mine.off_kinds
    assert (mine.quiet_from.hour, mine.quiet_until.hour, mine.language) == (20, 8, "en")
    assert "20:00" in text(client.get(where))


def test_a_mail_is_unsubscribed_without_signing_in(world):
    patron = world.patron()
    where = f"/{world.slug}/unsubscribe/{leaving_token(world.slug, patron.public_id, 'email')}"
    strict = Client(enforce_csrf_checks=True)
    assert "不再接收消息？" in text(strict.get(where))
    assert wishes_of({patron.pk}) == {}

    answer = strict.post(where, {"List-Unsubscribe": "One-Click"})  # as a mail program does
    assert answer.status_code == 200
    assert "不再通过" in text(answer)
    with library_scope(world.library.pk):
        assert wishes_of({patron.pk})[patron.pk].off_channels == ("email",)


def test_a_link_cut_short_stops_nothing(world, client):
    patron = world.patron()
    token = leaving_token(world.slug, patron.public_id, "email")
    answer = client.post(f"/{world.slug}/unsubscribe/{token[:-2]}")
    assert answer.status_code == 404
    assert "链接不完整" in text(answer)
    assert wishes_of({patron.pk}) == {}
