"""What `jieyue check` says of each thing that cannot be."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jieyue.interfaces.cli.words import _


def sentence(check: str, facts: Mapping[str, Any]) -> str:
    """Return the words for what a check found, its ids filled in."""
    return words()[check].format(**facts)


@cache
def words() -> dict[str, str]:
    """Return the sentence of each check, in the environment's language."""
    return _loans() | _holds() | _money() | _journal()


def _loans() -> dict[str, str]:
    return {
        "two_open_loans": _("Copy {copy} is on loan twice: {loan} and {other}."),
        "lent_and_kept": _("Copy {copy} is on loan ({loan}) and kept for hold {hold}."),
        "lent_and_travelling": _(
            "Copy {copy} is on loan ({loan}) and on its way between branches ({transit})."
        ),
        "lent_but_withdrawn": _("Copy {copy} is withdrawn and on loan ({loan})."),
        "loan_dates": _("Loan {loan} is due or ended before it was made."),
        "loan_half_ended": _("Loan {loan} is neither open nor ended, or half lost."),
        "loan_of_nothing": _("Loan {loan} names a copy, branch or reader that is not there."),
    }


def _holds() -> dict[str, str]:
    return {
        "kept_twice": _("Copy {copy} is kept for two holds: {hold} and {other}."),
        "held_twice": _("Reader {patron} waits twice for one title: {hold} and {other}."),
        "wrong_copy_kept": _("Copy {copy} is kept for hold {hold}, which is for another."),
        "withdrawn_copy_kept": _("Copy {copy} is withdrawn and kept for hold {hold}."),
        "hold_half": _("Hold {hold} is {state}, and its copy or its dates say otherwise."),
        "suspended_not_waiting": _("Hold {hold} is {state} and suspended, or wakes unsuspended."),
        "on_its_way_without_transit": _(
            "Copy {copy} should be on its way for hold {hold}; nothing is under way."
        ),
        "travels_for_another_state": _(
            "Something is on its way ({transit}) for hold {hold}, which is {state}."
        ),
        "ready_and_travelling": _(
            "Copy {copy} is on the hold shelf ({hold}) and on its way ({transit})."
        ),
        "travels_elsewhere": _(
            "What is on its way for hold {hold} goes to {branch}, not to the pick-up branch "
            "({transit})."
        ),
        "travels_twice": _("Copy {copy} is on two ways: {transit} and {other}."),
        "transit_half": _("Transit {transit} is neither under way nor ended, or goes nowhere."),
        "manifest_goes_elsewhere": _(
            "Transit {transit} is in manifest {manifest}, which goes elsewhere."
        ),
    }


def _money() -> dict[str, str]:
    return {
        "charge_below_zero": _(
            "Charge {charge} of reader {patron} is settled beyond its amount: {cents} fen are left."
        ),
        "refunded_more_than_paid": _(
            "Of charge {charge}, {refunded} fen were given back and {paid} paid."
        ),
        "settles_wrongly": _("Line {line} settles {charge}, which is not its reader's charge."),
        "wrong_sign": _("Line {line} ({kind}) has the amount {cents}."),
        "deposit_below_zero": _("The deposit of reader {patron} was below zero: {cents} fen."),
        "drawer_does_not_add_up": _(
            "The drawer's close {drawer} expects {expected} fen; its lines make {counted_lines}."
        ),
        "not_of_this_drawer": _(
            "The drawer's close {drawer} counts line {line}, which is no cash of its branch."
        ),
        "charge_not_as_assessed": _(
            "Charge {charge} differs in amount or reader from {assessment} of loan {loan}."
        ),
        "block_not_as_assessed": _("Block {block} is not that of {assessment} of loan {loan}."),
    }


def _journal() -> dict[str, str]:
    return {
        "checkout_not_told": _("The journal tells of loan {loan} being made {times} times."),
        "return_not_told": _("The journal tells of loan {loan} being returned {times} times."),
        "undoing_not_told": _("The journal tells of loan {loan} being undone {times} times."),
        "renewals_not_told": _(
            "Loan {loan} was renewed {renewals} times; the journal tells of {told}."
        ),
        "loss_not_told": _("The journal does not tell of loan {loan} being lost."),
        "hold_not_told": _("The journal tells of hold {hold} being placed {times} times."),
        "limit_passed": _(
            "Reader {patron} got loan {loan} as number {loans} although {most} were allowed, and "
            "nobody is named who waived it."
        ),
        "told_of_nothing": _("The journal tells of loan {loan}, which is not there."),
    }
