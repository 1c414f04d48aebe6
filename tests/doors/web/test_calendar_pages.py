"""Vacations, last days of term and closures: looked at first, then saved."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Closure, Loan, TermEnd, Vacation
from jieyue.kit import clock
from jieyue.libraries.models import SpecialDays
from tests.doors.web.pages import text_of
from tests.world import World

PAGES = ["vacations", "new_vacation", "closures"]


def at(world: World, name: str, *args: str) -> str:
    return reverse(f"settings:{name}", args=[world.library.slug, *args])


def seen_in(answer) -> str:
    return re.search(r'name="seen" value="([^"]*)"', answer.content.decode())[1]


def shown_in(answer) -> dict[str, str]:
    """Return what the fields hold as the page shows them, as a browser would send it again."""
    page = answer.content.decode()
    chosen = {
        name: re.search(r'value="([^"]*)" selected', options)[1]
        for name, options in re.findall(r'(?s)<select name="(\w+)"(.*?)</select>', page)
        if " selected" in options
    }
    inputs = (re.findall(r'([\w-]+)="([^"]*)"', tag) for tag in re.findall(r"<input([^>]*)>", page))
    named = [given for given in map(dict, inputs) if "name" in given]
    typed = {given["name"]: given.get("value", "") for given in named}
    return typed | chosen


@pytest.fixture
def loan(world: World) -> Loan:
    """A loan due in 30 days."""
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(world.copy().barcode,),
        card_barcode=world.patron().card,
    )  # fmt: skip
    return Loan.objects.get()


def due_on(world: World, loan: Loan):
    loan.refresh_from_db()
    return loan.due_at.astimezone(world.desk().zone).date()


def vacation_form(on, **changes) -> dict[str, str]:
    values = {
        "name": "寒假", "branch": "*", "starts_on": on - timedelta(2), "ends_on": on + timedelta(2),
        "moves": "due", "due_on": on + timedelta(9), "late_days": "never", "extra_loans": "2",
    }  # fmt: skip
    return {name: str(value) for name, value in (values | changes).items()}


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_open(world: World, staff_client, helper_client, name: str) -> None:
    assert staff_client.get(at(world, name)).status_code == 200
    assert helper_client.get(at(world, name)).status_code == 403


def test_a_vacation_is_shown_first_then_saved_then_changed(
    world: World, staff_client, loan: Loan
) -> None:
    was = due_on(world, loan)
    form = vacation_form(was)

    look = staff_client.post(at(world, "new_vacation"), form)
    assert look.status_code == 200
    assert "假期中到期的 1 册改为" in text_of(look)
    assert "会通知 1 位读者" in text_of(look)
    assert not Vacation.objects.exists()

    saved = staff_client.post(at(world, "new_vacation"), form | {"seen": seen_in(look)})
    assert saved.status_code == 303
    row = Vacation.objects.get()
    assert due_on(world, loan) == was + timedelta(9)
    assert "每位读者可多借 2 册" in text_of(staff_client.get(at(world, "vacations")))

    form = vacation_form(was, name="长寒假")
    del form["branch"]
    page = staff_client.get(at(world, "vacation", row.public_id))
    assert 'value="寒假"' in page.content.decode()
    # Browsers show a date in a field only if it is written like this.
    kept = {name: str(row.__dict__[name]) for name in ("starts_on", "ends_on", "due_on")}
    assert shown_in(page) == shown_in(page) | kept
    look = staff_client.post(at(world, "vacation", row.public_id), form)
    staff_client.post(at(world, "vacation", row.public_id), form | {"seen": seen_in(look)})
    row.refresh_from_db()
    assert row.name == "长寒假"

    assert staff_client.post(at(world, "delete_vacation", row.public_id)).status_code == 303
    assert not Vacation.objects.exists()


def test_what_was_changed_after_looking_is_shown_anew(world: World, staff_client, loan) -> None:
    form = vacation_form(due_on(world, loan))
    look = staff_client.post(at(world, "new_vacation"), form)

    again = staff_client.post(
        at(world, "new_vacation"), form | {"seen": seen_in(look), "extra_loans": "3"}
    )

    assert again.status_code == 200
    assert "每位读者可多借 3 册" in text_of(again)
    assert not Vacation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"due_on": ""}, 409, "请说明顺延到哪天"),
        ({"starts_on": "nonsense"}, 422, "还没有保存"),
        ({"ends_on": "2020-01-01"}, 409, "最后一天早于第一天"),
    ],
)
def test_a_wrong_vacation_keeps_what_was_typed(
    world: World, staff_client, loan, changes, status: int, words: str
) -> None:
    answer = staff_client.post(
        at(world, "new_vacation"), vacation_form(due_on(world, loan), **changes)
    )
    assert (answer.status_code, 'value="寒假"' in answer.content.decode()) == (status, True)
    assert words in text_of(answer)


def test_a_last_day_of_term_says_what_is_due_later(world: World, staff_client, loan) -> None:
    form = {"name": "毕业离校", "on": str(due_on(world, loan) - timedelta(10)), "card_type": "*"}
    staff_client.post(at(world, "add_term_end"), form)
    assert "有 1 位读者的 1 册在借图书应还日期在此之后" in text_of(
        staff_client.get(at(world, "vacations"))
    )


def test_a_last_day_of_term_is_added_and_deleted(world: World, staff_client) -> None:
    on = (clock.now() + timedelta(60)).date().isoformat()
    form = {"name": "毕业离校", "on": on, "card_type": "adult"}
    assert staff_client.post(at(world, "add_term_end"), form).status_code == 303
    assert staff_client.post(at(world, "add_term_end"), form).status_code == 409
    assert "毕业离校" in text_of(staff_client.get(at(world, "vacations")))
    assert staff_client.post(at(world, "delete_term_end"), form).status_code == 303
    assert staff_client.post(at(world, "delete_term_end"), form).status_code == 404
    assert not TermEnd.objects.exists()


def test_a_closure_is_shown_first_then_done_and_put_back(
    world: World, staff_client, loan: Loan
) -> None:
    was = due_on(world, loan)
    form = {"name": "台风", "starts_on": was.isoformat(), "ends_on": "", "branch": "*"}

    look = staff_client.post(at(world, "closures"), form)
    assert "1 册改为" in text_of(look)
    assert not SpecialDays.objects.exists()

    done = staff_client.post(at(world, "closures"), form | {"seen": seen_in(look)})
    assert done.status_code == 303
    assert due_on(world, loan) == was + timedelta(1)
    assert "临时闭馆 · 台风" in text_of(staff_client.get(at(world, "closures")))

    undo = at(world, "undo_closure", Closure.objects.get().public_id)
    assert staff_client.post(undo).status_code == 303
    assert due_on(world, loan) == was
    assert staff_client.post(undo).status_code == 409
    assert staff_client.post(at(world, "undo_closure", "nope")).status_code == 404


def test_what_the_page_shows_can_be_sent_as_it_stands(world: World, staff_client, loan) -> None:
    was = due_on(world, loan)
    on = was.isoformat()

    look = staff_client.post(
        at(world, "closures"), {"name": "台风", "starts_on": on, "ends_on": on, "branch": "main"}
    )
    shown = shown_in(look)
    told = {name: shown[name] for name in ("name", "starts_on", "ends_on", "branch")}
    assert told == {"name": "台风", "starts_on": on, "ends_on": on, "branch": "main"}

    assert staff_client.post(at(world, "closures"), shown).status_code == 303
    assert due_on(world, loan) == was + timedelta(1)


def test_a_closure_that_touches_nothing_says_so(world: World, staff_client) -> None:
    on = (clock.now() + timedelta(3)).date().isoformat()
    form = {"name": "停电", "starts_on": on, "ends_on": on, "branch": "main"}
    assert "没有书到期" in text_of(staff_client.post(at(world, "closures"), form))


def test_loans_due_after_a_new_last_day_of_term_are_brought_forward_by_choice(
    world: World, staff_client, helper_client, loan: Loan
) -> None:
    was = due_on(world, loan)
    on = was - timedelta(5)
    added = staff_client.post(
        at(world, "add_term_end"), {"name": "毕业离校", "on": on.isoformat(), "card_type": "*"}
    )
    page = staff_client.get(added["Location"])
    assert "有 1 册在借图书应还日期在此之后；您不提前，就保持不变" in text_of(page)
    assert helper_client.get(added["Location"]).status_code == 403

    address = at(world, "bring_forward")
    late = staff_client.post(address, shown_in(page) | {"notice_days": "40"})
    assert "1 册来不及提前通知读者" in text_of(late)
    look = staff_client.post(address, shown_in(page))
    assert "1 册改为" in text_of(look)
    assert "会通知 1 位读者" in text_of(look)
    assert due_on(world, loan) == was

    assert staff_client.post(address, shown_in(look)).status_code == 303
    assert due_on(world, loan) == on
    assert "没有更晚到期的在借图书" in text_of(staff_client.get(added["Location"]))
    staff_client.post(at(world, "delete_term_end"), {"on": on.isoformat()})
    assert due_on(world, loan) == was


@pytest.mark.parametrize("asked", ["", "?on=2031-01-01", "?on=nonsense", "?card_type=adult"])
def test_a_last_day_of_term_that_is_not_there_is_not_found(
    world: World, staff_client, asked: str
) -> None:
    assert staff_client.get(at(world, "bring_forward") + asked).status_code == 404


def test_wrong_days_of_notice_are_said_so(world: World, staff_client, loan: Loan) -> None:
    form = {"name": "期末", "on": (due_on(world, loan) - timedelta(5)).isoformat()}
    staff_client.post(at(world, "add_term_end"), form | {"card_type": "*"})
    answer = staff_client.post(at(world, "bring_forward"), form | {"notice_days": "0"})
    assert (answer.status_code, "1 册在借图书" in text_of(answer)) == (422, True)
