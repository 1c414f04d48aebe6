"""The journal's page: words for everything, filters, and asking anew for nothing."""

import ast
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from django.urls import reverse

import jieyue
from jieyue.audit.models import Entry
from jieyue.catalog.rules.faults import FaultCode
from jieyue.circulation.actions.checkin import checkin
from jieyue.circulation.actions.checkout import checkout
from jieyue.circulation.actions.deposits import DepositFault
from jieyue.circulation.actions.losses import report_lost
from jieyue.circulation.actions.redate_return import redate_return
from jieyue.circulation.opening import OpeningFault
from jieyue.circulation.rules.reasons import Reason, Why
from jieyue.community.rules.faults import VoiceFault
from jieyue.fees.drawer import DrawerFault
from jieyue.fees.models import LedgerLine
from jieyue.fees.rules import FeeFault
from jieyue.interfaces.web.journal.action_words import GROUPS
from jieyue.interfaces.web.journal.words import (
    ACTIONS,
    DOORS,
    OUTCOMES,
    action_words,
    why_words,
)
from jieyue.interfaces.web.settings.words import RIGHTS, SOURCES, TROUBLES
from jieyue.kit import clock
from jieyue.libraries.desk import Door
from jieyue.libraries.rules.changes import Trouble
from jieyue.libraries.rules.permissions import OWNER
from jieyue.patrons.rules.joining.form import JoiningFault
from jieyue.patrons.rules.membership import PatronFault
from tests.world import World

SOURCE = Path(jieyue.__file__).parent
MODULES = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
LIVE = {"HTTP_JIEYUE_LIVE": "1"}


def decorated_actions() -> set[str]:
    """Return the name of every `@action` in the code base."""
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for decorator in getattr(node, "decorator_list", []):
                if (
                    isinstance(decorator, ast.Call)
                    and getattr(decorator.func, "id", "") == "action"
                ):
                    found.add(node.name.removeprefix("_"))
    return found


def outcome_tags() -> set[str]:
    """Return the type tag of every outcome declared where an `@action` is."""
    found = set()
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        if "@action(" not in path.read_text("utf-8"):
            continue
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.AnnAssign)
                and getattr(node.target, "id", "") == "type"
                and isinstance(node.value, ast.Constant)
            ):
                found.add(node.value.value)
    return found


@pytest.mark.once
def test_every_action_has_words() -> None:
    names = decorated_actions()

    assert len(names) > 50
    assert names - set(ACTIONS) == set()
    assert {words.group for words in ACTIONS.values()} == set(GROUPS)


@pytest.mark.once
def test_every_outcome_has_words_or_needs_none() -> None:
    assert outcome_tags() - set(OUTCOMES) == set()


@pytest.mark.parametrize(
    "codes",
    [
        Reason, Trouble, FaultCode, FeeFault, DrawerFault, DepositFault, PatronFault,
        OpeningFault, VoiceFault, JoiningFault,
    ],
)  # fmt: skip
def test_every_reason_has_words(codes: type[StrEnum]) -> None:
    assert [code.value for code in codes if why_words(code.value) == code.value] == []


def test_every_right_door_trouble_and_source_has_words() -> None:
    from jieyue.catalog.sources.registry import KINDS

    assert set(RIGHTS) == OWNER
    assert set(DOORS) == set(Door)
    assert set(TROUBLES) == set(Trouble)
    assert set(SOURCES) == set(KINDS)


def test_what_a_later_version_wrote_is_named_as_it_is() -> None:
    assert action_words("teleport").text == "teleport"
    assert why_words("moon_phase") == "moon_phase"


def at(world: World) -> str:
    return reverse("journal:list", args=[world.library.slug])


def lend(world: World, card: str = "2000", barcode: str = "3000"):
    copy, patron = world.copy(barcode=barcode), world.patron(card=card)
    desk = world.desk(now=clock.now())
    checkout(desk, copy_barcodes=(copy.barcode,), card_barcode=patron.card)
    return copy, patron


def test_a_loan_stands_there_in_words(world: World, staff_client) -> None:
    copy, _ = lend(world)

    page = staff_client.get(at(world)).content.decode()

    for words in ("借出", copy.title.name, "林晓雨", "陈静", "总馆", "今天"):
        assert words in page
    assert 'data-live="?"' in page


def test_who_may_not_see_readers_sees_no_names(world: World, helper_client) -> None:
    from jieyue.libraries.models import Role

    lend(world)
    assert helper_client.get(at(world)).status_code == 403
    Role.objects.filter(code="helper").update(permissions=["journal_view"])

    page = helper_client.get(at(world)).content.decode()

    assert "林晓雨" not in page
    assert "借出" in page


