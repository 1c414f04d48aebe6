"""Reserving and borrowing without staff for somebody else: within the link, and no further."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.circulation.actions.self_checkout import self_checkout
from jieyue.circulation.models import Hold, Loan, Receipt
from jieyue.circulation.queries.self_service import self_rules
from jieyue.circulation.rules.self_service import door_code
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.patrons.linking import Allows, end_link, make_link
from tests.self_service import allow, at_the_door, being
from tests.world import World

CODE = "bg-white rounded-box"  # the frame of a receipt's code


def at(world: World, name: str, *args: str) -> str:
    return reverse(name, args=[world.library.slug, *args])


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def family(world: World):
    """A mother, her child, and the link: she may reserve and borrow."""
    world.policy()
    mother, child = world.patron("王芳"), world.patron("王小明", group_name="三年级2班")
    made = make_link(
        world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian",
        allows=Allows(borrow=True),
    )  # fmt: skip
    return mother, child, made.link


@pytest.fixture
def mother(family, reader_client):
    """The mother's browser."""
    return reader_client(family[0])


def choose(world: World, client, reader: str, back: str = ""):
    return client.post(at(world, "family:choose"), {"reader": reader, "next": back})


def through_the_door(world: World, client) -> None:
    rules = self_rules(world.branch.pk)
    assert rules is not None
    assert (
        client.get(at(world, "selfservice:here", door_code(rules, clock.now()))).status_code == 303
    )


def scan(world: World, client, barcode: str, whom: str = "", key: str = "k1"):
    return client.post(
        at(world, "selfservice:scan"),
        {"scan": barcode, "do": "borrow", "for": whom},
        headers={"Idempotency-Key": key, "Jieyue-Scan": "1"},
    )


# --- Reserving ------------------------------------------------------------------------------------


def test_a_book_is_reserved_for_the_child_and_the_journal_says_by_whom(
    world, family, mother
) -> None:
    parent, child, _ = family
    title = world.copy(world.title("小王子")).title
    there = at(world, "reader:title", title.public_id)
    before = text(mother.get(there))
    assert "王小明" in before and "为王小明预约" not in before

    answer = choose(world, mother, child.public_id, there)
    assert (answer.status_code, answer["Location"]) == (303, there)
    page = text(mother.get(there))
    assert "为王小明预约" in page and f'name="for" value="{child.public_id}"' in page
    other = world.copy(world.title("活着")).title  # remembered for the next book
    assert "为王小明预约" in text(mother.get(at(world, "reader:title", other.public_id)))

    placed = mother.post(
        at(world, "reader:place_hold", title.public_id), {"pickup": "main", "for": child.public_id}
    )
    assert placed["Location"] == at(world, "family:person", child.public_id)
    [hold] = Hold.objects.all()
    entry = Entry.objects.get(action="place_hold")
    assert (hold.patron_id, entry.patron_id, entry.acting_patron_id, entry.on_behalf) == (
        child.pk, child.pk, parent.pk, "guardian",
    )  # fmt: skip
    assert "已为王小明预约这本书" in text(mother.get(there))
    choose(world, mother, "")
    assert "已为王小明预约这本书" not in text(mother.get(there))


def test_what_the_form_says_counts_not_what_was_chosen_since(world, family, mother) -> None:
    parent, child, _ = family
    title = world.copy().title
    choose(world, mother, child.public_id)
    mother.post(at(world, "reader:place_hold", title.public_id), {"pickup": "main", "for": ""})
    assert Hold.objects.get().patron_id == parent.pk


@pytest.mark.parametrize("why", ["stranger", "ended", "grown_up", "elsewhere"])
def test_for_nobody_whom_i_do_not_act_for(world, family, mother, why: str) -> None:
    _, child, link = family
    copy = world.copy()
    allow(world)
    choose(world, mother, child.public_id)
    whom = child.public_id
    if why == "stranger":
        whom = world.patron("李雷").public_id
    elif why == "ended":
        end_link(world.desk(), link=link)
    elif why == "grown_up":
        child.born_on = (world.desk().today - timedelta(days=366 * 19)).isoformat()
        child.save()
    else:
        other = World(slug="southfield")
        with library_scope(other.library.pk):
            whom = other.patron("别馆的孩子").public_id

    through_the_door(world, mother)
    place = at(world, "reader:place_hold", copy.title.public_id)
    said = text(mother.post(place, {"pickup": "main", "for": whom}, follow=True))
    scanned = scan(world, mother, copy.barcode, whom)

    assert "您已不能代这位读者办理" in said
    assert scanned.status_code == 409 and "您已不能代这位读者办理" in text(scanned)
    assert (Hold.objects.count(), Loan.objects.count()) == (0, 0)
    if why in ("ended", "grown_up"):  # chosen before, and over now
        page = text(mother.get(at(world, "selfservice:scan")))
        assert "您已不能代这位读者办理" in page and "data-self-scan" not in page
        choose(world, mother, "")
        assert "data-self-scan" in text(mother.get(at(world, "selfservice:scan")))


