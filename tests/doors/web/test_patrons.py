"""The readers' staff pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.fees.actions import charge
from jieyue.fees.models import LedgerLine
from jieyue.kit import clock
from jieyue.kit.scope import library_scope
from jieyue.libraries.models import Role
from jieyue.libraries.numbers import barcode
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Card, Patron, PatronCategory
from tests.world import World

POSTS = ["suspension", "lift", "card", "card_lost", "card_found", "validity", "password"]
MONEY = ["charges", "payments", "waivers", "refunds"]


@pytest.fixture
def world(db):
    """A library whose time is now, since pages read the clock. The first request ends its scope."""
    made = World(now=clock.now())
    with library_scope(made.library.pk):
        yield made


def address(world: World, name: str, *args: str) -> str:
    return reverse(f"patrons:{name}", args=[world.library.slug, *args])


def fresh(row):
    return type(row).across_libraries.get(pk=row.pk)


def rights(world: World, *permissions: Permission) -> None:
    Role.across_libraries.filter(library_id=world.library.pk).update(
        permissions=[permission.value for permission in permissions]
    )


def lend(world: World, patron, *, days_ago: int = 0) -> str:
    desk = world.desk(now=world.now - timedelta(days=days_ago))
    done = checkout(desk, copy_barcodes=(world.copy().barcode,), card_barcode=patron.card)
    loan: str = done.results[0].loan
    return loan


def test_the_first_page_invites_to_add_somebody(world: World, staff_client) -> None:
    page = staff_client.get(address(world, "list"))
    assert page.status_code == 200
    assert address(world, "add") in page.text


def test_the_list_shows_what_matters_and_masks_phones(world: World, staff_client) -> None:
    patron = world.patron("曾子涵", name_key="|曾子涵|", phone="13812341234", frozen_at=world.now)
    lend_to = world.patron("王小明", name_key="|王小明|")
    lend(world, lend_to, days_ago=40)
    charge(world.desk(), patron=lend_to.public_id, amount_cents=250, reason="x")

    page = staff_client.get(address(world, "list"))

    assert "138****1234" in page.text and "13812341234" not in page.text
    assert "已停借" in page.text and "1 本逾期" in page.text and "¥2.50" in page.text
    found = staff_client.get(address(world, "list"), {"q": "曾子涵"})
    assert address(world, "patron", patron.public_id) in found.text
    assert "王小明" not in found.text


def test_typing_changes_the_results_alone(world: World, staff_client) -> None:
    world.patron("曾子涵", name_key="|zzh|")
    part = staff_client.get(address(world, "list"), {"q": "zzh"}, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="results"')
    assert "曾子涵" in part.text


def test_a_scanned_card_leads_to_its_reader(world: World, staff_client) -> None:
    patron = world.patron()
    page = staff_client.get(address(world, "list"), {"q": patron.card})
    assert page.status_code == 303
    assert page.headers["Location"] == address(world, "patron", patron.public_id)


@pytest.mark.parametrize(
    "query", ["q=\x00", "q=" + "长" * 5000, "page=0", "page=x", "page=" + "9" * 99]
)
def test_odd_questions_get_an_answer(world: World, staff_client, query) -> None:
    world.patron()
    assert staff_client.get(f"{address(world, 'list')}?{query}").status_code == 200


def test_a_reader_is_added_with_a_name(world: World, staff_client) -> None:
    assert staff_client.get(address(world, "add")).status_code == 200

    done = staff_client.post(
        address(world, "add"), {"name": "林晓雨", "category": "adult", "password": "long enough"}
    )

    patron = Patron.across_libraries.get()
    assert done.status_code == 303
    assert done.headers["Location"] == address(world, "patron", patron.public_id)
    assert patron.account_id is not None
    page = staff_client.get(done.headers["Location"])
    assert barcode("card", 1) in page.text and "林晓雨" in page.text


def test_the_next_reader_of_a_class_keeps_class_and_card_type(world: World, staff_client) -> None:
    data = {"name": "林晓雨", "category": "adult", "group_name": "三（1）班", "another": "1"}
    done = staff_client.post(address(world, "add"), data)
    assert done.headers["Location"].startswith(address(world, "add") + "?")
    assert "三（1）班" in staff_client.get(done.headers["Location"]).text


def test_a_double_click_adds_one_reader(world: World, staff_client) -> None:
    data = {"name": "林晓雨", "category": "adult", "idempotency_key": uuid4().hex}
    first = staff_client.post(address(world, "add"), data)
    again = staff_client.post(address(world, "add"), data)
    assert first.headers["Location"] == again.headers["Location"]
    assert Patron.across_libraries.count() == 1

    other = staff_client.post(address(world, "add"), data | {"name": "别人"})
    assert other.status_code == 422
    assert "别人" in other.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "长" * 10_000},
        {"category": "nobody"},
        {"expires_on": "昨天"},
        {"password": "short"},
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed(world: World, staff_client, wrong) -> None:
    data = {"name": "林晓雨", "category": "adult", "note": "😀𠮷"} | wrong
    page = staff_client.post(address(world, "add"), data)
    assert page.status_code == 422
    assert "😀𠮷" in page.text and "field-error" in page.text
    assert not Patron.across_libraries.exists()


def test_a_refusal_stands_beside_its_field_and_leads_on(world: World, staff_client) -> None:
    copy, there = world.copy(), world.patron(student_number="20260001")
    data = {
        "name": "林晓雨",
        "category": "adult",
        "student_number": "20260001",
        "card_barcode": copy.barcode,
    }
    page = staff_client.post(address(world, "add"), data)
    assert page.status_code == 409
    assert "这是本馆一本书的条码" in page.text
    assert address(world, "patron", there.public_id) in page.text
    assert Patron.across_libraries.count() == 1


def test_somebody_of_the_same_name_and_phone_is_asked_about(world: World, staff_client) -> None:
    data = {"name": "林晓雨", "category": "adult", "phone": "13812341234"}
    staff_client.post(address(world, "add"), data)

    asked = staff_client.post(address(world, "add"), data)
    assert asked.status_code == 409
    assert 'name="may_be_same"' in asked.text
    assert Patron.across_libraries.count() == 1

    done = staff_client.post(address(world, "add"), data | {"may_be_same": "on"})
    assert done.status_code == 303
    assert Patron.across_libraries.count() == 2


def test_editing_keeps_the_branch_that_was_not_asked(world: World, staff_client) -> None:
    patron = world.patron(phone="13812341234")
    page = staff_client.get(address(world, "edit", patron.public_id))
    assert "13812341234" in page.text

    url = address(world, "edit", patron.public_id)
    done = staff_client.post(url, {"name": "曾晓雨", "category": "adult"})
    assert done.status_code == 303
    assert (fresh(patron).name, fresh(patron).branch_id) == ("曾晓雨", world.branch.pk)
    assert staff_client.post(url, {"name": ""}).status_code == 422


def test_the_page_shows_loans_dues_history_and_what_happened(world: World, staff_client) -> None:
    world.policy(max_overdue=5)
    patron = world.patron(note="家长电话下午打", phone="13812341234")
    lend(world, patron, days_ago=40)
    renewable = lend(world, patron, days_ago=20)
    charge(world.desk(), patron=patron.public_id, amount_cents=3500, reason="图书损坏")

    page = staff_client.get(address(world, "patron", patron.public_id))

    assert page.status_code == 200
    for words in ("13812341234", "家长电话下午打", "逾期", "图书损坏", "¥35.00", "借书"):
        assert words in page.text
    assert f'value="{renewable}"' in page.text
    assert "仍然续借" in page.text  # the overdue one, by name of whoever does it
    dialog = staff_client.get(address(world, "patron", patron.public_id), {"do": "payments"})
    assert 'id="payments" class="modal"' in dialog.text and "data-open-now" in dialog.text


def test_who_may_only_look_sees_no_whole_phone_and_no_buttons(world: World, staff_client) -> None:
    rights(world, Permission.PATRON_VIEW)
    patron = world.patron(phone="13812341234", email="li@example.cn")

    page = staff_client.get(address(world, "patron", patron.public_id))

    assert "138****1234" in page.text
    assert "13812341234" not in page.text and "li@example.cn" not in page.text
    assert (
        '<dialog id="card"' not in page.text and "payments" not in page.text.split("<datalist")[0]
    )
    for name in POSTS + MONEY + ["renewals"]:
        assert staff_client.post(address(world, name, patron.public_id)).status_code == 403
    assert staff_client.get(address(world, "add")).status_code == 403


def test_a_helper_opens_none_of_it(world: World, helper_client) -> None:
    patron = world.patron()
    for url in (
        address(world, "list"),
        address(world, "patron", patron.public_id),
        address(world, "history", patron.public_id),
    ):
        assert helper_client.get(url).status_code == 403


def test_suspending_and_lifting(world: World, staff_client) -> None:
    patron = world.patron()
    page = address(world, "patron", patron.public_id)

    empty = staff_client.post(address(world, "suspension", patron.public_id), {"reason": " "})
    assert empty.status_code == 422 and "data-open-now" in empty.text

    url = address(world, "suspension", patron.public_id)
    assert staff_client.post(url, {"reason": "押金未交"}).headers["Location"] == page
    assert fresh(patron).frozen_reason == "押金未交"
    assert "押金未交" in staff_client.get(page).text
    staff_client.post(address(world, "lift", patron.public_id))
    assert fresh(patron).frozen_at is None


def test_a_lost_card_a_found_one_and_a_new_one(world: World, staff_client) -> None:
    patron = world.patron(card="777")
    staff_client.post(address(world, "card_lost", patron.public_id))
    assert Card.across_libraries.get().lost_at is not None
    staff_client.post(address(world, "card_found", patron.public_id))
    assert Card.across_libraries.get().lost_at is None

    refused = staff_client.post(address(world, "card", patron.public_id), {"card_barcode": "777"})
    assert refused.status_code == 409
    assert "这个卡号用过了" in refused.text and "data-open-now" in refused.text
    staff_client.post(address(world, "card", patron.public_id), {"card_barcode": "888"})
    assert Card.across_libraries.get(ended_at=None).barcode == "888"


def test_no_card_to_lose_is_said(world: World, staff_client) -> None:
    patron = world.patron()
    Card.across_libraries.update(ended_at=world.now)
    page = staff_client.post(address(world, "card_lost", patron.public_id))
    assert page.status_code == 409
    assert "目前没有卡" in page.text


def test_extending_says_until_when_and_what_it_costs(world: World, staff_client) -> None:
    paid = PatronCategory.across_libraries.create(
        library=world.library, code="paid", name="校外", valid_months=12, yearly_fee_cents=2000
    )
    today = world.desk().today
    patron = world.patron(category=paid, expires_on=today - timedelta(days=1))
    assert "已过期" in staff_client.get(address(world, "patron", patron.public_id)).text

    done = staff_client.post(address(world, "validity", patron.public_id))

    assert done.status_code == 303
    assert fresh(patron).expires_on > today
    assert LedgerLine.across_libraries.get().amount_cents == 2000
    past = {"expires_on": (today - timedelta(days=1)).isoformat()}
    assert staff_client.post(address(world, "validity", patron.public_id), past).status_code == 409


def test_a_password_of_eight_characters(world: World, staff_client) -> None:
    patron = world.patron()
    url = address(world, "password", patron.public_id)
    assert staff_client.post(url, {"password": "short"}).status_code == 422
    assert staff_client.post(url, {"password": "long enough"}).status_code == 303
    assert fresh(patron).account_id is not None


def test_renewing_one_all_and_none(world: World, staff_client) -> None:
    world.policy(max_overdue=5)
    patron, other = world.patron(), world.patron()
    first, second = lend(world, patron, days_ago=20), lend(world, patron, days_ago=20)
    late, theirs = lend(world, patron, days_ago=40), lend(world, other)
    url = address(world, "renewals", patron.public_id)

    assert staff_client.post(url, {"loan": [first, second]}).status_code == 303
    assert Loan.across_libraries.filter(renewals=1).count() == 2
    refused = staff_client.post(url, {"loan": [late]})
    assert refused.status_code == 409
    assert "没有续借" in refused.text
    assert staff_client.post(url, {"loan": [theirs]}).status_code == 404
    assert staff_client.post(url).status_code == 404
    assert staff_client.post(url, {"loan": [late], "override": "nonsense"}).status_code == 404
    done = staff_client.post(url, {"loan": [late], "override": "loan_overdue"})
    assert done.status_code == 303
    assert Loan.across_libraries.get(public_id=late).renewals == 1


def test_the_history_turns_its_pages(world: World, staff_client) -> None:
    world.policy(max_loans=99)
    patron = world.patron()
    copies = tuple(world.copy().barcode for _ in range(26))
    desk = world.desk(now=world.now - timedelta(days=3))
    checkout(desk, copy_barcodes=copies, card_barcode=patron.card)
    checkin(world.desk(now=world.now - timedelta(days=1)), copy_barcodes=copies)

    page = staff_client.get(address(world, "history", patron.public_id))
    assert "已还 26 本" in page.text and "page=2" in page.text
    second = staff_client.get(address(world, "history", patron.public_id), {"page": "2"})
    assert second.text.count('class="code t2 text-sm"') == 1
    assert (
        staff_client.get(f"{address(world, 'history', patron.public_id)}?page=x").status_code == 200
    )


def test_another_librarys_reader_is_not_here(world: World, staff_client) -> None:
    elsewhere = World(slug="elsewhere", now=world.now)
    with library_scope(elsewhere.library.pk):
        patron = elsewhere.patron()
    for name in ("patron", "edit", "history"):
        assert staff_client.get(address(world, name, patron.public_id)).status_code == 404
    for name in [*POSTS, *MONEY, "renewals", "edit"]:
        data = {"reason": "x", "password": "long enough", "amount_cents": "1", "name": "x"}
        assert staff_client.post(address(world, name, patron.public_id), data).status_code == 404
    assert "elsewhere" not in staff_client.get(address(world, "list")).text


def test_what_stops_a_reader_is_said_once_and_not_at_each_book(world: World, staff_client) -> None:
    patron = world.patron()
    lend(world, patron, days_ago=1)
    lend(world, patron, days_ago=40)

    page = staff_client.get(address(world, "patron", patron.public_id)).text

    assert page.count("有 1 本书逾期未还。") == 1
    assert page.count("仍然续借") == 2
