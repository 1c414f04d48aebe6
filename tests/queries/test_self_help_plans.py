"""What readers' phones and the worker ask all day looks rows up; SQLite walks through no table."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connection

from jieyue.circulation.actions.self_checkout import self_checkout
from jieyue.circulation.actions.self_rules import add_return_point
from jieyue.circulation.models import Receipt, ReturnPoint
from jieyue.circulation.queries.classroom import roster
from jieyue.circulation.queries.receipts import current_receipt, receipt_view, to_shelve
from jieyue.circulation.queries.self_service import (
    branch_of_network,
    card_of,
    meant_by,
    proved_by_code,
    self_rules,
    visit_of,
    who_and_rules,
)
from jieyue.circulation.rules.self_service import door_code, point_code
from jieyue.kit.ids import public_id
from jieyue.libraries.worker_desk import worker_desk
from jieyue.notices.carried import carried
from jieyue.notices.deliveries import deliveries_of, trouble_count
from jieyue.notices.handing import due
from jieyue.notices.house_rules import wishes_of
from jieyue.notices.models import Delivery, DeliveryNotice, Notice
from jieyue.notices.planning import plan
from jieyue.notices.queries import notices_of, unread_of
from jieyue.notices.recipients import recipients_of
from jieyue.notices.reminders import remind_library
from jieyue.notices.ways import reach_of
from jieyue.patrons.codes import check_code, code_view
from jieyue.patrons.joining.queries import application_view, queue, waiting_count
from jieyue.patrons.linking import Allows, make_link
from jieyue.patrons.links import acting_for, children_of_phone, links_of, people_for
from jieyue.patrons.models import OneTimeCode
from tests.actions.joining_case import ADULT, open_form, send
from tests.mailing import MORNING, at, lent
from tests.queries.test_search_plans import asked_of, plan_of
from tests.self_service import allow, at_the_door
from tests.world import SHANGHAI, World

GROUP: Final = "三年级2班"
SMALL: Final = re.compile(
    r"(SCAN|SEARCH) (y|g|b|libraries_\w+|catalog_itemtype|circulation_(policy|selfservice|"
    r"returnpoint|closure|openingrule|receiptkey)|patrons_(patroncategory|familyrules|joiningform|"
    r"consenttext)|notices_notice(settings|template))\b"
)
"""Of a handful of rows: a library's branches, card types, rules and settings."""
FEW: Final = re.compile(r"SCAN (loans|who|what)\b|INDEX notice_unplanned ")
"""What was looked up just before, and what waits for the worker."""
WALK: Final = re.compile(
    r"^SCAN (?!json|\d+ CONSTANT|.*\bUSING (COVERING )?INDEX)|\(library_id=\?\)$"
)

Work = dict[str, Callable[[], Any]]


def by_phone(world: World) -> Work:
    """Whether one is here, borrowing, receipts, and what is to be shelved."""
    world.policy()
    allow(world, by_network=True, networks="10.0.0.0/8")
    add_return_point(world.desk(), branch="main", name="门口还书架", says="")
    rules, point = self_rules(world.branch.pk), ReturnPoint.objects.get()
    assert rules is not None
    title = world.title("红楼梦", isbn13="9787020002207")
    copy, other, reader = world.copy(title), world.copy(title), world.patron()
    desk = at_the_door(world, reader)
    self_checkout(desk, scan=copy.barcode)
    receipt = Receipt.objects.get().public_id
    return {
        "door": lambda: proved_by_code(door_code(rules, world.now), world.now),
        "point": lambda: proved_by_code(point_code(rules, point.public_id), world.now),
        "network": lambda: branch_of_network("10.1.2.3"),
        "scan": lambda: [
            meant_by(desk, text) for text in (other.barcode, f"/q/{other.public_id}", title.isbn13)
        ],
        "facts": lambda: (card_of(reader.pk), visit_of(desk), who_and_rules(reader.pk)),
        "borrowing": lambda: self_checkout(desk, scan=other.barcode),
        "receipt": lambda: (current_receipt(desk), receipt_view(world.now, SHANGHAI, receipt)),
        "to shelve": lambda: to_shelve(world.desk()),
    }


