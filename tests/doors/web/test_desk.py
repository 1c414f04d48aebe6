"""The desk in a browser, with htmx and without."""

import re
from datetime import timedelta

import pytest

from jieyue.accounts.models import Account
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from jieyue.libraries.models import Branch, Role
from jieyue.libraries.rules.permissions import LIBRARIAN, Permission
from tests.doors.web.desk_page import Desk, lend, open_loans

ISBN = "9787020002207"


@pytest.fixture
def desk(world, staff_client) -> Desk:
    return Desk(world, staff_client)


def test_the_page_is_ready_for_a_scan(world, desk) -> None:
    html = desk.open()

    assert "data-scan-field" in html
    assert re.search(r'name="idempotency_key" value="[0-9A-Z]{10}"', html)
    assert desk.state() == {"mode": ["auto"]}


def test_a_card_opens_the_reader_and_the_next_book_is_lent(world, desk) -> None:
    patron, copy = world.patron(), world.copy(parts="CD 1 张")

    opened = desk.scan(patron.card)
    lent = desk.scan(copy.barcode)

    assert (opened.status_code, lent.status_code) == (200, 200)
    assert desk.state()["reader"] == [patron.public_id]
    assert desk.tone == "look"  # something goes with it
    assert "CD 1 张" in desk.html
    assert open_loans() == {(copy.pk, patron.pk)}
    loan = Loan.objects.get()
    assert desk.state()["last"] == [f"checkout:{loan.public_id}"]
    assert f'id="loan-{loan.public_id}"' in desk.html
    assert lent.headers["HX-Replace-Url"] == desk.url(f"?reader={patron.public_id}")
    assert lent.headers["HX-Trigger-After-Settle"] == "desk-changed"


def test_a_book_on_loan_is_taken_back_at_once(world, desk) -> None:
    patron, copy, kept = world.patron(), world.copy(parts="地图 1 张"), world.copy()
    lend(world, copy, patron)
    lend(world, kept, patron)

    answer = desk.scan(copy.barcode)

    assert answer.status_code == 200
    assert desk.headline == "已还"
    assert "地图 1 张" in desk.html
    assert "林晓雨" in desk.html  # whose it was
    assert kept.title.name in desk.html  # and what else they have
    assert "reader" not in desk.state()  # but they are not served: the next book is not theirs
    assert open_loans() == {(kept.pk, patron.pk)}


def test_a_book_from_the_shelf_waits_for_a_card(world, desk) -> None:
    patron, copy = world.patron(), world.copy(shelf="A-07")

    desk.scan(copy.barcode)
    assert desk.tone == "look"
    assert "A-07" in desk.html
    assert desk.state()["copy"] == [copy.barcode]
    assert open_loans() == set()
    desk.scan(patron.card)

    assert open_loans() == {(copy.pk, patron.pk)}
    assert desk.state()["reader"] == [patron.public_id]
    assert "copy" not in desk.state()


def test_another_card_switches_the_reader(world, desk) -> None:
    first, second = world.patron("林晓雨"), world.patron("王小明")
    desk.scan(first.card)

    desk.scan(second.card)

    assert desk.state()["reader"] == [second.public_id]
    assert "林晓雨" not in desk.html


def test_a_second_pull_of_the_trigger_undoes_nothing(world, desk) -> None:
    patron, copy = world.patron(), world.copy()
    desk.scan(patron.card)

    desk.scan(copy.barcode)
    desk.scan(copy.barcode)

    assert desk.tone == "look"
    assert open_loans() == {(copy.pk, patron.pk)}
    desk.post("returns/", barcode=copy.barcode)
    desk.scan(copy.barcode)
    assert desk.tone == "look"
    assert open_loans() == set()


@pytest.mark.parametrize("htmx", [True, False])
def test_the_same_scan_sent_twice_is_done_once(world, desk, htmx) -> None:
    patron, copy = world.patron(), world.copy()
    desk.scan(patron.card)
    page = desk.html

    first = desk.scan(copy.barcode, key="enter", htmx=htmx)
    desk.html = page
    again = desk.scan(copy.barcode, key="enter", htmx=htmx)

    assert first.status_code == again.status_code
    if htmx:
        headline = re.search(r"<h2.*?</h2>", first.content.decode())[0]
        assert headline in again.content.decode()
    else:
        assert first.headers["Location"] == again.headers["Location"]
    assert Loan.objects.count() == 1


def test_a_return_sent_twice_is_one_return(world, desk) -> None:
    patron, copy = world.patron(), world.copy()
    lend(world, copy, patron)

    desk.scan(copy.barcode, key="enter")
    desk.html = ""
    desk.scan(copy.barcode, key="enter")

    assert desk.headline == "已还"
    assert "copy" not in desk.state()


