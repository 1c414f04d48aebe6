"""Whom people tell: those whom nothing else reaches, or who are told so first."""

import pytest

from jieyue.libraries.models import Gateway
from jieyue.notices.by_hand_rules import set_by_hand
from jieyue.notices.house_rules import Wishes, house_rules
from jieyue.notices.models import NoticeSettings
from jieyue.notices.ways import Way, reach_of

CLASS = "三年级2班"
OTHERWISE = {"push": "no_address", "wechat": "no_service", "email": "no_service"}


@pytest.mark.parametrize(
    ("wishes", "class_ways", "order", "way"),
    [
        (Wishes(), {}, [], ""),
        (Wishes(order=("phone",)), {}, [], "phone"),
        (Wishes(off_channels=("sms",)), {}, [], "phone"),
        (Wishes(), {CLASS: "phone"}, [], "phone"),
        (Wishes(), {"别班": "phone"}, [], ""),
        (Wishes(), {}, ["phone"], "phone"),
    ],
)
def test_nobody_is_called_about_what_is_due_soon_who_gets_an_sms_when_it_is_late(
    world, wishes, class_ways, order, way
):
    set_by_hand(world.desk(), ways=("phone",), class_ways=class_ways, calls=3, shows_titles=False)
    NoticeSettings.objects.update(order=order)
    Gateway.objects.create(library_id=world.library.pk, kind="sms", provider="http", settings="{}")
    patron = world.patron(phone="13800001111", group_name=CLASS)
    reach = reach_of([patron.pk], house_rules(), today=world.desk().today)

    found = reach.way(patron.pk, ["due_soon"], rules=house_rules(), wishes=wishes)
    assert found.channel == way
    late = reach.way(patron.pk, ["overdue"], rules=house_rules(), wishes=Wishes())
    assert late.channel == ("phone" if class_ways.get(CLASS) or order else "sms")


def test_what_failed_goes_by_hand_although_something_else_reaches_the_reader(world):
    set_by_hand(world.desk(), ways=("phone",), class_ways={}, calls=3, shows_titles=False)
    Gateway.objects.create(library_id=world.library.pk, kind="sms", provider="http", settings="{}")
    patron = world.patron(phone="13800001111")
    rules = house_rules()
    reach = reach_of([patron.pk], rules, today=world.desk().today)
    given = {"rules": rules, "wishes": Wishes()}
    assert reach.way(patron.pk, ["due_soon"], **given) == Way(
        "", OTHERWISE | {"phone": "reached_otherwise"}
    )
    assert reach.way(patron.pk, ["overdue"], without=["sms"], **given).channel == "phone"
