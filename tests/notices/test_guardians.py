"""A child's reminders go to whoever stands by the child, as far as library and link allow."""

import pytest

from jieyue.notices.models import Delivery, Notice
from jieyue.patrons.linking import end_link, make_link, set_family_rules
from tests.mailing import lent, reminded, sent, states

ADDRESS = "fang@example.com"


def family(world, *, email="", born_on="2017-05-01", address=ADDRESS):
    """Return a mother, her child and the link between them."""
    mother = world.patron("王芳", email=address)
    child = world.patron("王小明", email=email, born_on=born_on)
    made = make_link(world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian")
    return mother, child, made.link


def choose(world, *, reminds="no_phone", titles=14):
    set_family_rules(
        world.desk(),
        titles_until_age=titles,
        guardians_until_age=18,
        reminds=reminds,
        readers_may_ask=True,
    )


def test_a_childs_reminder_goes_to_the_parent_and_names_the_child(world, server, clock):
    mother, child, _ = family(world)
    lent(world, "活着", "2026-03-05", child)

    assert reminded(world, clock()) == 1
    sent(world, clock)

    [mail] = server.mails
    assert mail.recipients == [ADDRESS]
    assert mail.text.split("\n\n—")[0] == (
        "王芳，您好：\n\n"
        "王小明：您借的书快到期了：\n· 《活着》，3月5日\n\n请按时归还，或办理续借。\n\n"
        "书馆 northfield\n"
    )
    assert Notice.objects.get().patron_id == child.pk
    assert list(Delivery.objects.values_list("patron_id", "state")) == [(mother.pk, "handed")]


def test_books_of_parent_and_child_go_in_one_message(world, server, clock):
    mother, child, _ = family(world)
    lent(world, "活着", "2026-03-05", child)
    lent(world, "兄弟", "2026-03-05", mother)

    reminded(world, clock())
    sent(world, clock)

    [mail] = server.mails
    assert mail.text.index("《兄弟》") < mail.text.index("王小明：") < mail.text.index("《活着》")


@pytest.mark.parametrize(
    ("reminds", "told"),
    [
        ("no_phone", ["ming@example.com"]),
        ("always", [ADDRESS, "ming@example.com"]),
        ("never", ["ming@example.com"]),
    ],
)
def test_the_library_chooses_whether_parents_hear_of_a_child_who_is_reached(
    world, server, clock, reminds, told
):
    choose(world, reminds=reminds)
    _, child, _ = family(world, email="ming@example.com")
    lent(world, "活着", "2026-03-05", child)

    reminded(world, clock())
    sent(world, clock)

    assert sorted(mail.recipients[0] for mail in server.mails) == told


def test_an_older_childs_titles_stay_with_the_child(world, server, clock):
    choose(world, titles=8)
    _, child, _ = family(world, born_on="2012-05-01")
    lent(world, "活着", "2026-03-05", child)

    reminded(world, clock())
    sent(world, clock)

    [mail] = server.mails
    assert ("王小明" in mail.text, "3月5日" in mail.text, "活着" in mail.text) == (
        True,
        True,
        False,
    )


def test_whose_link_ended_meanwhile_is_told_nothing(world, server, clock):
    _, child, link = family(world)
    lent(world, "活着", "2026-03-05", child)
    clock.goes_on(minutes=-10)
    reminded(world, clock())
    sent(world, clock)  # planned for nine o'clock

    end_link(world.desk(), link=link)
    clock.goes_on(minutes=10)
    sent(world, clock)

    assert (server.mails, states()) == ([], [("email", "dropped", "not_true")])


def test_where_no_parent_is_reached_either_staff_see_the_child(world, server, clock):
    _, child, _ = family(world, address="")
    lent(world, "活着", "2026-03-05", child)

    reminded(world, clock())
    sent(world, clock)

    assert list(Delivery.objects.values_list("patron_id", "state")) == [(child.pk, "unreached")]