def test_a_book_that_waited_is_lent_once_however_often_its_card_is_sent(world, desk) -> None:
    patron, copy = world.patron(), world.copy()
    desk.scan(copy.barcode)
    page = desk.html
    desk.scan(patron.card, key="enter")
    desk.html = page

    desk.scan(patron.card, key="enter")

    assert desk.headline == "已借出"
    assert Loan.objects.count() == 1


def test_a_key_with_other_input_is_refused(world, desk) -> None:
    patron = world.patron()
    desk.scan(patron.card)
    desk.scan(world.copy().barcode, key="enter")

    answer = desk.scan(world.copy().barcode, key="enter")

    assert answer.status_code == 422
    assert Loan.objects.count() == 1


def test_every_reason_is_said_and_the_right_waives_them(world, desk) -> None:
    world.policy(max_loans=0)
    patron = world.patron(frozen_at=world.now, frozen_reason="换班")
    copy = world.copy(standing="repair")
    desk.scan(patron.card)
    assert desk.tone == "look"  # nothing can be lent to them: said before the first book

    answer = desk.scan(copy.barcode)

    assert (answer.status_code, desk.tone) == (409, "refused")
    for words in ("停借：换班", "修补", "0 本"):
        assert words in desk.html
    codes = re.findall(r'name="override" value="(\w+)"', desk.html)
    assert codes == ["patron_frozen", "copy_in_repair", "patron_at_loan_limit"]
    assert open_loans() == set()
    desk.post("loans/", barcode=copy.barcode, override=codes)
    assert desk.headline == "已借出"
    assert open_loans() == {(copy.pk, patron.pk)}


def test_without_the_right_no_override_is_offered(world, desk) -> None:
    Role.objects.filter(code="owner").update(permissions=sorted(LIBRARIAN - {Permission.OVERRIDE}))
    world.policy(max_loans=0)
    desk.scan(world.patron().card)
    copy = world.copy()

    desk.scan(copy.barcode)

    assert "override" not in desk.html
    assert (
        desk.post("loans/", barcode=copy.barcode, override="patron_at_loan_limit").status_code
        == 403
    )


def test_lending_only_says_that_somebody_else_has_it(world, desk) -> None:
    copy, reader = world.copy(), world.patron("王小明")
    lend(world, copy, world.patron())
    desk.open(f"?mode=lend&reader={reader.public_id}")

    answer = desk.scan(copy.barcode)

    assert answer.status_code == 409
    assert desk.url("returns/") in desk.html  # what would help
    desk.post("returns/", barcode=copy.barcode)
    assert desk.url("loans/") in desk.html  # and then lend it


def test_returning_only_takes_everything_back(world, desk) -> None:
    patron, copy, shelved = world.patron(), world.copy(), world.copy()
    lend(world, copy, patron, ago=timedelta(seconds=5))
    desk.open(f"?mode=return&reader={patron.public_id}")

    desk.scan(copy.barcode)
    assert desk.headline == "已还"
    desk.scan(shelved.barcode)

    assert desk.tone == "look"
    assert open_loans() == set()


def test_an_overdue_book_of_another_branch_is_taken_back_with_notes(world, desk) -> None:
    east = Branch.objects.create(
        library_id=world.library.pk, code="east", name="东馆", created_at=world.now
    )
    copy = world.copy(branch=east)
    lend(world, copy, world.patron(), ago=timedelta(days=40))

    desk.scan(copy.barcode)

    assert desk.tone == "look"
    assert "逾期 10 天" in desk.html
    assert "东馆" in desk.html


def test_a_lost_copy_is_found(world, desk) -> None:
    copy = world.copy(standing="lost")

    desk.scan(copy.barcode)

    copy.refresh_from_db()
    assert copy.standing == "in_use"


def test_an_isbn_with_several_copies_offers_them_by_number(world, desk) -> None:
    title = world.title("红楼梦", isbn13=ISBN)
    copies, patron = [world.copy(title, shelf="B-1") for _ in range(3)], world.patron()
    desk.scan(patron.card)

    desk.scan(ISBN)
    assert desk.state()["option"] == [f"copy:{c.barcode}" for c in copies]
    desk.scan("2")

    assert open_loans() == {(copies[1].pk, patron.pk)}


def test_an_isbn_with_one_possible_copy_goes_on(world, desk) -> None:
    title = world.title("红楼梦", isbn13=ISBN)
    copy, patron = world.copy(title), world.patron()
    lend(world, world.copy(title), world.patron("王小明"))
    desk.scan(patron.card)

    desk.scan("978-7-02-000220-7", key="enter")
    desk.scan("978-7-02-000220-7", key="enter")

    assert (copy.pk, patron.pk) in open_loans()
    assert desk.headline == "已借出"


