"""The pages of the weekly message to class teachers: settings, preview, one's own, the link."""

import pytest
from django.test import Client

from jieyue.audit.models import Entry
from jieyue.kit import clock
from jieyue.notices.house_rules import house_rules
from jieyue.notices.models import TeacherDigest, TeacherWish
from jieyue.notices.weekly_leaving import leaving_token
from jieyue.notices.weekly_proving import proving_code, proving_token
from jieyue.patrons.models import StaffGroup
from tests.mailing import lent

LOGIN = "owner-northfield"


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def page(world) -> str:
    """Look after a class with an overdue book, and return the settings page."""
    StaffGroup.objects.create(
        library_id=world.library.pk, staff=world.staff, group_name="三年级2班"
    )
    lent(world, "活着", "2020-03-05", world.patron("王小明", group_name="三年级2班"))
    lent(world, "别班的书", "2020-03-05", world.patron("别班人", group_name="三年级3班"))
    return f"/{world.slug}/staff/settings/weekly/"


def test_staff_choose_when_it_goes_and_see_what_it_says_now(world, staff_client, page):
    shown = text(staff_client.get(page))
    assert "王小明：1 本，已逾期" in shown
    assert "别班人" not in shown
    assert "《活着》" not in shown
    given = {"weekday": "4", "at": "07:30", "shows_titles": "on"}
    assert "《活着》" in text(staff_client.post(f"{page}preview/", given))
    assert house_rules().weekly is None

    answer = staff_client.post(page, given, follow=True)
    assert "已保存" in text(answer)
    kept = house_rules().weekly
    assert kept is not None
    assert (kept.weekday, kept.at.isoformat("minutes"), kept.shows_titles) == (4, "07:30", True)
    assert "《活着》" in text(staff_client.get(f"{page}?teacher={LOGIN}"))
    staff_client.post(page, {"weekday": "off", "at": "07:30"})
    assert house_rules().weekly is None
    wrong = {"weekday": "9", "at": "25:00"}
    assert staff_client.post(page, wrong).status_code == 422
    assert staff_client.post(f"{page}preview/", wrong).status_code == 200


def test_staff_enter_a_colleague_s_address(world, staff_client, page):
    assert "没有邮箱" in text(staff_client.get(page))
    answer = staff_client.post(
        f"{page}address/", {"login": LOGIN, "email": "Chen@Example.com"}, follow=True
    )
    assert "邮箱已保存" in text(answer)
    assert TeacherWish.objects.get().email == "chen@example.com"
    for wrong in ("chen", "chen@localhost", "x" * 300 + "@example.com"):
        answer = staff_client.post(f"{page}address/", {"login": LOGIN, "email": wrong})
        assert answer.status_code in {404, 422}, wrong
    nobody = {"login": "nobody", "email": "a@example.com"}
    assert staff_client.post(f"{page}address/", nobody).status_code == 404
    assert TeacherWish.objects.get().email == "chen@example.com"
    data = list(Entry.objects.filter(action="set_teacher_address").values_list("data", flat=True))
    assert "example.com" not in str(data)


def test_staff_see_what_did_not_arrive_and_what_helps(world, staff_client, page):
    TeacherDigest.objects.create(
        library_id=world.library.pk, public_id="T1", staff=world.staff,
        week_on=world.desk().today, state="given_up", code="no_address", due_at=clock.now(),
        created_at=clock.now(), ended_at=clock.now(),
    )  # fmt: skip
    shown = text(staff_client.get(page))
    assert "发送失败" in shown
    assert "没有该同事的邮箱。" in shown
    listing = f"/{world.slug}/staff/deliveries/"
    assert "班主任周报没有送达" in text(staff_client.get(listing))
    TeacherDigest.objects.update(state="handed", code="")
    assert "班主任周报没有送达" not in text(staff_client.get(listing))


def test_a_teacher_switches_it_off_and_on_on_their_own_page(world, staff_client, page):
    mine = f"/{world.slug}/staff/settings/me/"
    assert "我的班级周报" in text(staff_client.get(mine))
    staff_client.post(f"{mine}weekly/", {"email": "chen@example.com"})
    assert TeacherWish.objects.get().is_off
    assert "不接收" in text(staff_client.get(page))
    given = {"wants": "on", "email": "chen@example.com"}
    assert "已保存" in text(staff_client.post(f"{mine}weekly/", given, follow=True))
    assert not TeacherWish.objects.get().is_off
    assert staff_client.post(f"{mine}weekly/", {"email": "no address"}).status_code == 422
    StaffGroup.objects.all().delete()
    assert "我的班级周报" not in text(staff_client.get(mine))


