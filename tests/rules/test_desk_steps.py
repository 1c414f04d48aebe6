"""The desk's next sensible thing."""

from datetime import UTC, datetime, timedelta

import pytest

from jieyue.circulation.rules.desk_steps import (
    Choose,
    CopyAtDesk,
    Lend,
    Mode,
    NonePossible,
    Show,
    Situation,
    TakeBack,
    step_for_copies,
    step_for_copy,
)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=3)
A_MOMENT_AGO = NOW - timedelta(seconds=20)


def at(mode: Mode = Mode.AUTO, reader: str = "", **changes: bool) -> Situation:
    rights = {"may_lend": True, "may_take_back": True} | changes
    return Situation(mode=mode, reader=reader, now=NOW, **rights)


def shelved(barcode: str = "1", **values: object) -> CopyAtDesk:
    return CopyAtDesk(**({"barcode": barcode, "standing": "in_use"} | values))


def lent(barcode: str = "1", to: str = "LIN", since: datetime = EARLIER) -> CopyAtDesk:
    return CopyAtDesk(barcode=barcode, standing="in_use", loan="L", borrower=to, lent_at=since)


ASK, NO_RIGHT = Show("1", "ask_card"), Show("1", "no_right")


@pytest.mark.parametrize(
    ("copy", "situation", "step"),
    [
        (lent(), at(), TakeBack("1")),
        (lent(), at(reader="LIN"), TakeBack("1")),
        (lent(to="WANG"), at(reader="LIN"), TakeBack("1")),
        (lent(since=A_MOMENT_AGO), at(reader="LIN"), Show("1", "just_lent")),
        (lent(since=A_MOMENT_AGO), at(), TakeBack("1")),
        (lent(since=A_MOMENT_AGO), at(Mode.RETURN, "LIN"), TakeBack("1")),
        (lent(), at(Mode.LEND), ASK),
        (lent(), at(Mode.LEND, "LIN"), Lend("1")),
        (shelved(), at(), ASK),
        (shelved(), at(reader="LIN"), Lend("1")),
        (shelved(), at(Mode.RETURN), TakeBack("1")),
        (shelved(), at(Mode.RETURN, "LIN"), TakeBack("1")),
        (shelved(standing="missing"), at(), TakeBack("1")),
        (shelved(standing="lost"), at(reader="LIN"), Lend("1")),
        (shelved(standing="reference"), at(reader="LIN"), Lend("1")),
        (
            shelved(last_returned_at=A_MOMENT_AGO, last_borrower="LIN"),
            at(reader="LIN"),
            Show("1", "just_returned"),
        ),
        (
            shelved(last_returned_at=A_MOMENT_AGO, last_borrower="WANG"),
            at(reader="LIN"),
            Lend("1"),
        ),
        (
            shelved(last_returned_at=A_MOMENT_AGO, last_borrower="LIN"),
            at(Mode.LEND, "LIN"),
            Lend("1"),
        ),
        (shelved(last_returned_at=EARLIER, last_borrower="LIN"), at(reader="LIN"), Lend("1")),
        (shelved(), at(may_lend=False), TakeBack("1")),
        (shelved(), at(Mode.LEND, may_lend=False), NO_RIGHT),
        (shelved(), at(may_lend=False, may_take_back=False), NO_RIGHT),
        (lent(), at(may_lend=False), TakeBack("1")),
        (lent(), at(may_take_back=False), NO_RIGHT),
    ],
)
def test_a_copy_leads_to_one_step(copy: CopyAtDesk, situation: Situation, step: object) -> None:
    assert step_for_copy(copy, situation) == step


@pytest.mark.parametrize(
    ("copies", "situation", "step"),
    [
        ([], at(), NonePossible("no_copies")),
        ([shelved()], at(), ASK),
        ([lent()], at(), TakeBack("1")),
        ([shelved("1"), shelved("2")], at(reader="LIN"), Choose(("1", "2"))),
        ([shelved("1"), lent("2", to="WANG")], at(reader="LIN"), Lend("1")),
        ([shelved("1"), lent("2", to="WANG")], at(), Choose(("2", "1"))),
        ([shelved("1"), lent("2")], at(reader="LIN"), Choose(("2", "1"))),
        ([lent("2", to="WANG")], at(reader="LIN"), TakeBack("2")),
        ([shelved("1", standing="repair"), shelved("2")], at(reader="LIN"), Lend("2")),
        ([shelved("1", standing="repair")], at(reader="LIN"), Lend("1")),
        ([shelved("1", standing="withdrawn")], at(reader="LIN"), NonePossible("none_to_lend")),
        ([shelved("1"), lent("2"), lent("3")], at(Mode.RETURN), Choose(("2", "3"))),
        ([shelved("1"), lent("2")], at(Mode.RETURN), TakeBack("2")),
        ([shelved("1")], at(Mode.RETURN), NonePossible("none_on_loan")),
        ([shelved("1"), lent("2")], at(Mode.LEND, "LIN"), Lend("1")),
        ([lent("2", to="WANG")], at(Mode.LEND, "LIN"), Lend("2")),
    ],
)
def test_a_book_goes_on_with_its_only_possible_copy(
    copies: list[CopyAtDesk], situation: Situation, step: object
) -> None:
    assert step_for_copies(copies, situation) == step
