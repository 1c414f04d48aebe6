"""An import in words: where it stands, what came of it, and what can be done now."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jieyue.imports.queries import ImportView, gone_by_undo, progress
from jieyue.imports.rules.runs import ELSEWHERE, PERSONAL, Kind, RowState, State, is_partly_undone
from jieyue.interfaces.web.imports import people_words as people
from jieyue.interfaces.web.imports import words
from jieyue.interfaces.web.imports.words import KINDS, STATES
from jieyue.interfaces.web.saying import day_words, moment_words
from jieyue.libraries.desk import Desk

BADGES: Final = {
    State.CHECKED: "badge-info",
    State.DONE: "badge-success",
    State.STOPPED: "badge-warning",
    State.FAILED: "badge-error",
}
_STEPS: Final = {State.CHECKING: 2, State.IMPORTING: 4, State.UNDOING: 0}
VERDICT_LINES: Final = words.VERDICT_LINES | people.VERDICT_LINES
MADE: Final = words.MADE | people.MADE
COME_IN: Final = ("new", "update")
"""Verdicts of rows that come in."""


def card(desk: Desk, run: ImportView, who: str = "") -> dict[str, Any]:
    """Return what every page and list says of an import."""
    return {
        "public_id": run.public_id,
        "file_name": run.file_name,
        "kind_name": KINDS[Kind(run.kind)],
        "state_name": _state_name(run),
        "badge": BADGES.get(State(run.state), "badge-ghost"),
        "when": moment_words(run.created_at, desk.zone),
        "who": who,
        "size": size_words(run.file_bytes),
        "outcome": _outcome(run),
    }


def _state_name(run: ImportView) -> str:
    if is_partly_undone(run.state, run.counts):
        return _("Partly undone")
    return str(STATES[State(run.state)])


def came_before(desk: Desk, run: ImportView) -> dict[str, str]:
    """Return that a file with the same content, `run`, came in already, for a notice."""
    ended = run.ended_at or run.created_at
    copies = run.counts.get("copies", 0)
    figures = {"day": day_words(ended.astimezone(desk.zone).date(), with_year=True), "n": copies}
    if copies:
        text = (
            ngettext(
                "This file was imported on %(day)s already, with %(n)s copy.",
                "This file was imported on %(day)s already, with %(n)s copies.",
                copies,
            )
            % figures
        )
        what_helps = _(
            "Imported again, its rows without barcodes add their copies once more. Rows with"
            " barcodes are known again."
        )
        return {"text": text, "help": what_helps}
    return {
        "text": _("This file was imported on %(day)s already.") % figures,
        "help": _("Rows that say nothing new are passed over."),
    }


def size_words(size: int) -> str:
    """Return bytes as people say them."""
    if size < 1 << 20:
        return f"{max(1, round(size / (1 << 10)))} KB"
    return f"{round(size / (1 << 20), 1):g} MB"


def _outcome(run: ImportView) -> str:
    if run.state not in {State.DONE, State.STOPPED}:
        return ""
    parts = [_rows(run.counts.get(RowState.DONE.value, 0))]
    if wrong := run.counts.get("wrong", 0):
        parts.append(ngettext("%(n)s stayed out", "%(n)s stayed out", wrong) % {"n": wrong})
    return _(", ").join(parts)


def _rows(count: int) -> str:
    return ngettext("%(n)s row imported", "%(n)s rows imported", count) % {"n": count}


def coming(run: ImportView) -> int:
    """Return how many rows come in, or came in."""
    return sum(run.counts.get(verdict, 0) for verdict in COME_IN)


# --- At work ------------------------------------------------------------------------------------


def work(run: ImportView) -> dict[str, Any]:
    """Return how far the worker is."""
    state = State(run.state)
    titles = {
        State.CHECKING: _("Every row is being checked"),
        State.IMPORTING: _("Importing the rows"),
        State.UNDOING: _("The import is being undone"),
    }
    done, whole = progress(run)
    return {
        "title": titles[state],
        "step": _STEPS[state],
        "percent": min(100, done * 100 // whole) if whole else None,
        "done_words": _done_words(done, whole, state),
        "counts": [
            {"badge": tab["badge"], "words": f"{tab['name']} {tab['count']}"}
            for tab in tabs(run)
            if tab["count"]
        ],
        "may_stop": state in {State.CHECKING, State.IMPORTING},
        "stop_words": _("Stop checking") if state == State.CHECKING else _("Stop for now"),
        "stop_help": _("Back to the columns.")
        if state == State.CHECKING
        else _("What is imported stays; continue later or undo it."),
    }


def _done_words(done: int, whole: int, state: State) -> str:
    if state == State.CHECKING:
        return _("%(done)s of about %(whole)s rows") % {"done": done, "whole": whole}
    return _("%(done)s of %(whole)s rows") % {"done": done, "whole": whole}


# --- The rows -----------------------------------------------------------------------------------

_TABS: Final = {
    "new": "badge-success",
    "update": "badge-info",
    "duplicate": "badge-ghost",
    "wrong": "badge-error",
}


def tabs(run: ImportView, here: str = "") -> list[dict[str, Any]]:
    """Return the groups that rows fall into, with how many there are."""
    names = {
        "new": _("Coming in") if run.kind in PERSONAL else _("New"),
        "update": _("Additions"),
        "duplicate": _("Here already"),
        "wrong": _("Cannot be imported"),
        "waiting": _("Still waiting"),
        "doubtful": _("Imported with gaps"),
        "kept": _("Stayed"),
        "undone": _("Undone"),
    }
    counts = run.counts | {"waiting": run.rows_read - run.rows_done}  # while it is stopped
    codes = [*_TABS]
    if run.kind in {Kind.LOANS, Kind.HOLDS, Kind.DUES, Kind.DEPOSITS}:
        codes.remove("update")  # they are here or they are not
    if run.counts.get("doubtful"):
        codes.insert(-1, "doubtful")
    if run.state == State.STOPPED:
        codes.append("waiting")
    if run.state in {State.UNDOING, State.UNDONE}:
        codes = ["undone", "kept", "wrong"]
    return [
        {
            "code": code,
            "name": names[code],
            "count": counts.get(code, 0),
            "badge": _TABS.get(code, "badge-ghost"),
            "is_here": code == here,
        }
        for code in codes
    ]


def first_tab(run: ImportView) -> str:
    """Return the group to look at first: what needs somebody, else what there is most of."""
    counted = {tab["code"]: tab["count"] for tab in tabs(run)}
    urgent = [code for code in ("kept", "wrong", "doubtful") if counted.get(code)]
    return urgent[0] if urgent else max(counted, key=lambda code: counted[code])


# --- What came of it ----------------------------------------------------------------------------

Line = dict[str, str]


def result(desk: Desk, run: ImportView, *, is_over: bool = False) -> dict[str, Any]:
    """Return what stands on the page of an import that nobody is at, and what can be done.

    `is_over`: its rows are no longer kept.
    """
    state = State(run.state)
    build = {State.CHECKED: _checked, State.STOPPED: _stopped, State.UNDONE: _undone}
    found = build.get(state, _done)(desk, run)
    wrong = run.counts.get("wrong", 0)
    if is_over:
        found["note"] = _("Its rows were kept for 30 days. What was imported stays.")
    elif wrong and state in {State.CHECKED, State.STOPPED, State.DONE}:
        found["rejected"] = _rejected(wrong, run)
    found["may_undo"] = run.undo_until is not None and desk.now <= run.undo_until
    return found


def _line(icon: str, colour: str, text: str) -> Line:
    return {"icon": icon, "icon_class": f"shrink-0 text-{colour}", "text": text}


def _checked(desk: Desk, run: ImportView) -> dict[str, Any]:
    come = coming(run)
    start = ngettext("Import %(n)s row", "Import %(n)s rows", come) % {"n": come} if come else ""
    return {
        "step": 3,
        "icon": "info",
        "icon_class": "text-info",
        "title": _("This is what would happen"),
        "lines": [*_verdicts(run, will=True), *_to_number(run), *_doubts(run)],
        "note": _("Nothing has changed so far."),
        "start_words": start,
        "may_recolumn": True,
        "may_forget": True,
    }


def _verdicts(run: ImportView, *, will: bool) -> list[Line]:
    counts = run.counts
    lines = []
    for code, icon, colour, before, after in VERDICT_LINES[Kind(run.kind)]:
        said = before if will else after
        if (count := counts.get(code, 0)) and said:
            lines.append(_line(icon, colour, str(said % {"n": count})))
    return lines


def _to_number(run: ImportView) -> list[Line]:
    if not (count := run.counts.get("to_number", 0)):
        return []
    return [_line("tag", "info", str(words.TO_NUMBER % {"n": count}))]


def _doubts(run: ImportView) -> list[Line]:
    if not (count := run.counts.get("doubtful", 0)):
        return []
    text = ngettext(
        "%(n)s row with something unreadable, which is left out",
        "%(n)s rows with something unreadable, which is left out",
        count,
    ) % {"n": count}
    return [_line("triangle-alert", "warning", text)]


def _rejected(wrong: int, run: ImportView) -> str:
    if run.state == State.CHECKED:
        return ngettext("%(n)s row cannot be imported", "%(n)s rows cannot be imported", wrong) % {
            "n": wrong
        }
    return ngettext("%(n)s row was not imported", "%(n)s rows were not imported", wrong) % {
        "n": wrong
    }


def _made(run: ImportView) -> list[Line]:
    return [
        _line("check", "success", str(made % {"n": count}))
        for code, made in MADE.items()
        if (count := run.counts.get(code, 0))
    ]


def _done(desk: Desk, run: ImportView) -> dict[str, Any]:
    until = run.undo_until
    note = ""
    if until is not None and desk.now <= until:
        day = day_words(until.astimezone(desk.zone).date())
        note = _("It can be undone until %(day)s.") % {"day": day}
    return {
        "step": 0,
        "icon": "circle-check",
        "icon_class": "text-success",
        "title": _("Import finished"),
        "lines": [*_made(run), *_verdicts(run, will=False), *_doubts(run)],
        "note": note,
        "labels": _labels(run),
    }


def _labels(run: ImportView) -> str:
    if not (copies := run.counts.get("copies", 0)):
        return ""
    return ngettext("Print labels for %(n)s copy", "Print labels for %(n)s copies", copies) % {
        "n": copies
    }


def _stopped(desk: Desk, run: ImportView) -> dict[str, Any]:
    waiting = run.rows_read - run.rows_done
    text = ngettext("%(n)s row still waits", "%(n)s rows still wait", waiting) % {"n": waiting}
    return {
        "step": 4,
        "icon": "clock",
        "icon_class": "text-warning",
        "title": _("Stopped halfway"),
        "lines": [*_made(run), _line("clock", "warning", text)],
        "note": _("What is imported stays. Continue where it stopped, or undo it."),
        "start_words": _("Go on"),
        "labels": _labels(run),
    }


def _undone(desk: Desk, run: ImportView) -> dict[str, Any]:
    back, kept = run.counts.get("undone", 0), run.counts.get("kept", 0)
    text = ngettext("%(n)s row was undone", "%(n)s rows were undone", back) % {"n": back}
    lines = [_line("check", "success", text)]
    if kept:
        text = ngettext(
            "%(n)s row stayed; the reason is below",
            "%(n)s rows stayed; the reasons are below",
            kept,
        ) % {"n": kept}
        lines.append(_line("triangle-alert", "warning", text))
    note = ""
    if run.undo_until is not None and desk.now <= run.undo_until:
        day = day_words(run.undo_until.astimezone(desk.zone).date())
        if run.counts.get(ELSEWHERE):
            note = _(
                "Some rows belong to branches where whoever undid this does not work. Somebody who"
                " works there can undo them, too, until %(day)s."
            ) % {"day": day}
        else:
            note = _(
                "Some copies are being counted. Once the stock-take is closed, they can be "
                "removed, too, until %(day)s."
            ) % {"day": day}
    return {
        "step": 0,
        "icon": "undo-2",
        "icon_class": "text-info",
        "title": _state_name(run),
        "lines": lines,
        "note": note,
        "may_forget": not kept,
    }


def undo_lines(run: ImportView) -> list[Line]:
    """Return what would be taken back."""
    goes = gone_by_undo(run)
    copies, titles = goes.get("copies", 0), goes.get("titles", 0)
    lines = []
    if copies:
        text = ngettext("%(n)s copy is removed", "%(n)s copies are removed", copies)
        lines.append(_line("minus", "error", text % {"n": copies}))
    if titles:
        text = ngettext("%(n)s title is removed", "%(n)s titles are removed", titles)
        lines.append(_line("minus", "error", text % {"n": titles}))
    lines += [
        _line("minus", "error", str(gone % {"n": count}))
        for code, gone in people.GONE.items()
        if (count := goes.get(code, 0))
    ]
    if run.counts.get("update"):
        text = _("What was filled in or replaced is put back as it was, where nobody changed it")
        lines.append(_line("undo-2", "info", text))
    return lines