def test_the_link_in_the_message_stops_it_without_signing_in(world, page):
    token = leaving_token(world.slug, LOGIN)
    stranger = Client(enforce_csrf_checks=True)
    where = f"/{world.slug}/unsubscribe/classes/{token}"
    assert "不再接收班级周报？" in text(stranger.get(where))
    assert not TeacherWish.objects.exists()
    for _ in range(2):
        answer = stranger.post(where, {"List-Unsubscribe": "One-Click"})
        assert "您不会再收到班级周报" in text(answer)
    assert TeacherWish.objects.get().is_off
    assert stranger.get(f"/{world.slug}/unsubscribe/classes/{token}x").status_code == 404
    assert stranger.post(f"/{world.slug}/unsubscribe/classes/nonsense").status_code == 404


def test_who_may_not_see_loans_sees_no_preview(world, staff_client, page):
    role = world.staff.role
    role.code, role.permissions = "own", ["settings"]
    role.save()
    shown = text(staff_client.get(page))
    assert "王小明" not in shown
    assert "您没有查看读者借阅的权限" in shown
    assert "王小明" not in text(staff_client.post(f"{page}preview/", {"at": "08:00"}))
    answer = staff_client.post(f"{page}address/", {"login": LOGIN, "email": "a@example.com"})
    assert answer.status_code == 403


def test_a_helper_sees_none_of_it(world, helper_client, page):
    for where in ("", "preview/", "address/"):
        assert helper_client.post(page + where).status_code == 403


def test_an_address_is_confirmed_by_its_code_and_asked_for_by_hand(world, staff_client, page):
    staff_client.post(f"{page}address/", {"login": LOGIN, "email": "chen@example.com"})
    staff_client.post(page, {"weekday": "4", "at": "07:30"})
    shown = text(staff_client.get(page))
    assert "未确认" in shown and "立即请对方确认" in shown
    assert "此邮箱尚未确认" in text(staff_client.get(f"/{world.slug}/staff/settings/me/"))
    answer = staff_client.post(f"{page}sending/", {"login": LOGIN}, follow=True)
    assert "稍后就会发出" in text(answer)
    assert TeacherDigest.objects.get().state == "waiting"
    TeacherDigest.objects.update(state="handed", code="asked", ended_at=clock.now())
    assert "已请对方确认" in text(staff_client.get(page))

    own = f"/{world.slug}/staff/settings/me/weekly/confirmation/"
    for where in (f"{page}confirmation/", own):
        wrong = staff_client.post(where, {"login": LOGIN, "code": "1234 5678"})
        assert wrong.status_code == 409
        assert "不是发到该邮箱的确认码" in text(wrong)
    code = proving_code(world.slug, LOGIN, "chen@example.com")
    assert "邮箱已确认" in text(staff_client.post(own, {"code": code}, follow=True))
    assert TeacherDigest.objects.get().state == "waiting"
    shown = text(staff_client.get(page))
    assert "未确认" not in shown and "发送本周周报" in shown
    TeacherDigest.objects.update(state="handed", ended_at=clock.now())
    assert "再次发送本周周报" in text(staff_client.get(page))
    assert staff_client.post(f"{page}sending/", {"login": "nobody"}).status_code == 404


def test_the_link_confirms_it_without_signing_in(world, staff_client, page):
    staff_client.post(f"{page}address/", {"login": LOGIN, "email": "chen@example.com"})
    token = proving_token(world.slug, LOGIN, "chen@example.com")
    stranger, where = Client(enforce_csrf_checks=True), f"/{world.slug}/confirm/classes/{token}"
    assert "这是您的邮箱吗？" in text(stranger.get(where))
    assert TeacherWish.objects.get().confirmed_hash == ""
    assert "您的邮箱已确认" in text(stranger.post(where))
    assert TeacherWish.objects.get().confirmed_hash
    assert stranger.get(f"{where}x").status_code == 404
    staff_client.post(f"{page}address/", {"login": LOGIN, "email": "other@example.com"})
    late = stranger.post(where)
    assert late.status_code == 404 and "链接已失效" in text(late)
