"""Applications that a rule approves, whose place nobody else is given, and signing in after."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jieyue.accounts.models import Account
from jieyue.accounts.passwords import new_secret
from jieyue.fees.joining import approve_application
from jieyue.kit.encryption import keyed_hash
from jieyue.patrons.joining.applications import (
    is_token,
    token_of,
)
from jieyue.patrons.joining.consents import has_consent
from jieyue.patrons.joining.deciding import (
    set_first_password,
)
from jieyue.patrons.joining.outcomes import (
    ApplicationRefused,
    ApplicationSaved,
)
from jieyue.patrons.joining.queries import application_view, standing
from jieyue.patrons.models import (
    Patron,
)
from jieyue.patrons.rules.joining.form import Fault, JoiningFault, Rule
from tests.actions.joining_case import ADULT, CHILD, open_form, outside, send
from tests.world import World

F = JoiningFault


def faults(outcome) -> list[tuple[str, JoiningFault]]:
    assert isinstance(outcome, ApplicationRefused), outcome
    return [(fault.field, fault.code) for fault in outcome.faults]


def sent(world: World, *args, **more) -> str:
    outcome = send(world, *args, **more)
    assert isinstance(outcome, ApplicationSaved), outcome
    assert outcome.state == "sent", outcome
    return outcome.application


# --- Rules ----------------------------------------------------------------------------------------


def roster(world: World, **more) -> Patron:
    values = {"student_number": "20240315", "phone": "13900001111"} | more
    return world.patron("周小满", phone_hash=keyed_hash(values["phone"]), **values)


SCHOOL = {"phone": "off", "student_number": "required"}


def test_who_is_on_the_roster_is_that_reader_at_once(world: World) -> None:
    open_form(world, Rule.ROSTER, asks=SCHOOL)
    row = roster(world, group_name="三年级一班")
    outcome = send(world, CHILD)
    assert outcome == ApplicationSaved(
        application=outcome.application, state="approved", patron=row.public_id, card=row.card,
        how="roster",
    )  # fmt: skip
    patron = Patron.objects.get()
    assert (patron.group_name, patron.born_on) == ("三年级一班", "2016-09-01")
    assert patron.account_id is not None and has_consent(patron.pk, "guardian")


@pytest.mark.parametrize(
    ("change", "more"),
    [
        ({"name": "周大满"}, {}),
        ({"student_number": "20249999"}, {}),
        ({"guardian_phone": "13900002222"}, {"verified": ("13900002222",)}),
    ],
)
def test_who_is_not_surely_on_the_roster_waits(world: World, change, more) -> None:
    open_form(world, Rule.ROSTER, asks=SCHOOL)
    row = roster(world)
    sent(world, CHILD | change, **more)
    row.refresh_from_db()
    assert row.account_id is None


def test_nobody_is_given_the_place_of_a_reader_who_signs_in(world: World) -> None:
    open_form(world, Rule.ROSTER, Rule.EVERYBODY, asks=SCHOOL)
    owner = Account.objects.create(name="周小满", created_at=world.now)
    row = roster(world, account=owner)
    application = sent(world, CHILD)
    view = application_view(world.desk(), application)
    assert (view.known.match.value, view.known.patron) == ("taken", row.public_id)
    taken = approve_application(world.desk(), application=application, roster=row.public_id)
    assert faults(taken) == [("roster", F.ROSTER_TAKEN)]
    row.refresh_from_db()
    assert row.account_id == owner.pk


def test_the_library_may_trust_number_and_name_alone(world: World) -> None:
    open_form(world, Rule.ROSTER, asks=SCHOOL, roster_phone=False)
    roster(world, phone="13700000000")
    assert send(world, CHILD).how == "roster"


def test_staff_may_give_the_roster_row_themselves(world: World) -> None:
    open_form(world, asks=SCHOOL)
    row = roster(world, phone="13700000000")
    application = sent(world, CHILD)
    outcome = approve_application(world.desk(), application=application, roster=row.public_id)
    assert (outcome.patron, Patron.objects.count()) == (row.public_id, 1)
    row.refresh_from_db()
    assert row.phone == "13700000000"  # what is on record stays


def test_the_same_number_is_never_given_twice(world: World) -> None:
    open_form(world, asks=SCHOOL)
    row = roster(world)
    application = sent(world, CHILD)
    outcome = approve_application(world.desk(), application=application)
    assert outcome == ApplicationRefused(
        faults=(
            Fault("student_number", F.STUDENT_NUMBER_TAKEN, row.public_id),
            Fault("name", F.MAYBE_SAME, row.public_id),
        )
    )


def test_an_address_of_the_domain_approves_once_it_is_verified(world: World) -> None:
    open_form(world, Rule.DOMAIN, asks={"email": "required"}, domains=("@Acme.CN",))
    texts = ADULT | {"email": "lin@acme.cn"}
    sent(world, texts)  # no code was typed
    other = texts | {"name": "周小满", "email": "zhou@acme.cn.example.org"}
    sent(world, other, verified=("zhou@acme.cn.example.org",))
    both = "me@evil.example,lin@acme.cn"  # a code for it goes to the first, and would be typed
    refused = send(world, texts | {"name": "李四", "email": both}, verified=(both,))
    assert faults(refused) == [("email", F.EMAIL_BAD)]
    mine = texts | {"name": "王明", "email": "Wang@ACME.cn"}
    assert send(world, mine, verified=("wang@acme.cn",)).how == "domain"


def test_where_nobody_needs_approval_a_namesake_on_the_same_phone_does(world: World) -> None:
    open_form(world, Rule.EVERYBODY)
    assert send(world).how == "everybody"
    sent(world)


# --- One account, many libraries ------------------------------------------------------------------


def test_who_is_signed_in_elsewhere_keeps_their_account(world: World) -> None:
    open_form(world, Rule.EVERYBODY)
    mine = Account.objects.create(name="林晓雨", created_at=world.now)
    outcome = send(world, account_id=mine.pk)
    assert Patron.objects.get().account_id == mine.pk
    assert not standing(outcome.application, now=world.now).may_set_password
    secret = new_secret("correct horse")
    refused = set_first_password(outside(world), application=outcome.application, password=secret)
    assert faults(refused) == [("password", F.LINK_USED)]


def test_the_link_sets_a_first_password_once(world: World) -> None:
    open_form(world, Rule.EVERYBODY)
    application = send(world).application
    assert standing(application, now=world.now).may_set_password
    set_first_password(outside(world), application=application, password=new_secret("first one!"))
    assert Patron.objects.get().account.check_password("first one!")
    assert not standing(application, now=world.now).may_set_password
    again = set_first_password(
        outside(world), application=application, password=new_secret("second one")
    )
    assert faults(again) == [("password", F.LINK_USED)]
    assert Patron.objects.get().account.check_password("first one!")


def test_an_old_link_sets_no_password_any_more(world: World) -> None:
    """It stands in the history of whatever computer the form was filled in on."""
    open_form(world, Rule.EVERYBODY)
    application = send(world).application
    days = timedelta(days=14)
    assert standing(application, now=world.now + days).may_set_password
    late = world.now + days + timedelta(seconds=1)
    assert not standing(application, now=late).may_set_password
    refused = set_first_password(
        replace(outside(world), now=late), application=application, password=new_secret("mine now")
    )
    assert faults(refused) == [("password", F.LINK_USED)]
    assert not Patron.objects.get().account.has_usable_password()


def test_a_link_has_a_token_nobody_guesses_from_the_id(world: World) -> None:
    open_form(world)
    one, other = sent(world), sent(world, ADULT | {"name": "周小满"})
    assert is_token(one, token_of(one)) and not is_token(one, token_of(other))
    assert not is_token(one, "") and not is_token(one, "é" * 32)
