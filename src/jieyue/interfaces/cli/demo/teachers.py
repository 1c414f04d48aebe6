"""The demo school's class teacher, who is told by e-mail every Monday how the books stand."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.apps import apps

from jieyue.accounts.passwords import new_secret
from jieyue.interfaces.cli.demo.sign_ins import PASSWORD, TEACHER
from jieyue.kit.ids import public_id
from jieyue.kit.scope import library_scope
from jieyue.libraries.desk import Door
from jieyue.libraries.rules.permissions import OWNER, Permission
from jieyue.libraries.settings.outcomes import Saved
from jieyue.libraries.settings.roles import add_role
from jieyue.libraries.settings.staff import add_staff
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.rules.weekly import week_of
from jieyue.notices.weekly import set_teacher_address, set_weekly
from jieyue.patrons.teaching import set_staff_groups

CLASSES: Final = ("三年级 1 班", "三年级 2 班")
ADDRESS: Final = "wang@example.org"  # of nobody: example.org takes no mail
EIGHT: Final = time(8)
RIGHTS: Final = frozenset({Permission.CLASSES})


def teach(slug: str, now: datetime) -> None:
    """Give the school a teacher with two classes, and the weekly message on, as of last week."""
    library: Any = apps.get_model("libraries", "Library").objects.get(slug=slug)
    worker = worker_desk(library.pk, now)
    assert worker is not None
    with library_scope(library.pk):
        staff = apps.get_model("libraries", "Staff").objects.order_by("pk")[0]
    desk = replace(worker, door=Door.DESK, permissions=OWNER, staff_id=staff.pk, caller="demo")
    login, name = TEACHER
    role = add_role(desk, name="班主任", permissions=RIGHTS)
    assert isinstance(role, Saved)
    add_staff(
        desk, name=name, login=login, password=new_secret(PASSWORD), role=role.code, branches=None
    )
    set_staff_groups(desk, login=login, groups=CLASSES)
    set_teacher_address(desk, login=login, email=ADDRESS)
    set_weekly(desk, weekday=0, at=EIGHT, shows_titles=False)
    last_week = now - timedelta(days=7)
    with library_scope(library.pk):
        teacher = apps.get_model("libraries", "Staff").objects.get(account__login=login)
        apps.get_model("notices", "TeacherDigest").objects.create(
            library_id=library.pk, public_id=public_id(), staff=teacher, state="given_up",
            week_on=week_of(last_week.astimezone(worker.zone).date()), code="no_service",
            due_at=last_week, created_at=last_week, ended_at=last_week,
        )  # fmt: skip