def test_without_the_right_the_page_says_who_can_give_it(world, reader_client) -> None:
    world.policy()
    allow(world)
    aunt, child = world.patron("李阿姨"), world.patron("王小明")
    make_link(
        world.desk(), actor=aunt.public_id, reader=child.public_id, kind="helper",
        allows=Allows(reserve=False),
    )  # fmt: skip
    client, copy = reader_client(aunt), world.copy()
    choose(world, client, child.public_id)
    through_the_door(world, client)

    title = text(client.get(at(world, "reader:title", copy.title.public_id)))
    page = text(client.get(at(world, "selfservice:scan")))
    assert "您还不能代王小明预约" in title and "由图书馆开通" in title
    assert "您还不能代王小明借书" in page and "data-self-scan" not in page
    assert scan(world, client, copy.barcode, child.public_id).status_code == 409
    client.post(
        at(world, "reader:place_hold", copy.title.public_id),
        {"pickup": "main", "for": child.public_id},
    )
    assert (Hold.objects.count(), Loan.objects.count()) == (0, 0)


def test_a_reason_that_tells_what_an_older_child_reads_is_not_told(world, family, mother) -> None:
    _, child, _ = family
    child.group_name = "高一2班"
    child.save()
    title = world.copy().title
    world.hold(child, title)
    choose(world, mother, child.public_id)

    page = text(mother.get(at(world, "reader:title", title.public_id)))
    said = text(
        mother.post(
            at(world, "reader:place_hold", title.public_id),
            {"pickup": "main", "for": child.public_id}, follow=True,
        )
    )  # fmt: skip
    assert "现在不能为王小明办理" in page and "已为王小明预约这本书" not in page
    assert "原因属于本人隐私" in said
    assert Hold.objects.count() == 1


# --- Borrowing ------------------------------------------------------------------------------------


def test_a_book_is_borrowed_for_the_child_and_the_parent_shows_the_receipt(
    world, family, mother
) -> None:
    parent, child, _ = family
    allow(world)
    copy = world.copy(world.title("小王子"))
    through_the_door(world, mother)
    choose(world, mother, child.public_id)
    page = text(mother.get(at(world, "selfservice:scan")))
    assert f'name="for" value="{child.public_id}"' in page and 'aria-pressed="true"' in page

    done, again = (scan(world, mother, copy.barcode, child.public_id) for _ in "ab")

    assert "已为王小明借到" in text(done) and text(done) == text(again)
    [loan] = Loan.objects.all()
    entry = Entry.objects.get(action="checkout")
    assert (loan.patron_id, entry.acting_patron_id, entry.on_behalf, entry.door) == (
        child.pk, parent.pk, "guardian", "reader",
    )  # fmt: skip
    shown = at(world, "selfservice:receipt", Receipt.objects.get().public_id)
    receipt = text(mother.get(shown))
    assert (CODE in receipt, "小王子" in receipt, "王小明" in receipt) == (True, True, True)


def test_my_own_and_the_childs_books_are_on_receipts_of_their_own(world, family, mother) -> None:
    parent, child, _ = family
    allow(world)
    through_the_door(world, mother)
    for key, whom in (("a", ""), ("b", child.public_id)):
        assert scan(world, mother, world.copy().barcode, whom, key).status_code == 200
    owners = set(Receipt.objects.values_list("patron_id", flat=True))
    assert owners == {parent.pk, child.pk}


def test_titles_of_an_older_child_are_not_on_the_receipt_that_a_parent_shows(
    world, family, mother, reader_client
) -> None:
    _, child, link = family
    child.group_name = "高一2班"
    child.save()
    allow(world)
    own = world.copy(world.title("只有我知道"))
    now = clock.now()
    desk = being(at_the_door(world, child), until=now + timedelta(minutes=5))
    self_checkout(replace(desk, now=now), scan=own.barcode)
    shown = at(world, "selfservice:receipt", Receipt.objects.get().public_id)
    choose(world, mother, child.public_id)

    assert "只有我知道" in text(reader_client(child).get(shown))
    assert "只有我知道" not in text(mother.get(shown)) and CODE in text(mother.get(shown))
    assert "只有我知道" not in text(mother.get(at(world, "selfservice:scan")))
    end_link(world.desk(), link=link)
    assert CODE not in text(mother.get(shown))


def test_a_return_is_nobodys_in_particular(world, family, mother) -> None:
    _, child, _ = family
    allow(world)
    choose(world, mother, child.public_id)
    page = text(mother.get(at(world, "selfservice:scan") + "?do=return"))
    assert 'name="for"' not in page


def test_a_choice_leads_nowhere_else(world, family, mother) -> None:
    answer = choose(world, mother, family[1].public_id, "https://example.com/")
    assert answer["Location"] == at(world, "family:home")


def test_who_acts_for_many_chooses_from_a_list(world, family, mother) -> None:
    parent, *_ = family
    children = [world.patron(f"张小{number}") for number in range(6)]
    for child in children:
        make_link(
            world.desk(), actor=parent.public_id, reader=child.public_id, kind="helper"
        )  # fmt: skip
    there = at(world, "reader:title", world.copy().title.public_id)

    assert f'<option value="{children[5].public_id}"' in text(mother.get(there))
    choose(world, mother, children[5].public_id)
    page = text(mother.get(there))
    assert "为张小5预约" in page and f'value="{children[5].public_id}" selected' in page
