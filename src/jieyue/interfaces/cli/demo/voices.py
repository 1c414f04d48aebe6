"""What readers of the demo library have written, wished for and can come to."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.apps import apps

from jieyue.community.actions.activities import Event, publish_activity, write_activity
from jieyue.community.actions.announcements import News, publish_announcement, write_announcement
from jieyue.community.actions.feedback import answer_feedback, send_feedback
from jieyue.community.actions.outcomes import VoiceSaved
from jieyue.community.actions.sign_ups import sign_up
from jieyue.community.actions.survey import set_survey
from jieyue.community.actions.wishes import Wished, decide_wishes, make_wish, support_wish
from jieyue.libraries.desk import Desk, Door
from jieyue.libraries.rules.permissions import READER

WISHES: Final = (
    Wished(isbn="9787536692930", name="三体", authors="刘慈欣", publisher="重庆出版社", year=2008),
    Wished(name="数学女孩", authors="结城浩", publisher="人民邮电出版社"),
    Wished(name="植物图鉴", authors="有川浩"),
)
FEEDBACK: Final = (
    ("problem", "二楼童书区靠窗的灯一直在闪，晚上看书眼睛累。"),
    ("idea", "能不能周五晚上多开一个小时？下班赶不上。"),
    ("praise", "志愿者阿姨帮孩子找书特别耐心，谢谢！"),
)


def raise_voices(desk: Desk, readers: list[str]) -> None:
    """Let some readers (public ids) speak, each step an action of its own."""
    people = [_reader(desk, one) for one in readers[:6]]
    for who, (kind, text) in zip(people, FEEDBACK, strict=False):
        made = send_feedback(who, kind=kind, text=text)
        if kind == "praise" and isinstance(made, VoiceSaved):
            answer_feedback(desk, feedback=made.id, text="谢谢您的鼓励，已转告。", closes=True)
    for number, wished in enumerate(WISHES):
        made = make_wish(people[number], wished=wished, wants_hold=True)
        if not isinstance(made, VoiceSaved):
            continue
        for who in people[number + 1 : 5]:
            support_wish(who, wish=made.id, wants_hold=True)
        if number == 1:
            decide_wishes(desk, wishes=(made.id,), state="ordered", reason="预计下月到馆")
    _invite(desk, people)
    set_survey(desk, text="这次自助借还顺利吗？", is_asked=True)


def _invite(desk: Desk, people: list[Desk]) -> None:
    day = desk.today + timedelta(days=7)
    starts = datetime.combine(day, time(14))
    event = Event(
        name="亲子共读：一起读绘本",
        text="带孩子来听故事、做书签。\n\n请提前五分钟到场；名额有限，报名后不能来请及时取消。",
        starts=starts,
        ends=starts + timedelta(hours=1, minutes=30),
        place="二楼活动室",
        places=4,
        min_age=3,
        max_age=60,
    )
    made = write_activity(desk, event=event)
    if isinstance(made, VoiceSaved):
        publish_activity(desk, activity=made.id)
        for who in people:
            sign_up(who, activity=made.id)
    news = News(
        name="新到一批科普绘本",
        text="本周新到两百多册科普绘本，放在一楼新书架。\n\n欢迎来借！",
        starts_on=desk.today,
        ends_on=desk.today + timedelta(days=30),
        is_pinned=True,
    )
    told = write_announcement(desk, news=news)
    if isinstance(told, VoiceSaved):
        publish_announcement(desk, announcement=told.id)


def _reader(desk: Desk, public_id: str) -> Desk:
    patron: Any = apps.get_model("patrons", "Patron").objects.get(public_id=public_id)
    return replace(
        desk, permissions=READER, door=Door.READER, caller=f"patron:{patron.pk}",
        patron_id=patron.pk, staff_id=None,
    )  # fmt: skip