def test_a_reader_by_name_and_a_title_by_words(world, desk) -> None:
    patron = world.patron("王小明", name_key="王小明 wangxiaoming wxm")
    title = world.title("王子与贫儿")
    copy = world.copy(title)

    desk.scan("王")
    assert desk.state()["option"] == [f"patron:{patron.public_id}", f"title:{title.public_id}"]
    desk.post("scans/", pick=f"patron:{patron.public_id}")
    assert desk.state()["reader"] == [patron.public_id]
    desk.scan("王子")

    assert desk.state()["option"] == [f"title:{title.public_id}"]
    desk.scan("1")
    assert open_loans() == {(copy.pk, patron.pk)}


def test_a_loan_is_undone(world, desk) -> None:
    desk.scan(world.patron().card)
    desk.scan(world.copy().barcode)
    loan = Loan.objects.get()
    last = desk.state()["last"][0]
    desk.scan("nonsense")
    assert desk.state()["last"] == [last]  # a scan that does nothing keeps the step in reach

    desk.post(f"loans/{loan.public_id}/undo/", step="checkout")

    assert desk.headline == "已撤销"
    assert open_loans() == set()
    assert "last" not in desk.state()


def test_a_return_of_today_is_corrected_until_something_follows(world, desk) -> None:
    patron, copy = world.patron(), world.copy()
    lend(world, copy, patron)
    desk.scan(copy.barcode)
    loan = Loan.objects.get()
    page = desk.open()
    assert desk.url(f"loans/{loan.public_id}/undo/") in page

    desk.post(f"loans/{loan.public_id}/undo/", step="checkin")
    assert open_loans() == {(copy.pk, patron.pk)}
    checkin(world.desk(now=clock.now()), copy_barcodes=(copy.barcode,))
    lend(world, copy, world.patron("王小明"), ago=timedelta())

    again = Loan.objects.filter(ending="returned").get()
    page = desk.open()
    assert desk.url(f"loans/{again.public_id}/undo/") not in page
    assert desk.post(f"loans/{again.public_id}/undo/", step="checkin").status_code == 409


def test_a_renewal_is_offered_done_and_undone(world, desk) -> None:
    patron, copy = world.patron(), world.copy()
    loan = lend(world, copy, patron, ago=timedelta(days=10))
    due_at = Loan.objects.get().due_at
    desk.scan(patron.card)
    assert desk.url(f"loans/{loan}/renewals/") in desk.html

    desk.post(f"loans/{loan}/renewals/")
    assert Loan.objects.get().due_at > due_at
    desk.post(f"loans/{loan}/undo/", step="renewal")

    assert Loan.objects.get().due_at == due_at


def test_a_renewal_that_would_fail_is_not_offered_but_explained(world, desk) -> None:
    world.policy(max_renewals=0)
    patron = world.patron()
    loan = lend(world, world.copy(), patron, ago=timedelta(days=10))
    desk.scan(patron.card)
    assert desk.url("renewals/") not in re.sub(r'action="[^"]*"', "", desk.html, count=99)

    answer = desk.post(f"loans/{loan}/renewals/")

    assert (answer.status_code, desk.tone) == (409, "refused")
    assert "override" in desk.html


def test_all_that_can_be_renewed_is_renewed_at_once(world, desk) -> None:
    patron = world.patron()
    loans = [lend(world, world.copy(), patron, ago=timedelta(days=10)) for _ in range(3)]
    desk.scan(patron.card)

    answer = desk.post("renewals/", loan=loans)

    assert answer.status_code == 200
    assert set(Loan.objects.values_list("renewals", flat=True)) == {1}


def test_today_counts_what_was_lent_and_came_back(world, desk) -> None:
    patron, copies = world.patron(), [world.copy(), world.copy()]
    desk.scan(patron.card)
    for copy in copies:
        desk.scan(copy.barcode)
    desk.post("returns/", barcode=copies[0].barcode)

    part = desk.get(desk.url("today/")).content.decode()

    assert "今日借出 2 · 归还 1" in part
    assert copies[0].barcode in part


def test_a_closed_account_is_nobody(world, desk) -> None:
    Account.objects.update(is_active=False)

    assert desk.get(desk.url()).status_code == 303


def test_what_the_answer_says_is_not_said_again_beside_the_reader(world, desk) -> None:
    patron = world.patron()
    lend(world, world.copy(), patron, ago=timedelta(days=40))
    desk.scan(patron.card)

    desk.scan(world.copy().barcode)

    said = desk.html.count('<span class="font-semibold">有 1 本书逾期未还。</span>')
    assert (desk.tone, said) == ("refused", 1)


def test_groups_and_numbers_are_called_what_the_library_calls_them(world, desk) -> None:
    patron = world.patron(group_name="少儿读书会", student_number="A-17")
    desk.scan(patron.card)
    said = [word for word in ("组别", "编号", "班级") if f">{word}<" in desk.html]
    assert said == ["组别", "编号"]
