"""A library that takes applications, and people who send them."""

from typing import Any

from jieyue.fees.joining import send_application
from jieyue.libraries.desk import Desk, Door
from jieyue.patrons.joining.applications import Filled
from jieyue.patrons.joining.form import edit_joining
from jieyue.patrons.joining.outcomes import JoiningSaved
from jieyue.patrons.rules.joining.answers import Answers
from jieyue.patrons.rules.joining.form import Ask, Form, Rule, first_form
from tests.world import World

ADULT = {"name": "林晓雨", "phone": "138 1234 1234", "born_on": "1990-05-01"}
CHILD = {
    "name": "周小满",
    "born_on": "2016-09-01",
    "student_number": "20240315",
    "guardian_name": "周建国",
    "guardian_phone": "13900001111",
}


def open_form(world: World, *rules: Rule, asks: dict[str, str] | None = None, **more: Any) -> Form:
    """Open the library's form: name and phone, whatever `asks` says, and these rules."""
    fields = dict(first_form("public").fields)
    fields |= {name: Ask(ask=ask) for name, ask in (asks or {}).items()}
    fields |= more.pop("fields", {})
    form = Form(is_open=True, fields=fields, rules=rules, **more)
    assert edit_joining(world.desk(), form=form) == JoiningSaved()
    return form


def outside(world: World, **changes: Any) -> Desk:
    """Return the desk of somebody who has no card here: no rights at all."""
    values: dict[str, Any] = {
        "permissions": frozenset(),
        "caller": "applicant:x",
        "staff_id": None,
        "door": Door.READER,
    }
    return world.desk(**(values | changes))


def filled(texts: dict[str, str] = ADULT, **more: Any) -> Filled:
    """Return a form with every needed consent; `verified` names fields whose code was typed."""
    kinds = more.pop("consents", ("privacy", "guardian") if "guardian_name" in texts else None)
    consents = tuple((kind, 1) for kind in kinds or ("privacy",))
    verified = frozenset(more.pop("verified", ("13812341234", "13900001111")))
    values: dict[str, Any] = {"under_14": "no"} | more
    return Filled(Answers(texts=dict(texts), verified=verified, **values), consents)


def send(world: World, texts: dict[str, str] = ADULT, **more: Any) -> Any:
    """Send an application; `desk`, `account_id` and `from_hash` are the action's own."""
    own = {k: more.pop(k) for k in ("account_id", "from_hash", "ways") if k in more}
    desk = more.pop("desk", None) or outside(world)
    return send_application(desk, filled=filled(texts, **more), **own)
