"""What tests of the weekly message to class teachers share."""

from datetime import time
from threading import Event

from jieyue.accounts.models import Account
from jieyue.libraries.models import Staff
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices import weekly_sending
from jieyue.notices.models import NoticeSettings, TeacherDigest, TeacherWish
from jieyue.notices.weekly import set_weekly
from jieyue.notices.weekly_proving import address_hash
from jieyue.patrons.models import StaffGroup

MONDAY = "2026-03-02T07:30"
WANG = "wang@example.com"


def teacher(world, name="王老师", *groups, email=WANG, login="wang", is_proved=True) -> Staff:
    account = Account.objects.create(login=login, name=name, created_at=world.now)
    row = Staff.objects.create(
        library_id=world.library.pk, account=account, role=world.staff.role, name=name,
        created_at=world.now,
    )  # fmt: skip
    for group in groups or ("三年级2班",):
        StaffGroup.objects.create(library_id=world.library.pk, staff=row, group_name=group)
    TeacherWish.objects.create(
        library_id=world.library.pk, staff=row, email=email, changed_at=world.now,
        confirmed_hash=address_hash(email) if is_proved else "",
    )  # fmt: skip
    return row


def pupil(world, name="王小明", group="三年级2班", **values):
    return world.patron(name, group_name=group, email=f"{name}@x.com", email_hash=name, **values)


def on(world, clock, *, weekday=0, hour=8, shows_titles=False) -> None:
    desk = world.desk(now=clock())
    set_weekly(desk, weekday=weekday, at=time(hour), shows_titles=shows_titles)
    NoticeSettings.objects.update(site_url="https://lib.example.cn")


def planned(world, clock) -> int:
    desk = worker_desk(world.library.pk, clock())
    assert desk is not None
    return weekly_sending.plan_library(desk)


def passed(clock, times=1) -> None:
    for _ in range(times):
        weekly_sending.send_weekly(clock, Event())


def rows() -> list[tuple[str, str]]:
    return list(TeacherDigest.objects.order_by("id").values_list("state", "code"))