def told(world: World) -> Work:
    """Reminders, planning, sending, and what a reader is shown of it."""
    mother, child = family(world)
    lent(world, "活着", "2026-03-05", child)
    morning = at(world, MORNING)
    desk = worker_desk(world.library.pk, morning)
    assert desk is not None
    notice = Notice.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron=child, kind="hold_ready",
        about="x", facts={}, created_at=world.now, planned_at=world.now,
    )  # fmt: skip
    delivery = Delivery.objects.create(
        library_id=world.library.pk, public_id=public_id(), patron=child, channel="email",
        planned_for=world.now, due_at=world.now, created_at=world.now,
    )  # fmt: skip
    DeliveryNotice.objects.create(
        library_id=world.library.pk, delivery=delivery, notice=notice
    )  # fmt: skip
    ids, today = {mother.pk, child.pk}, desk.today
    said = {"to": child.pk, "language": "zh-hans", "today": today, "zone": desk.zone}
    return {
        "reminders": lambda: remind_library(desk),
        "planning": lambda: plan(desk),
        "due": lambda: due("email", world.now, after=(world.now, 1), most=50),
        "carried": lambda: carried(delivery.pk, **said),
        "reach": lambda: (reach_of(ids), wishes_of(ids), recipients_of(ids, today, reached=())),
        "my messages": lambda: (notices_of(child.pk), unread_of(child.pk)),
        "sent": lambda: (deliveries_of(child.pk), trouble_count(None)),
    }


def family(world: World) -> tuple[Any, Any]:
    mother, child = world.patron("王芳"), world.patron("王小明", group_name=GROUP)
    make_link(
        world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian",
        allows=Allows(borrow=True),
    )  # fmt: skip
    return mother, child


def asked_for(world: World) -> Work:
    """Codes, applications, families and classes."""
    mother, child = family(world)
    open_form(world)
    application = send(world).application
    desk, today = world.desk(), world.desk().today
    code = OneTimeCode.objects.create(
        library_id=world.library.pk, public_id=public_id(20), purpose="sign_in", way="sms",
        state="sent", address="13800001111", address_hash="h", code="123456", code_hash="h",
        asker_hash="h", language="zh-hans", created_at=world.now,
        expires_at=world.now + timedelta(minutes=5),
    ).public_id  # fmt: skip
    given = {"code": code, "now": world.now}
    return {
        "code": lambda: (
            code_view(**given), check_code(**given, purpose="sign_in", typed="000000"),
        ),
        "queue": lambda: (queue(desk), queue(desk, which="decided"), waiting_count(desk)),
        "application": lambda: application_view(desk, application),
        "people": lambda: people_for(mother.pk, today),
        "links": lambda: links_of(child.pk, today),
        "acting": lambda: acting_for(mother.pk, child.public_id, today),
        "guardian's phone": lambda: children_of_phone("13900001111", today),
        "roster": lambda: roster(desk, GROUP),
    }  # fmt: skip


@pytest.mark.skipif(connection.vendor != "sqlite", reason="its own way of explaining")
@pytest.mark.parametrize("part", [by_phone, told, asked_for])
def test_sqlite_looks_everything_up(world: World, part: Callable[[World], Work]) -> None:
    walks = [
        (what, step, " ".join(text.split())[:200])
        for what, work in part(world).items()
        for text, params in asked_of(work)
        if text.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE"))
        for step in plan_of(text, params)
        if WALK.search(step) and not SMALL.search(step) and not FEW.search(step)
    ]
    assert walks == []


@pytest.mark.parametrize("many", [1, 7])
def test_the_number_of_statements_does_not_grow(world: World, many: int) -> None:
    mother = world.patron("王芳")
    morning = worker_desk(world.library.pk, at(world, MORNING))
    assert morning is not None
    open_form(world)
    for number in range(many):
        child = world.patron(f"王小{number}", group_name=GROUP)
        lent(world, f"活着{number}", "2026-03-05", child)
        make_link(
            world.desk(), actor=mother.public_id, reader=child.public_id, kind="guardian"
        )  # fmt: skip
        send(world, ADULT | {"name": f"林{number}", "phone": f"1381234123{number}"})
    work = {
        "people": lambda: people_for(mother.pk, morning.today),
        "links": lambda: links_of(mother.pk, morning.today),
        "roster": lambda: roster(world.desk(), GROUP),
        "queue": lambda: queue(world.desk()),
        "reminders": lambda: remind_library(morning),
        "planning": lambda: plan(morning),
        "my messages": lambda: notices_of(child.pk),
    }
    counted = {what: len(asked_of(ask)) for what, ask in work.items()}
    assert counted.pop("reminders") < 30 and counted.pop("planning") < 30
    assert counted == {
        "people": 2, "links": 3, "roster": 2, "queue": 4, "my messages": 3,
    }  # fmt: skip
