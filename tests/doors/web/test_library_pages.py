"""What a library says of itself to everybody."""

from datetime import time, timedelta

from django.urls import reverse

from jieyue.interfaces.web.library.views import Hours, week
from jieyue.kit import clock
from jieyue.libraries.models import OpeningHours, SpecialDays
from jieyue.libraries.rules.calendars import Calendar
from jieyue.patrons.models import PatronCategory


def read(client, world, name: str = "about", query: str = "") -> str:
    answer = client.get(reverse(f"library:{name}", args=[world.library.slug]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_days_with_the_same_hours_are_one_line() -> None:
    nine, twelve, two, five = time(9), time(12), time(14), time(17)
    hours = ((0, nine, twelve), (0, two, five), (1, nine, five), (2, nine, five))
    found = week(Calendar(frozenset({0, 1, 2}), (), hours))
    assert found == [
        Hours("星期一", ((nine, twelve), (two, five))),
        Hours("星期二 – 星期三", ((nine, five),)),
        Hours("星期四 – 星期日", ()),
    ]


def test_hours_and_coming_closures_are_told(world, client) -> None:
    world.opens_on_weekdays()
    today = clock.now().astimezone(world.desk().zone).date()
    for name, ahead in (("春节", 20), ("太远", 80)):
        SpecialDays.objects.create(
            library=world.library, name=name, starts_on=today + timedelta(days=ahead),
            ends_on=today + timedelta(days=ahead + 2), is_closed=True,
        )  # fmt: skip
    html = read(client, world)
    assert "星期一 – 星期五" in html and "09:00–17:00" in html and "星期六 – 星期日" in html
    assert "春节" in html and "太远" not in html


def test_a_library_without_hours_is_open_every_day(world, client) -> None:
    assert OpeningHours.objects.count() == 0
    assert "每天开放" in read(client, world)


def test_rules_are_told_for_each_card_in_plain_words(world, client) -> None:
    world.policy(
        max_loans=3, loan_days=14, max_renewals=1, renewal_days=7, max_holds=2, hold_days=3,
        settled_by="money", fine_cents=10, fine_grace=2, lost_percent=100,
    )  # fmt: skip
    child = PatronCategory.objects.create(
        library=world.library, code="child", name="少儿", valid_months=36
    )
    world.policy(category=child, max_loans=2, max_renewals=0, settled_by="nothing")
    html = read(client, world)
    for line in (
        "同时可借 3 本，每本借 14 天。", "可续借 1 次，每次 7 天；有人预约时不能续。",
        "逾期：每天 ¥0.10。", "头 2 天 不计。", "同时可借 2 本，每本借 14 天。", "不能续借。",
        "有效期 3 年。", "逾期不收费",
    ):  # fmt: skip
        assert line in html, line


def test_rules_are_those_of_the_branch_asked_for(world, client) -> None:
    world.policy(branch=world.east(), loan_days=5)
    assert "每本借 30 天" in read(client, world)
    assert "每本借 5 天" in read(client, world, query="?branch=east")


def test_help_shows_each_step_with_where_to_go(world, client) -> None:
    html = read(client, world, "help")
    assert html.count("help-number") == 6
    assert reverse("joining:start", args=[world.library.slug]) in html
