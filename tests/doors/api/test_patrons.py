"""`/patrons`."""

from datetime import date, timedelta

from jieyue.kit import clock
from jieyue.libraries.rules.permissions import Permission
from jieyue.patrons.models import Card, Patron
from jieyue.patrons.rules.names import name_key
from tests.doors.api.program import Program, program
from tests.world import World

NEW = {"name": "林晓雨", "category": "adult", "student_number": "S-7", "phone": "138 0013 8000"}


def test_a_reader_is_added_found_and_shown(world: World, api: Program) -> None:
    added = api.post("patrons", NEW)
    saved = added.json()
    shown = api.get(f"patrons/{saved['patron']}")
    by_card = api.get(f"patrons/by-card/{saved['card']}")

    assert (added.status_code, saved["type"]) == (201, "patron_saved")
    assert shown.status_code == 200
    assert shown.json() == by_card.json()
    assert shown.json() == {
        "public_id": saved["patron"],
        "name": "林晓雨",
        "category_code": "adult",
        "category": "成人",
        "branch_code": "main",
        "branch": "总馆",
        "group_name": "",
        "student_number": "S-7",
        "phone": "13800138000",
        "email": "",
        "note": "",
        "born_on": None,
        "card": saved["card"],
        "card_is_lost": False,
        "expires_on": None,
        "is_frozen": False,
        "frozen_reason": "",
        "owed_cents": 0,
    }
    for words in ("林晓雨", "S-7", saved["card"], "13800138000", "lxy"):
        found = api.get(f"patrons?q={words}").json()
        assert [hit["public_id"] for hit in found["patrons"]] == [saved["patron"]], words
        assert found["total"] == 1


def test_what_is_wrong_with_a_new_reader(world: World, api: Program) -> None:
    world.patron(student_number="S-7")

    answer = api.post("patrons", NEW | {"name": "", "category": "none", "phone": "1"})

    assert answer.status_code == 409
    faults = {(fault["field"], fault["code"]) for fault in answer.json()["faults"]}
    assert faults == {
        ("name", "name_missing"),
        ("category", "category_unknown"),
        ("phone", "phone_bad"),
        ("student_number", "student_number_taken"),
    }
    assert Patron.objects.count() == 1


def test_details_change_and_the_card_stays(world: World, api: Program) -> None:
    patron = world.patron()

    answer = api.call("PUT", f"patrons/{patron.public_id}", NEW | {"name": "林大雨"})

    assert answer.status_code == 200
    assert answer.json()["card"] == patron.card
    patron.refresh_from_db()
    assert (patron.name, patron.name_key) == ("林大雨", name_key("林大雨"))


def test_a_suspension_begins_and_ends(world: World, api: Program) -> None:
    at = f"patrons/{world.patron().public_id}"

    assert api.call("PUT", f"{at}/freeze", {"reason": ""}).json()["faults"] == [
        {"code": "reason_missing", "field": "reason", "value": ""}
    ]
    assert api.call("PUT", f"{at}/freeze", {"reason": "换班"}).status_code == 200
    assert api.get(at).json()["frozen_reason"] == "换班"
    assert api.call("DELETE", f"{at}/freeze").status_code == 200
    assert api.get(at).json()["is_frozen"] is False


def test_a_lost_card_stops_and_is_replaced(world: World, api: Program) -> None:
    patron = world.patron()
    at = f"patrons/{patron.public_id}"

    assert api.call("PUT", f"{at}/card/loss").status_code == 200
    assert api.get(at).json()["card_is_lost"] is True
    replaced = api.post(f"{at}/cards", {"card_barcode": "29999999"})
    taken = api.post(f"{at}/cards", {"card_barcode": patron.card})

    assert (replaced.status_code, replaced.json()["card"]) == (201, "29999999")
    assert (taken.status_code, taken.json()["faults"][0]["code"]) == (409, "card_taken")
    assert Card.objects.filter(patron=patron, ended_at=None).get().barcode == "29999999"
    assert api.get(f"patrons/by-card/{patron.card}").status_code == 404


def test_open_loans_say_what_renewing_would_do(world: World, api: Program) -> None:
    world.policy(loan_days=10, renewal_days=30)
    copy, patron = world.copy(), world.patron()
    api.post("loans", {"card_barcode": patron.card, "copy_barcode": copy.barcode})

    [loan] = api.get(f"patrons/{patron.public_id}/loans").json()["loans"]

    today = clock.now().astimezone(world.desk().zone).date()
    assert (loan["barcode"], loan["reasons"]) == (copy.barcode, [])
    assert date.fromisoformat(loan["renewed_on"]) == today + timedelta(days=30)


def test_a_date_of_birth_is_kept_until_a_program_says_otherwise(world: World, api: Program) -> None:
    saved = api.post("patrons", NEW | {"born_on": "2016-09-01"}).json()
    at = f"patrons/{saved['patron']}"
    looks = program(world, [Permission.PATRON_VIEW])

    assert api.get(at).json()["born_on"] == "2016-09-01"
    assert looks.get(at).json()["born_on"] is None
    assert api.call("PUT", at, NEW).status_code == 200
    assert Patron.objects.get().born_on == "2016-09-01"
    assert api.call("PUT", at, NEW | {"born_on": None}).status_code == 200
    assert Patron.objects.get().born_on == ""


def test_nobody_is_born_tomorrow_or_in_another_century(world: World, api: Program) -> None:
    today = clock.now().astimezone(world.desk().zone).date()
    for day in (today + timedelta(days=1), today - timedelta(days=366 * 122)):
        answer = api.post("patrons", NEW | {"born_on": day.isoformat()})
        assert (answer.status_code, answer.json()["faults"]) == (
            409, [{"code": "date_bad", "field": "born_on", "value": ""}],
        )  # fmt: skip
    assert api.post("patrons", NEW | {"born_on": "1.9.2016"}).status_code == 422
    assert Patron.objects.count() == 0
