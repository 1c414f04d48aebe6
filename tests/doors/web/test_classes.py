"""Lending to a class: a tap and a scan for each child, and the school year's change."""

import pytest
from django.urls import reverse

from jieyue.audit.models import Entry
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.models import Loan
from jieyue.kit import clock
from jieyue.patrons.models import Patron, Promotion, StaffGroup
from tests.world import World

CLASS = "三年级2班"


def at(world: World, name: str, **query: str) -> str:
    asked = {"group": CLASS} | query
    address = reverse(f"classes:{name}", args=[world.library.slug])
    return address + "?" + "&".join(f"{key}={value}" for key, value in asked.items())


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def pupils(world: World) -> list[Patron]:
    return [
        world.patron(name, group_name=CLASS, student_number=f"030{n}")
        for n, name in enumerate(("王小明", "李雷", "韩梅梅"), start=1)
    ]


def test_a_tap_and_a_scan_lend_to_each_child(world: World, staff_client, pupils) -> None:
    for pupil in pupils:
        copy = world.copy()
        tapped = staff_client.post(at(world, "taps"), {"pick": pupil.public_id})
        assert f'name="reader" value="{pupil.public_id}" form="scan"' in text(tapped)
        sent = {"q": copy.barcode, "reader": pupil.public_id}
        lent = staff_client.post(at(world, "scans"), sent, headers={"HX-Request": "true"})
        assert lent.status_code == 200
        assert 'name="reader"' not in text(lent).split('id="tiles"')[0]  # the next taps first
    assert {loan.patron_id for loan in Loan.objects.all()} == {one.pk for one in pupils}
    assert "3 / 3" in text(staff_client.get(at(world, "room"))) or "3 of 3" in text(
        staff_client.get(at(world, "room"), headers={"Accept-Language": "en"})
    )
    assert {e.on_behalf for e in Entry.objects.filter(action="checkout")} == {"class"}


def test_a_book_may_come_before_its_name_and_a_card_is_a_tap(
    world: World, staff_client, pupils
) -> None:
    first, second = world.copy(), world.copy()
    waits = staff_client.post(at(world, "scans"), {"q": first.barcode})
    assert f'name="copy" value="{first.barcode}" form="taps"' in text(waits)
    staff_client.post(at(world, "taps"), {"pick": pupils[0].public_id, "copy": first.barcode})
    opened = staff_client.post(at(world, "scans"), {"q": pupils[1].card})
    assert f'name="reader" value="{pupils[1].public_id}"' in text(opened)
    staff_client.post(at(world, "scans"), {"q": second.barcode, "reader": pupils[1].public_id})
    lent = {loan.copy_id: loan.patron_id for loan in Loan.objects.all()}
    assert lent == {first.pk: pupils[0].pk, second.pk: pupils[1].pk}


def test_a_scan_sent_again_lends_once(world: World, staff_client, pupils) -> None:
    copy = world.copy()
    sent = {"q": copy.barcode, "reader": pupils[0].public_id, "idempotency_key": "one-scan"}
    answers = [text(staff_client.post(at(world, "scans"), sent)) for _ in range(2)]
    assert Loan.objects.count() == 1
    assert all("notice-done" in answer for answer in answers)


def test_a_refusal_is_told_to_the_child_and_staff_may_lend_all_the_same(
    world: World, staff_client, pupils
) -> None:
    world.policy(max_loans=1)
    one, two = world.copy(), world.copy()
    checkout(world.desk(now=clock.now()), copy_barcodes=(one.barcode,), card_barcode=pupils[0].card)
    sent = {"q": two.barcode, "reader": pupils[0].public_id}
    refused = staff_client.post(at(world, "scans"), sent)
    assert refused.status_code == 409
    assert 'name="override"' in text(refused)
    [code] = {part.split('"')[0] for part in text(refused).split('name="override" value="')[1:]}
    over = {"barcode": two.barcode, "pick": pupils[0].public_id, "override": code}
    assert staff_client.post(at(world, "loans"), over).status_code == 200
    assert Loan.objects.filter(patron=pupils[0]).count() == 2


def test_returning_is_scan_after_scan_and_the_last_is_undone(
    world: World, staff_client, pupils
) -> None:
    copy = world.copy()
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(copy.barcode,), card_barcode=pupils[2].card
    )
    back = staff_client.post(at(world, "scans", mode="return"), {"q": copy.barcode})
    assert "韩梅梅" in text(back)
    loan = Loan.objects.get()
    assert loan.returned_at is not None
    last = {"last": f"checkin:{loan.public_id}"}
    undone = staff_client.post(at(world, "undo", mode="return"), last)
    assert undone.status_code == 200
    assert Loan.objects.filter(returned_at=None).count() == 1


def test_names_can_be_masked_or_numbers(world: World, staff_client, pupils) -> None:
    masked = text(staff_client.get(at(world, "room", names="masked")))
    numbers = text(staff_client.get(at(world, "room", names="number")))
    assert ("王*明" in masked, "王小明" in masked) == (True, False)
    assert ("0301" in numbers, "王" in numbers.split('id="taps"')[1]) == (True, False)


