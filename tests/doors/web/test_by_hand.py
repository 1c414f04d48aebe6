"""The pages for what people carry themselves: class sheets, the telephone list, the settings."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.circulation.actions.checkin import checkin
from jieyue.kit import clock
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.house_rules import house_rules, wishes_of
from jieyue.notices.models import ClassSheet, Delivery
from jieyue.notices.paper import give_out_sheet, make_sheet
from jieyue.patrons.teaching import set_staff_groups
from tests import paper
from tests.doors.web.pages import words_of
from tests.mailing import MORNING, Clock, at, lent, reminded, sent

CLASS = "三年级2班"


@pytest.fixture
def waiting(world):
    """Have a pupil wait for a slip and somebody elderly for a call; return their loans."""
    uses(world)
    pupil = world.patron("林小雨", group_name=CLASS, student_number="20230007")
    old = world.patron("王大爷", phone="010-66551234")
    loans = [lent(world, "活着", "2026-03-05", pupil), lent(world, "家", "2026-03-05", old)]
    clock = Clock(at(world, MORNING))
    reminded(world, clock())
    sent(world, clock)
    return loans


def uses(world, *, shows_titles=False) -> None:
    set_by_hand(
        world.desk(), ways=("paper", "phone"), class_ways={}, calls=3, shows_titles=shows_titles
    )


def to(world, name: str, *args: str) -> str:
    return reverse(f"deliveries:{name}", args=[world.slug, *args])


def pages_of(answer) -> list[str]:
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    return paper.pages_of(answer.content)


def test_a_sheet_is_made_printed_and_given_out(world, staff_client, waiting):
    assert CLASS in words_of(staff_client.get(to(world, "sheets")))
    answer = staff_client.post(to(world, "sheets"), {"group": CLASS}, follow=True)
    sheet = ClassSheet.objects.get().public_id
    assert answer.request["PATH_INFO"] == to(world, "sheet", sheet)
    page = words_of(answer)
    for words in ("通知单已生成", "20230007", "林小雨", "《活着》", "待发放"):
        assert words in page, words

    names, slips = pages_of(staff_client.get(to(world, "sheet_paper", sheet)))
    assert "林小雨" in names and "1条通知" in names
    assert "活着" not in names  # what a child reads is the child's
    for words in ("林小雨", CLASS, "请把书还到图书馆", "《活着》", "3月5日应还"):
        assert words in slips, words

    page = words_of(staff_client.post(to(world, "giving_out", sheet), follow=True))
    assert "已记录：通知单已发到班里。" in page
    page = words_of(staff_client.post(to(world, "taking_back", sheet), follow=True))
    assert "已有人记录过发放。" in page
    assert Delivery.objects.get(channel="paper").state == "handed"
    assert "已发放" in words_of(staff_client.get(f"{to(world, 'list')}?show=handed"))


def test_making_it_twice_leads_to_the_one_there_is(world, staff_client, waiting):
    for _ in range(2):
        answer = staff_client.post(to(world, "sheets"), {"group": CLASS}, follow=True)
    sheet = ClassSheet.objects.get().public_id
    assert answer.request["PATH_INFO"] == to(world, "sheet", sheet)
    assert "通知单刚刚生成过" in words_of(answer)

    answer = staff_client.post(to(world, "taking_back", sheet), follow=True)
    assert "等待下一张通知单" in words_of(answer) and "打印名单" not in words_of(answer)
    assert staff_client.get(to(world, "sheet_paper", sheet)).status_code == 404
    assert CLASS in words_of(staff_client.get(to(world, "sheets")))


def test_printed_again_it_marks_what_came_back(world, staff_client, waiting):
    uses(world, shows_titles=True)
    other = world.patron("王小明", group_name=CLASS)
    lent(world, "边城", "2026-03-06", other)
    clock = Clock(at(world, "2026-03-03T09:00"))
    reminded(world, clock())
    sent(world, clock)
    sheet = make_sheet(world.desk(), group=CLASS).sheet
    before = pages_of(staff_client.get(to(world, "sheet_paper", sheet)))
    checkin(world.desk(), copy_barcodes=(waiting[0].copy.barcode,))
    after = pages_of(staff_client.get(to(world, "sheet_paper", sheet)))

    assert "《活着》" in before[0] and "《活着》" in before[1]
    assert "已处理" in after[0]
    assert "活着" not in "".join(after[1:])
    assert "已处理" in words_of(staff_client.get(to(world, "sheet", sheet)))


def test_a_class_teacher_sees_sheets_of_their_classes_only(world, staff_client, waiting):
    sheet = make_sheet(world.desk(), group=CLASS).sheet
    set_staff_groups(world.desk(), login=world.staff.account.login, groups=("一年级1班",))
    assert CLASS not in words_of(staff_client.get(to(world, "sheets")))
    for name in ("sheet", "sheet_paper"):
        assert staff_client.get(to(world, name, sheet)).status_code == 404
    for name in ("giving_out", "taking_back"):
        assert staff_client.post(to(world, name, sheet)).status_code == 404
    assert staff_client.post(to(world, "sheets"), {"group": CLASS}).status_code == 404
    assert ClassSheet.objects.get().state == "made"


def test_a_call_says_what_to_say_and_what_not(world, staff_client, waiting):
    answer = staff_client.get(to(world, "calls"))
    page = words_of(answer)
    for words in ("王大爷", "010-66551234", "《家》", "如果是别人接电话，只说："):
        assert words in page, words
    assert 'href="tel:01066551234"' in answer.content.decode()
    [others] = [row["others"] for row in answer.context["now"]]
    assert "家》" not in others

    form = form_of(answer) | {"answer": "nobody"}
    page = words_of(staff_client.post(to(world, "calls"), form, follow=True))
    assert "已记录" in page and "1位读者稍后再打" in page and "已打1次，共3次" in page
    form["answer"] = "told"
    page = words_of(staff_client.post(to(world, "calls"), form, follow=True))
    assert "已记录：已电话告知读者。" in page and "没有要打的电话" in page
    page = words_of(staff_client.post(to(world, "calls"), form, follow=True))
    assert "不用再给这位读者打电话了" in page
    for wrong in ({"answer": "perhaps"}, {"patron": "NOSUCH"}):
        assert staff_client.post(to(world, "calls"), form | wrong).status_code == 404


def test_a_call_or_a_sheet_noted_by_mistake_is_taken_back(world, staff_client, waiting):
    form = form_of(staff_client.get(to(world, "calls"))) | {"answer": "told"}
    page = words_of(staff_client.post(to(world, "calls"), form, follow=True))
    assert "您刚刚的记录" in page and "王大爷" in page
    back = to(world, "undoing_call"), {"patron": form["patron"]}
    page = words_of(staff_client.post(*back, follow=True))
    assert "已撤销，这位读者回到电话单上" in page and "您刚刚的记录" not in page
    assert "已经不能撤销了" in words_of(staff_client.post(*back, follow=True))
    assert staff_client.post(back[0], {"patron": "NOSUCH"}).status_code == 404

    sheet = make_sheet(world.desk(), group=CLASS).sheet
    page = words_of(staff_client.post(to(world, "giving_out", sheet), follow=True))
    assert "其实还没发，撤销" in page
    undo = to(world, "undoing_giving_out", sheet)
    page = words_of(staff_client.post(undo, follow=True))
    assert "仍为待发放" in page and "其实还没发，撤销" not in page
    assert "本来就是待发放" in words_of(staff_client.post(undo, follow=True))
    assert staff_client.post(to(world, "undoing_giving_out", "NOSUCH")).status_code == 404
    ClassSheet.objects.update(state="given", ended_at=clock.now() - timedelta(hours=1))
    page = words_of(staff_client.post(undo, follow=True))
    assert "时间过久，不能撤销了" in page and "其实还没发，撤销" not in page


def form_of(answer) -> dict[str, object]:
    call = answer.context["now"][0]["call"]
    return {"patron": call.patron, "mark": call.mark, "said": call.said}


def test_the_list_is_printed_for_whoever_calls_from_paper(world, staff_client, waiting):
    page = words_of(staff_client.get(to(world, "calls_paper")))
    assert "010-66551234" in page and "《家》" in page


def test_pages_say_how_to_begin_where_nothing_goes_by_hand(world, staff_client):
    assert "还没有启用纸质通知" in words_of(staff_client.get(to(world, "sheets")))
    assert "还没有启用电话通知" in words_of(staff_client.get(to(world, "calls")))


def test_the_settings_are_kept_and_the_kinds_get_their_columns(world, staff_client):
    world.patron("林小雨", group_name=CLASS)
    where = reverse("settings:by_hand", args=[world.slug])
    rules = reverse("settings:notice_rules", args=[world.slug])
    assert 'value="paper"' not in staff_client.get(rules).content.decode()
    form = {"paper": "on", "calls": "2", "class": CLASS, "class_way": "paper"}
    assert staff_client.post(where, form).status_code == 303
    kept = house_rules().by_hand
    assert (kept.ways, dict(kept.class_ways), kept.calls, kept.shows_titles) == (
        ("paper",), {CLASS: "paper"}, 2, False,
    )  # fmt: skip
    assert 'value="paper"' in staff_client.get(rules).content.decode()
    assert "优先纸质" in words_of(staff_client.get(where))
    assert staff_client.post(where, form | {"calls": "0"}).status_code == 422


def test_a_reader_sees_how_they_were_told_and_may_switch_it_off(world, reader_client, waiting):
    pupil = waiting[0].patron
    reader = reader_client(pupil)
    notices = reverse("reader:notices", args=[world.slug])
    assert "将在班里发纸质通知" in words_of(reader.get(notices))
    give_out_sheet(world.desk(), sheet=make_sheet(world.desk(), group=CLASS).sheet)
    assert "已在班里发纸质通知" in words_of(reader.get(notices))

    wishes = reverse("reader:wishes", args=[world.slug])
    assert "纸质通知" in words_of(reader.get(wishes))
    reader.post(wishes, {"channels": ["push", "email", "sms", "wechat", "phone"], "kinds": []})
    assert wishes_of({pupil.pk})[pupil.pk].off_channels == ("paper",)
