"""A parent's page of a child: loans, renewing, ending; and walls around everybody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from jieyue.patrons.linking import Allows, make_link
from jieyue.patrons.models import FamilyRules, PatronLink, StaffGroup
from tests.world import World

CHILD = {"group_name": "三年级2班"}


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"family:{name}", args=[world.library.slug, *args])


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def family(world: World):
    """A mother, her child with a loan that can be renewed, and the link."""
    world.policy(renewal_days=30)
    mother, child = world.patron("王芳"), world.patron("王小明", **CHILD)
    made = make_link(world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian")
    copy = world.copy(world.title("小王子"))
    past = world.desk(now=clock.now() - timedelta(days=25))
    checkout(past, copy_barcodes=(copy.barcode,), card_barcode=child.card)
    return mother, child, made.link, Loan.objects.get()


def test_a_parent_sees_what_the_child_has_and_renews_it(world, reader_client, family) -> None:
    mother, child, _, loan = family
    client = reader_client(mother)
    page = text(client.get(at(world, "person", child.public_id)))
    assert ("小王子" in page, "王小明" in page) == (True, True)
    before = loan.due_at
    client.post(at(world, "renew", child.public_id, loan.public_id))
    loan.refresh_from_db()
    assert loan.due_at > before
    entry = Entry.objects.get(action="renew")
    assert (entry.patron_id, entry.acting_patron_id) == (child.pk, mother.pk)


def test_the_switch_stands_above_my_own_loans(world, reader_client, family) -> None:
    mother, child, _, _ = family
    loans = reverse("reader:loans", args=[world.library.slug])
    assert at(world, "person", child.public_id) in text(reader_client(mother).get(loans))
    assert at(world, "person", child.public_id) not in text(reader_client(child).get(loans))


def test_titles_of_an_older_child_are_their_own(world, reader_client, family) -> None:
    mother, child, link, _ = family
    child.group_name = "高一2班"
    child.save()
    page = at(world, "person", child.public_id)
    client = reader_client(mother)
    assert "小王子" not in text(client.get(page))
    assert "小王子" not in text(client.post(page + "renewals/", follow=True))
    reader_client(child).post(at(world, "share", link), {"shares": "1"})
    assert "小王子" in text(reader_client(mother).get(page))


def test_a_stranger_meets_a_wall_everywhere(world, reader_client, family) -> None:
    _, child, link, loan = family
    client = reader_client(world.patron("李雷"))
    assert client.get(at(world, "person", child.public_id)).status_code == 404
    for address in (
        at(world, "renew_all", child.public_id),
        at(world, "renew", child.public_id, loan.public_id),
        at(world, "cancel_hold", child.public_id, "AAAAAAAA"),
        at(world, "end", link),
        at(world, "answer", link),
        at(world, "share", link),
    ):
        assert client.post(address).status_code == 404, address
    assert PatronLink.objects.get().ended_at is None


def test_a_parent_does_not_reach_other_loans_by_the_childs_page(
    world, reader_client, family
) -> None:
    mother, child, _, _ = family
    other = world.patron("别人")
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(world.copy().barcode,), card_barcode=other.card
    )
    loan = Loan.objects.get(patron=other)
    answer = reader_client(mother).post(at(world, "renew", child.public_id, loan.public_id))
    assert answer.status_code == 404


def test_what_the_link_does_not_allow_is_not_there(world, reader_client) -> None:
    helper, child = world.patron("李雷"), world.patron("王小明", **CHILD)
    make_link(
        world.desk(), actor=helper.public_id, reader=child.public_id, kind="helper",
        allows=Allows(renew=False, reserve=False),
    )  # fmt: skip
    client = reader_client(helper)
    assert client.post(at(world, "renew_all", child.public_id)).status_code == 404
    assert client.post(at(world, "cancel_hold", child.public_id, "AAAAAAAA")).status_code == 404


def test_asking_answering_and_ending_by_the_pages(world, reader_client) -> None:
    helper, old = world.patron("李雷"), world.patron("赵奶奶")
    asking = {"number": old.card, "name": "赵奶奶", "kind": "helper"}
    wrong = reader_client(helper).post(at(world, "ask"), asking | {"name": "钱"})
    assert wrong.status_code == 409
    assert reader_client(helper).post(at(world, "ask"), asking).status_code == 303
    link = PatronLink.objects.get()
    assert at(world, "answer", link.public_id) in text(reader_client(old).get(at(world, "home")))
    reader_client(old).post(at(world, "answer", link.public_id), {"agrees": "1"})
    assert reader_client(helper).get(at(world, "person", old.public_id)).status_code == 200
    reader_client(old).post(at(world, "end", link.public_id))
    assert reader_client(helper).get(at(world, "person", old.public_id)).status_code == 404


def staff_at(world: World, name: str, *args: str) -> str:
    return reverse(f"links:{name}", args=[world.library.slug, *args])


def test_staff_make_confirm_and_end_links(world, staff_client, reader_client) -> None:
    mother, child = world.patron("王芳"), world.patron("王小明", student_number="S7", **CHILD)
    asking = {"number": "S7", "name": "王小明", "kind": "guardian"}
    reader_client(mother).post(at(world, "ask"), asking)
    link = PatronLink.objects.get()
    change = staff_at(world, "change", child.public_id, link.public_id)
    assert change in text(staff_client.get(staff_at(world, "reader", child.public_id)))
    staff_client.post(change, {"do": "confirm"})
    link.refresh_from_db()
    assert link.confirmed_by == "staff"
    staff_client.post(change, {"do": "allow", "may_borrow": "1"})
    link.refresh_from_db()
    assert (link.may_renew, link.may_reserve, link.may_borrow) == (False, False, True)
    staff_client.post(change, {"do": "end"})
    link.refresh_from_db()
    assert link.ended_by == "staff"
    made = {"who": mother.card, "kind": "guardian", "may_renew": "1"}
    answer = staff_client.post(staff_at(world, "make", child.public_id), made)
    assert answer.status_code == 303
    again = PatronLink.objects.get(ended_at=None)
    assert (again.actor, again.may_renew, again.may_reserve) == (mother, True, False)
    nobody = staff_client.post(staff_at(world, "make", child.public_id), made | {"who": "无人"})
    assert nobody.status_code == 409


def test_the_library_chooses_family_rules_and_teachers(world, staff_client) -> None:
    world.patron("王小明", **CHILD)
    rules = staff_at(world, "rules")
    sent = {"titles": "10", "guardians": "16", "remind": "always"}
    assert staff_client.post(rules, sent).status_code == 303
    assert FamilyRules.objects.get().titles_until_age == 10
    assert staff_client.post(rules, sent | {"titles": "17"}).status_code == 409
    assert staff_client.post(rules, sent | {"titles": "x"}).status_code == 409
    teachers = staff_at(world, "teachers")
    assert CHILD["group_name"] in text(staff_client.get(teachers))
    login = world.staff.account.login
    staff_client.post(teachers, {"login": login, "group": [CHILD["group_name"]]})
    assert StaffGroup.objects.get().group_name == CHILD["group_name"]
    staff_client.post(teachers, {"login": login})
    assert not StaffGroup.objects.exists()


def test_staff_see_what_waits_for_a_yes_and_answer_it_there(
    world, reader_client, staff_client
) -> None:
    mother, child = world.patron("王芳"), world.patron("王小明", student_number="S1", **CHILD)
    waiting = reverse("links:waiting", args=[world.library.slug])
    patrons = reverse("patrons:list", args=[world.library.slug])
    assert "没有等待确认的" in text(staff_client.get(waiting))
    assert waiting not in text(staff_client.get(patrons))
    asked = {"number": "S1", "name": "王小明", "kind": "guardian"}
    reader_client(mother).post(at(world, "ask"), asked)
    link = PatronLink.objects.get()

    page = text(staff_client.get(waiting))
    assert ("王芳" in page, "王小明" in page, "未满 14 周岁" in page) == (True, True, True)
    assert waiting in text(staff_client.get(patrons))
    path = reverse("links:change", args=[world.library.slug, child.public_id, link.public_id])
    answer = staff_client.post(path, {"do": "confirm", "from": "waiting"})
    assert answer.headers["Location"] == waiting
    link.refresh_from_db()
    assert link.confirmed_by == "staff"
    assert "王芳" not in text(staff_client.get(waiting))
