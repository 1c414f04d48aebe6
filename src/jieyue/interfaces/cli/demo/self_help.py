"""Readers of the demo library who help themselves: applications that wait, borrowing by phone."""

from dataclasses import replace
from typing import Final

from jieyue.circulation.actions.self_rules import add_return_point, set_self_service
from jieyue.fees.joining import send_application
from jieyue.libraries.desk import Desk, Door
from jieyue.patrons.joining.applications import Filled
from jieyue.patrons.joining.form import edit_joining
from jieyue.patrons.rules.joining.answers import Answers
from jieyue.patrons.rules.joining.form import first_form

APPLICANTS: Final = (
    {"name": "沈若溪", "phone": "13800000101", "born_on": "1996-04-12"},
    {"name": "顾远航", "phone": "13800000102", "born_on": "1988-11-03"},
)


def help_themselves(desk: Desk, branch: str) -> None:
    """Open the form, let two people apply, and let readers borrow at the branch (its code)."""
    edit_joining(desk, form=replace(first_form("public"), is_open=True, rules=()))
    outside = replace(
        desk, door=Door.READER, permissions=frozenset(), staff_id=None, caller="applicant:demo"
    )
    for texts in APPLICANTS:
        answers = Answers(texts=texts, under_14="no")
        send_application(outside, filled=Filled(answers, (("privacy", 1),)))
    set_self_service(desk, branch=branch, may_borrow=True, may_return=True, when="always")
    add_return_point(desk, branch=branch, name="大厅还书架", says="请放到蓝色的还书架上。")
