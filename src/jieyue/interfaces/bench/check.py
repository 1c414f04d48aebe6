"""`jieyue bench check`: how long `jieyue check` looks through a library with a million loans."""

import argparse
from typing import Any, Final

from jieyue.interfaces.bench.engines import add_arguments, measure
from jieyue.interfaces.bench.plan import Checked
from jieyue.interfaces.bench.report import checks_table

FEWEST: Final = 100


def add_parser(subparsers: Any) -> None:
    """Add `check` to the `bench` command."""
    parser = subparsers.add_parser("check", help="seconds and CPU of what `jieyue check` does")
    add_arguments(parser)
    parser.add_argument(
        "--loans", type=_loans, default=1_000_000, help="in the library that is looked through"
    )
    parser.set_defaults(run=run)


def _loans(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"a number from {FEWEST}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run the bench on the engines asked for; print rows as they come; return the exit code."""
    return measure(args, "check_session", [str(args.loans)], Checked, checks_table)
