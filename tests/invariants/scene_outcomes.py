"""What may stand under Outcome: each sentence is asserted."""

from typing import Any

from jieyue.circulation.models import Hold, Loan, Transit
from jieyue.fees.queries import owed_cents
from tests.invariants.scene import STANDINGS, Phrases, Scene, as_day

outcomes = Phrases()
says = outcomes.says


def hold_true(scene: Scene, cell: str) -> None:
    """Assert every sentence of a cell."""
    for sentence in cell.split("; "):
        outcomes.act(scene, sentence.strip())


def results(scene: Scene) -> tuple[Any, ...]:
    return getattr(scene.outcome, "results", (scene.outcome,))


def reasons(result: Any) -> set[str]:
    """The codes of a refusal, whichever action refused."""
    found = getattr(result, "reasons", None) or getattr(result, "faults", None)
    if found is None:
        return {getattr(result, "fault", None) or result.trouble}
    return {one.code.value for one in found}


@says("refused: <codes>")
def refused(scene: Scene, codes: str) -> None:
    [result] = results(scene)
    assert result.type in ("refused", "not_sent"), result
    assert reasons(result) == set(codes.split(", "))
    assert scene.rows() == scene.before  # a refusal changes nothing


@says("<copy> is refused: <codes>")
def copy_refused(scene: Scene, copy: str, codes: str) -> None:
    assert any(
        result.type == "refused" and result.copy_barcode == copy
        and reasons(result) == set(codes.split(", "))
        for result in results(scene)
    ), results(scene)  # fmt: skip


@says("done")
def done(scene: Scene) -> None:
    assert {result.type for result in results(scene)}.isdisjoint({"refused", "not_sent"}), (
        scene.outcome
    )


@says("lent until <day>")
@says("renewed until <day>")
@says("due again on <day>")
def until(scene: Scene, day: str) -> None:
    found = {(result.type, getattr(result, "due_on", None)) for result in results(scene)}
    [(kind, due)] = found
    assert (kind in ("lent", "renewed", "undone", "recalled"), due) == (True, as_day(day)), found


@says("due on <day> instead of <until>")
def recalled(scene: Scene, day: str, until: str) -> None:
    found = scene.outcome.type, scene.outcome.due_on, scene.outcome.was_due_on
    assert found == ("recalled", as_day(day), as_day(until))


@says("returned in time")
def in_time(scene: Scene) -> None:
    assert [(r.type, r.days_overdue, r.fine_cents) for r in results(scene)] == [("returned", 0, 0)]


@says("returned <days> days late")
@says("returned <days> day late")
def late(scene: Scene, days: str) -> None:
    assert [(r.type, r.days_overdue) for r in results(scene)] == [("returned", int(days))]


@says("was not on loan")
def not_on_loan(scene: Scene) -> None:
    assert [result.type for result in results(scene)] == ["not_on_loan"]


@says("it costs <cents> fen")
def costs(scene: Scene, cents: str) -> None:
    [result] = results(scene)
    found = getattr(result, "fine_cents", None)
    assert (result.cost_cents if found is None else found) == int(cents), result


@says("<reader> may not borrow until <day>")
def suspended(scene: Scene, reader: str, day: str) -> None:
    assert [result.suspended_until for result in results(scene)] == [as_day(day)]


@says("goes to the shelf")
def to_shelf(scene: Scene) -> None:
    assert [goes(result)[:2] for result in results(scene)] == [("shelf", "")]


@says("is kept for <reader> until <day>")
def is_kept(scene: Scene, reader: str, day: str) -> None:
    [result] = results(scene)
    to, whom, _, fetch_by = goes(result)
    assert (to, whom, fetch_by) == ("hold_shelf", reader, as_day(day))


@says("travels to <branch>[ for <reader>]")
def travels(scene: Scene, branch: str, reader: str | None) -> None:
    [result] = results(scene)
    assert goes(result)[:3] == ("branch", reader or "", scene.branches[branch].code)


def goes(result: Any) -> tuple[Any, ...]:
    hold = result.goes.hold
    whom = Hold.objects.get(public_id=hold).patron.name if hold else ""
    return result.goes.to, whom, result.goes.branch, result.goes.fetch_by


@says("hold of <reader> on <title> is <word>")
def state(scene: Scene, reader: str, title: str, word: str) -> None:
    assert scene.hold(reader, title).state == word


@says("place <days> in the queue")
def place(scene: Scene, days: str) -> None:
    assert scene.outcome.place == int(days), scene.outcome


@says("<reader> owes <cents> fen")
def owes(scene: Scene, reader: str, cents: str) -> None:
    patron = scene.reader(reader).pk
    assert owed_cents([patron]).get(patron, 0) == int(cents)


@says("<copy> is with <reader>[ until <day>]")
def is_with(scene: Scene, copy: str, reader: str, day: str | None) -> None:
    loan = Loan.objects.get(copy__barcode=copy, returned_at=None)
    assert loan.patron.name == reader
    assert day is None or scene.local(loan.due_at) == as_day(day)


@says("<copy> is with nobody")
def is_with_nobody(scene: Scene, copy: str) -> None:
    assert not Loan.objects.filter(copy__barcode=copy, returned_at=None).exists()


@says("<copy> is on its way to <branch>")
def is_on_its_way(scene: Scene, copy: str, branch: str) -> None:
    way = Transit.objects.get(copy__barcode=copy, ended_at=None)
    assert way.to_branch_id == scene.branches[branch].pk


@says("<copy> travels nowhere")
def travels_nowhere(scene: Scene, copy: str) -> None:
    assert not Transit.objects.filter(copy__barcode=copy, ended_at=None).exists()


@says("<copy> is <standing>")
def stands(scene: Scene, copy: str, standing: str) -> None:
    assert scene.copy(copy).standing == STANDINGS.get(standing, standing)


@says("<copy> belongs to <branch>")
def belongs(scene: Scene, copy: str, branch: str) -> None:
    assert scene.copy(copy).branch_id == scene.branches[branch].pk


@says("the last second is <day> <hour> in UTC")
def last_second(scene: Scene, day: str, hour: str) -> None:
    [result] = results(scene)
    found = result.due_at.strftime("%Y-%m-%d %H:%M:%S")
    assert found == f"{as_day(day)} {hour}:59"
