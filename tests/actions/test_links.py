"""Links between readers: who acts for whom, and how far that goes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.renew import NotRenewed, Renewed, renew
from jieyue.fees.joining import approve_application
from jieyue.kit.encryption import keyed_hash
from jieyue.libraries.actions import ForbiddenError
from jieyue.patrons.linking import (
    Allows,
    FamilyRulesSaved,
    LinkFault,
    LinkRefused,
    LinkSaved,
    answer_link,
    ask_link,
    change_link,
    end_link,
    link_guardian,
    make_link,
    set_family_rules,
    share_titles,
)
from jieyue.patrons.links import (
    Recipient,
    acting_for,
    children_of_phone,
    desk_for,
    links_of,
    people_for,
    recipients_of,
)
from jieyue.patrons.models import PatronLink
from tests.actions.joining_case import CHILD as APPLIES
from tests.actions.joining_case import open_form, send
from tests.world import World

CHILD = {"born_on": "2017-05-01", "group_name": "三年级2班"}


def linked(world: World, **values):
    """A mother, her child, and the link that staff made."""
    mother, child = world.patron("王芳"), world.patron("王小明", **CHILD)
    made = make_link(
        world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian", **values
    )
    assert isinstance(made, LinkSaved)
    return mother, child, made.link


def desk_of(world: World, mother, child):
    whom = acting_for(mother.pk, child.public_id, world.desk().today)
    assert whom is not None
    return desk_for(world.reader_desk(mother), whom)


def test_a_parent_renews_for_the_child_and_the_journal_says_who_did(world: World) -> None:
    mother, child, _ = linked(world)
    copy = world.copy()
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=child.card).results
    later = replace(desk_of(world, mother, child), now=world.now + timedelta(days=28))
    [result] = renew(later, loans=(lent.loan,)).results
    assert isinstance(result, Renewed)
    entry = Entry.objects.get(action="renew")
    assert (entry.patron_id, entry.acting_patron_id, entry.on_behalf) == (
        child.pk, mother.pk, "guardian",
    )  # fmt: skip


def test_who_acts_for_a_child_does_not_reach_their_own_loans_by_it(world: World) -> None:
    mother, child, _ = linked(world)
    copy = world.copy()
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=mother.card).results
    [result] = renew(desk_of(world, mother, child), loans=(lent.loan,)).results
    assert isinstance(result, NotRenewed)


def test_a_link_gives_no_more_than_it_says(world: World) -> None:
    mother, child, _ = linked(world, allows=Allows(renew=False, reserve=False))
    with pytest.raises(ForbiddenError):
        renew(desk_of(world, mother, child), loans=("AAAAAAAA",))


def test_another_readers_child_is_not_there(world: World) -> None:
    _, child, _ = linked(world)
    stranger = world.patron("李雷")
    assert acting_for(stranger.pk, child.public_id, world.desk().today) is None
    assert people_for(stranger.pk, world.desk().today) == []


def test_a_link_counts_until_its_last_day_and_ends_at_once_when_either_says_so(
    world: World,
) -> None:
    today = world.desk().today
    mother, child, link = linked(world, until=today)
    assert [one.name for one in people_for(mother.pk, today)] == ["王小明"]
    assert people_for(mother.pk, today + timedelta(days=1)) == []
    ended = end_link(world.reader_desk(child), link=link)
    assert ended == LinkSaved(link=link, is_confirmed=True, is_ended=True)
    assert people_for(mother.pk, today) == []
    assert PatronLink.objects.get().ended_by == "reader"


def test_a_stranger_neither_ends_nor_answers_a_link(world: World) -> None:
    _, _, link = linked(world)
    stranger = world.reader_desk(world.patron("李雷"))
    unknown = LinkRefused(faults=(LinkFault.LINK_UNKNOWN,))
    assert end_link(stranger, link=link) == unknown
    assert answer_link(stranger, link=link, agrees=True) == unknown
    assert share_titles(stranger, link=link, shares=True) == unknown


def test_who_acts_for_somebody_makes_no_links_in_their_name(world: World) -> None:
    mother, child, link = linked(world)
    acting = desk_of(world, mother, child)
    with pytest.raises(ForbiddenError):
        ask_link(acting, number="1", name="王芳", kind="helper")
    assert share_titles(acting, link=link, shares=True) == LinkRefused(
        faults=(LinkFault.LINK_UNKNOWN,)
    )


def test_a_helper_asks_and_the_reader_agrees(world: World) -> None:
    helper, old = world.patron("李雷"), world.patron("赵奶奶")
    asked = ask_link(world.reader_desk(helper), number=old.card, name="赵奶奶", kind="helper")
    assert isinstance(asked, LinkSaved)
    assert not asked.is_confirmed
    today = world.desk().today
    assert people_for(helper.pk, today) == []
    assert answer_link(world.reader_desk(helper), link=asked.link, agrees=True) == LinkRefused(
        faults=(LinkFault.NOT_ASKED,)
    )
    agreed = answer_link(world.reader_desk(old), link=asked.link, agrees=True)
    assert agreed == LinkSaved(link=asked.link, is_confirmed=True)
    [whom] = people_for(helper.pk, today)
    assert (whom.name, whom.kind, whom.shows_titles) == ("赵奶奶", "helper", False)
    share_titles(world.reader_desk(old), link=asked.link, shares=True)
    assert people_for(helper.pk, today)[0].shows_titles
    assert people_for(old.pk, today) == []  # it goes one way


@pytest.mark.parametrize("kind", ["teacher", "helper"])
def test_a_child_lets_no_stranger_act_for_it_under_another_name(world: World, kind: str) -> None:
    stranger, child = world.patron("陌生人"), world.patron("王小明", student_number="S7", **CHILD)
    asked = ask_link(world.reader_desk(stranger), number="S7", name="王小明", kind=kind)
    assert isinstance(asked, LinkSaved)
    assert answer_link(world.reader_desk(child), link=asked.link, agrees=True) == LinkRefused(
        faults=(LinkFault.STAFF_CONFIRM,)
    )
    assert people_for(stranger.pk, world.desk().today) == []


def test_staff_confirm_who_is_the_guardian_of_a_child(world: World) -> None:
    mother, child = world.patron("王芳"), world.patron("王小明", student_number="S7", **CHILD)
    asked = ask_link(world.reader_desk(mother), number="S7", name="王小明", kind="guardian")
    assert isinstance(asked, LinkSaved)
    assert answer_link(world.reader_desk(child), link=asked.link, agrees=True) == LinkRefused(
        faults=(LinkFault.STAFF_CONFIRM,)
    )
    confirmed = answer_link(world.desk(), link=asked.link, agrees=True)
    assert confirmed == LinkSaved(link=asked.link, is_confirmed=True)
    assert PatronLink.objects.get().confirmed_by == "staff"


def test_asking_tells_nobody_who_reads_here_and_ends_after_ten_tries(world: World) -> None:
    asker, child = (
        world.reader_desk(world.patron("李雷")),
        world.patron("王小明", student_number="S7"),
    )
    unknown = LinkRefused(faults=(LinkFault.READER_UNKNOWN,))
    for n in range(5):
        assert ask_link(asker, number="S7", name=f"王{n}", kind="helper") == unknown
        assert ask_link(asker, number=f"S{n}9", name="王小明", kind="helper") == unknown
    right = {"number": child.student_number, "name": "王小明", "kind": "helper"}
    assert ask_link(asker, **right) == LinkRefused(faults=(LinkFault.TRIED_TOO_OFTEN,))
    later = replace(asker, now=world.now + timedelta(hours=2))
    assert isinstance(ask_link(later, **right), LinkSaved)


def test_nobody_is_linked_twice_or_to_themselves(world: World) -> None:
    mother, child, _ = linked(world)
    desk = world.desk()
    again = make_link(
        desk, actor=mother.public_id, reader=child.public_id, kind="helper",
    )  # fmt: skip
    assert again == LinkRefused(faults=(LinkFault.LINKED_ALREADY,))
    alone = make_link(desk, actor=child.public_id, reader=child.public_id, kind="helper")
    assert alone == LinkRefused(faults=(LinkFault.LINK_OF_SELF,))
    gone = make_link(desk, actor="AAAAAAAA", reader=child.public_id, kind="helper")
    assert gone == LinkRefused(faults=(LinkFault.READER_UNKNOWN,))


def test_both_sides_see_the_link(world: World) -> None:
    mother, child, link = linked(world)
    today = world.desk().today
    [hers], [its] = links_of(mother.pk, today), links_of(child.pk, today)
    assert (hers.link, hers.reader_name, hers.is_mine) == (link, "王小明", True)
    assert (its.link, its.actor_name, its.is_mine) == (link, "王芳", False)


def test_a_guardian_who_is_no_reader_stands_on_the_link_with_a_number(world: World) -> None:
    child = world.patron("王小明", **CHILD)
    row = link_guardian(world.desk(), child, name="王芳", phone="138 0013 8000")
    assert row is not None
    assert (row.actor, row.guardian_name, row.guardian_phone) == (None, "王芳", "13800138000")
    assert link_guardian(world.desk(), child, name="王芳", phone="13800138000") is None
    today = world.desk().today
    assert children_of_phone("138-0013-8000", today) == [child.pk]
    assert children_of_phone("13800138001", today) == []
    assert recipients_of([child.pk], today, reached=())[child.pk] == (
        Recipient(patron_id=child.pk),
        Recipient(patron_id=None, link=row.public_id, name="王芳", phone="13800138000"),
    )


def test_a_guardian_who_reads_here_is_linked_as_that_reader(world: World) -> None:
    number = {"phone": "13800138000", "phone_hash": keyed_hash("13800138000")}
    mother, child = world.patron("王芳", **number), world.patron("王小明", **number, **CHILD)
    row = link_guardian(world.desk(), child, name="王芳", phone="13800138000")
    assert row is not None
    assert (row.actor, row.guardian_phone) == (mother, "")
    today = world.desk().today
    told = recipients_of([child.pk, mother.pk], today, reached=[mother.pk])
    assert [one.patron_id for one in told[child.pk]] == [child.pk, mother.pk]
    assert [one.patron_id for one in told[mother.pk]] == [mother.pk]
    both = recipients_of([child.pk], today, reached=[child.pk])
    assert [one.patron_id for one in both[child.pk]] == [child.pk]


def test_the_library_chooses_until_when_guardians_see_titles(world: World) -> None:
    mother, _, _ = linked(world)
    today = world.desk().today
    assert people_for(mother.pk, today)[0].shows_titles
    rules = {"guardians_until_age": 16, "reminds": "always", "readers_may_ask": False}
    saved = set_family_rules(world.desk(), titles_until_age=8, **rules)
    assert saved == FamilyRulesSaved(titles_until_age=8, guardians_until_age=16)
    assert not people_for(mother.pk, today)[0].shows_titles
    assert people_for(mother.pk, date(2033, 5, 1)) == []
    asked = ask_link(world.reader_desk(mother), number="1", name="x", kind="helper")
    assert asked == LinkRefused(faults=(LinkFault.ASKING_OFF,))
    wrong = set_family_rules(world.desk(), titles_until_age=17, **rules)
    assert wrong == LinkRefused(faults=(LinkFault.AGE_IMPOSSIBLE,))


def test_links_are_read_in_two_statements_for_any_number(
    world: World, django_assert_num_queries
) -> None:
    mother, _, _ = linked(world)
    ids = [mother.pk]
    for n in range(5):
        child = world.patron(f"孩{n}", **CHILD)
        ids.append(child.pk)
        make_link(world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian")
    today = world.desk().today
    with django_assert_num_queries(2):
        assert len(people_for(mother.pk, today)) == 6
    with django_assert_num_queries(2):
        recipients_of(ids, today, reached=())


def test_a_childs_guardian_who_reads_here_may_act_for_the_child(world: World) -> None:
    number = {"phone": "13900001111", "phone_hash": keyed_hash("13900001111")}
    father = world.patron("周建国", **number)
    open_form(world, asks={"phone": "off", "student_number": "required"})
    application = send(world, APPLIES, ways=("sms",)).application
    approve_application(world.desk(), application=application, may_be_same=True)

    [whom] = people_for(father.pk, world.desk().today)
    assert (whom.name, whom.kind, whom.may_borrow) == ("周小满", "guardian", False)


def test_staff_change_what_a_link_allows_and_nobody_else_does(world: World) -> None:
    mother, _child, link = linked(world)
    saved = change_link(world.desk(), link=link, allows=Allows(renew=False, borrow=True))

    assert isinstance(saved, LinkSaved)
    [whom] = people_for(mother.pk, world.desk().today)
    assert (whom.may_renew, whom.may_reserve, whom.may_borrow, whom.may_settle) == (
        False, True, True, False,
    )  # fmt: skip
    with pytest.raises(ForbiddenError):
        change_link(world.reader_desk(mother), link=link, allows=Allows(settle=True))
    end_link(world.desk(), link=link)
    assert change_link(world.desk(), link=link, allows=Allows()) == LinkRefused(
        faults=(LinkFault.LINK_UNKNOWN,)
    )