def test_filters_by_address(world: World, staff_client) -> None:
    copy, patron = lend(world)
    lend(world, card="2001", barcode="3001")

    def found(**query) -> int:
        return staff_client.get(at(world), query).content.decode().count("<time ")

    assert found() == 2
    assert found(patron=patron.public_id) == found(copy=copy.public_id) == found(copy="3000") == 1
    assert found(when="today", group="lending", staff="owner-northfield") == 2
    assert found(group="money") == found(refused="1") == found(staff="nobody") == 0
    assert found(group="nonsense", when="nonsense", refused="x", before="???") == 2


def test_older_entries_are_a_page_further(world: World, staff_client) -> None:
    for number in range(60):
        Entry.objects.create(
            library=world.library, at=world.now + timedelta(minutes=number), action="checkin",
            outcome="returned", door="desk", data={"barcode": f"N{number}."},
        )  # fmt: skip

    page = staff_client.get(at(world)).content.decode()
    older = page.split('href="?before=')[1].split('"')[0]
    rest = staff_client.get(at(world) + f"?before={older}").content.decode()

    assert (page.count("<time "), rest.count("<time ")) == (50, 10)
    assert "N59." in page
    assert "N0." in rest
    assert "data-live=" not in rest


def test_asking_anew_for_nothing_costs_a_304(world: World, staff_client) -> None:
    lend(world)
    first = staff_client.get(at(world))
    tag = first.headers["ETag"]

    same = staff_client.get(at(world), HTTP_IF_NONE_MATCH=tag, **LIVE)
    _, patron = lend(world, card="2002", barcode="3002")
    news = staff_client.get(at(world), HTTP_IF_NONE_MATCH=tag, **LIVE)
    patron.name = "改名"
    patron.save()
    renamed = staff_client.get(at(world), HTTP_IF_NONE_MATCH=news.headers["ETag"], **LIVE)

    assert (same.status_code, same.content) == (304, b"")
    assert news.status_code == renamed.status_code == 200
    assert "<html" not in news.content.decode()
    assert "改名" in renamed.content.decode()


def test_asking_anew_is_nobody_at_work(world: World, staff_client) -> None:
    session = staff_client.session
    session["seen"] -= 300
    session.save()

    staff_client.get(at(world), **LIVE)
    asleep = staff_client.session["seen"]
    staff_client.get(at(world))

    assert asleep == session["seen"]
    assert staff_client.session["seen"] > asleep


def test_a_change_of_rules_says_from_what_to_what(world: World, staff_client) -> None:
    from jieyue.circulation.actions.policies import add_rule, edit_rule
    from jieyue.circulation.rules.policies import RuleValues
    from jieyue.libraries.settings.roles import edit_role

    add_rule(world.desk(), card_type="adult", values=RuleValues(loan_days=7))
    edit_rule(world.desk(), card_type="adult", values=RuleValues(loan_days=14))
    edit_role(world.desk(), role="owner", name="主任", permissions=OWNER)

    page = staff_client.get(at(world)).content.decode()

    assert "成人 · 借期 7 天 → 14 天" in page
    assert "主任" in page


def test_amnesty_and_back_dated_returns_are_told_in_words(world: World, staff_client) -> None:
    world.policy(settled_by="money", fine_cents=10, max_overdue=99, max_owed_cents=9999)
    patron, forgiven, late = world.patron(), world.copy(), world.copy()
    pile = (forgiven.barcode, late.barcode)
    lent = checkout(world.desk(), copy_barcodes=pile, card_barcode=patron.card).results
    back = world.desk(now=world.now + timedelta(days=40))
    checkin(back, copy_barcodes=(forgiven.barcode,), amnesty=True, reason="台风停馆")
    checkin(back, copy_barcodes=(late.barcode,))
    redate_return(back, loan=lent[1].loan, as_of=back.now - timedelta(days=3))

    page = staff_client.get(reverse("journal:list", args=[world.library.slug])).content.decode()

    assert "免罚：台风停馆" in page
    assert "逾期费 ¥" in page
    assert "按 4月8日 12:00 归还" in page
    assert "原为 4月11日 12:00" in page
    assert "逾期费用已一并减免" in page
    entry = Entry.objects.get(action="redate_return")
    assert entry.data["waived"] == [LedgerLine.objects.get(kind="waiver").public_id]


def test_a_refusal_about_a_loss_is_told_with_its_day(world: World, staff_client) -> None:
    patron, copy = world.patron(), world.copy(price_cents=1000)
    [lent] = checkout(world.desk(), copy_barcodes=(copy.barcode,), card_barcode=patron.card).results
    report_lost(world.desk(), loan=lent.loan)

    refused = report_lost(world.desk(), loan=lent.loan)

    assert refused.reasons == (Why(Reason.LOAN_LOST, {"since": "2026-03-02"}),)
    page = staff_client.get(reverse("journal:list", args=[world.library.slug])).content.decode()
    assert "自 2026年3月2日 起按丢失处理。" in page