def test_the_other_tablets_loans_are_seen(world: World, staff_client, pupils) -> None:
    first = staff_client.get(at(world, "tiles"))
    same = {"If-None-Match": first["ETag"]}
    assert staff_client.get(at(world, "tiles"), headers=same).status_code == 304
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(world.copy().barcode,),
        card_barcode=pupils[0].card,
    )  # fmt: skip
    assert staff_client.get(at(world, "tiles"), headers=same).status_code == 200


def test_a_class_that_is_not_here_or_a_child_of_another_is_not_found(
    world: World, staff_client, pupils
) -> None:
    stranger = world.patron("外班", group_name="四年级1班")
    assert staff_client.get(at(world, "room", group="九年级9班")).status_code == 404
    assert staff_client.get(at(world, "room", mode="sideways")).status_code == 404
    taken = staff_client.post(at(world, "taps"), {"pick": stranger.public_id})
    assert taken.status_code == 404


def test_a_teacher_sees_only_their_classes(world: World, staff_client, pupils) -> None:
    other = world.patron("外班", group_name="四年级1班")
    StaffGroup.objects.create(library_id=world.library.pk, staff=world.staff, group_name=CLASS)
    home = text(staff_client.get(reverse("classes:home", args=[world.library.slug])))
    assert (CLASS in home, "四年级1班" in home) == (True, False)
    for name in ("room", "tiles", "sheet", "list"):
        assert staff_client.get(at(world, name, group="四年级1班")).status_code == 404
    card = staff_client.post(at(world, "scans"), {"q": other.card})
    assert card.status_code == 409
    assert "外班" not in text(card)


def test_the_sheet_and_the_list_name_everybody(world: World, staff_client, pupils) -> None:
    for name in ("sheet", "list"):
        page = text(staff_client.get(at(world, name)))
        assert all(pupil.name in page for pupil in pupils)
    assert text(staff_client.get(at(world, "sheet"))).count("<path") >= 3


def test_a_page_costs_the_same_for_three_and_for_forty(
    world: World, staff_client, pupils, django_assert_max_num_queries
) -> None:
    for n in range(40):
        world.patron(f"同学{n}", group_name=CLASS)
    with django_assert_max_num_queries(12):
        staff_client.get(at(world, "room"))


def test_a_school_year_is_looked_at_done_and_undone(world: World, staff_client, pupils) -> None:
    plan = reverse("classes:promotions", args=[world.library.slug])
    assert "四年级2班" in text(staff_client.get(plan))
    sent = {"was": [CLASS], "now": ["四年级2班"], "leave_on": "2026-08-31"}
    looked = staff_client.post(plan, sent | {"do": "look"})
    assert (looked.status_code, Promotion.objects.count()) == (200, 0)
    apply = sent | {"do": "apply", "idempotency_key": "once"}
    done = staff_client.post(plan, apply)
    assert staff_client.post(plan, apply).status_code == 303  # a double click
    made = Promotion.objects.get()
    assert (done.status_code, made.state) == (303, "done")
    assert set(Patron.objects.values_list("group_name", flat=True)) == {"四年级2班"}
    for name in ("promotion", "leavers"):
        page = reverse(f"classes:{name}", args=[world.library.slug, made.public_id])
        shown = staff_client.get(page)
        assert (shown.status_code, "+00:00" in text(shown)) == (200, False)
    assert made.public_id in text(staff_client.get(plan))
    staff_client.post(reverse("classes:undo_promotion", args=[world.library.slug, made.public_id]))
    assert set(Patron.objects.values_list("group_name", flat=True)) == {CLASS}


def test_leavers_with_a_book_get_no_certificate(world: World, staff_client, pupils) -> None:
    checkout(
        world.desk(now=clock.now()), copy_barcodes=(world.copy().barcode,),
        card_barcode=pupils[0].card,
    )  # fmt: skip
    plan = reverse("classes:promotions", args=[world.library.slug])
    leaving = {"was": [CLASS], "now": ["2026届三年级2班"], "leaves": [CLASS]}
    staff_client.post(plan, leaving | {"leave_on": "2026-08-31", "do": "apply"})
    made = Promotion.objects.get()
    lists = reverse("classes:leavers", args=[world.library.slug, made.public_id])
    certificates = text(staff_client.get(lists + "?what=certificates"))
    assert ("王小明" in certificates, "李雷" in certificates) == (False, True)
    assert "王小明" in text(staff_client.get(lists))
    assert {p.expires_on.isoformat() for p in Patron.objects.all()} == {"2026-08-31"}


def test_two_classes_into_one_are_asked_about(world: World, staff_client, pupils) -> None:
    world.patron("外班", group_name="四年级2班")
    plan = reverse("classes:promotions", args=[world.library.slug])
    sent = {
        "was": [CLASS, "四年级2班"], "now": ["四年级2班", "四年级2班"],
        "leave_on": "2026-08-31", "do": "apply",
    }  # fmt: skip
    assert staff_client.post(plan, sent).status_code == 409
    assert not Promotion.objects.exists()
    assert staff_client.post(plan, sent | {"may_join": "1"}).status_code == 303


def test_a_helper_has_no_class_pages(world: World, helper_client, pupils) -> None:
    assert helper_client.get(at(world, "room")).status_code == 403
