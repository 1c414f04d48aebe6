"""The page of readers nobody reaches, as staff use it."""

from jieyue.audit.models import Entry
from jieyue.libraries.models import Staff, StaffBranch
from jieyue.notices.models import Delivery
from jieyue.patrons.models import StaffGroup
from tests.mailing import lent


def text(answer) -> str:
    return answer.content.decode()


def test_staff_see_whom_nothing_reaches_why_and_what_helps(world, staff_client):
    where = f"/{world.slug}/staff/deliveries/unreached/"
    assert "每位读者都能联系上" in text(staff_client.get(where))
    reader = world.patron("林晓雨", group_name="三年级2班")
    lent(world, "活着", "2026-03-05", reader)
    Delivery.objects.create(
        library_id=world.library.pk, public_id="D1", patron=reader, channel="",
        state="unreached", planned_for=world.now, created_at=world.now,
    )  # fmt: skip
    page = text(staff_client.get(where))
    assert "林晓雨" in page
    assert "没有电话号码，也没有电子邮箱。" in page
    assert "1 本在借" in page
    assert f"/{world.slug}/staff/patrons/{reader.public_id}/edit/" in page
    assert "联系不上的读者" in text(staff_client.get(f"/{world.slug}/staff/deliveries/"))
    assert "林晓雨" in text(staff_client.get(f"{where}?group=三年级2班&why=nothing"))
    for nobody in ("?group=无此班", "?why=dead"):
        assert "没有符合条件的读者" in text(staff_client.get(where + nobody)), nobody
    assert "林晓雨" in text(staff_client.get(f"{where}?why=nonsense&after=%00.9"))


def test_the_list_pages_on_and_back(world, staff_client):
    for number in range(51):
        world.patron(f"读者{number:02d}", sort_key=f"du zhe {number:02d}")
    first = text(staff_client.get(f"/{world.slug}/staff/deliveries/unreached/"))
    assert "读者49" in first
    assert "读者50" not in first
    after = first.split("?after=")[1].split('"')[0]
    second = text(staff_client.get(f"/{world.slug}/staff/deliveries/unreached/?after={after}"))
    assert "读者49" not in second
    assert "读者50" in second
    assert "回到开头" in second


def test_the_file_holds_the_list_and_no_address(world, staff_client):
    world.patron("=林晓雨", group_name="三年级2班", phone="13900001111", phone_hash="x")
    answer = staff_client.get(f"/{world.slug}/staff/deliveries/unreached/file/?group=三年级2班")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("姓名,")
    assert lines[1].startswith("'=林晓雨,三年级2班,,")
    assert "13900001111" not in lines[1]
    [entry] = Entry.objects.filter(action="export_unreached")
    assert entry.data == {"readers": 1, "group": "三年级2班"}
    assert "导出了联系不上的读者" in text(staff_client.get(f"/{world.slug}/staff/journal/"))


def test_who_works_at_one_branch_sees_its_readers_alone(world, staff_client):
    world.patron("本馆人")
    world.patron("东馆人", branch=world.east())
    Staff.objects.update(all_branches=False)
    StaffBranch.objects.create(
        library_id=world.library.pk, staff=Staff.objects.get(), branch=world.branch
    )
    page = text(staff_client.get(f"/{world.slug}/staff/deliveries/unreached/"))
    assert "本馆人" in page
    assert "东馆人" not in page


def test_a_helper_sees_none_of_it(world, helper_client):
    for where in ("unreached/", "unreached/file/"):
        answer = helper_client.get(f"/{world.slug}/staff/deliveries/{where}")
        assert answer.status_code == 403


def test_a_missing_service_is_named_once_and_nobody_is_asked_for_what_we_have(world, staff_client):
    where = f"/{world.slug}/staff/deliveries/unreached/"
    reader = world.patron("林晓雨", phone="13900001111", phone_hash="x")
    page = text(staff_client.get(where))
    assert "短信：读者已留联系方式，但本馆没有开通。" in page
    assert f"/{world.slug}/staff/settings/channels/" in page
    assert f"/patrons/{reader.public_id}/edit/" not in page


def test_a_teacher_who_sees_no_other_readers_sees_their_own_class(world, staff_client):
    world.patron("本班人", group_name="三年级2班")
    world.patron("别班人", group_name="三年级3班")
    StaffGroup.objects.create(
        library_id=world.library.pk, staff=world.staff, group_name="三年级2班"
    )
    where = f"/{world.slug}/staff/deliveries/unreached/"
    assert "别班人" in text(staff_client.get(where))
    role = world.staff.role
    role.code, role.permissions = "own", ["messages"]
    role.save()
    for query in ("", "?group=三年级3班"):
        page = text(staff_client.get(where + query))
        assert "三年级3班" not in page.split("<main")[1].split('name="group"')[1]
        assert "别班人" not in page
    assert "本班人" in text(staff_client.get(where))
    file = b"".join(staff_client.get(f"{where}file/").streaming_content).decode()
    assert ("本班人" in file, "别班人" in file) == (True, False)
