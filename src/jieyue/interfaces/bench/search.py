"""`jieyue bench search`: how fast and how well titles are found among a million."""

import argparse
from pathlib import Path
from typing import Any, Final

from jieyue.interfaces.bench.engines import add_arguments, measure
from jieyue.interfaces.bench.plan import Found
from jieyue.interfaces.bench.report import searches_table

FEWEST: Final = 100


def add_parser(subparsers: Any) -> None:
    """Add `search` to the `bench` command."""
    parser = subparsers.add_parser("search", help="milliseconds a search takes, and what it finds")
    add_arguments(parser)
    parser.add_argument(
        "--titles", type=_titles, default=1_000_000, help="in the library that is searched"
    )
    parser.add_argument("--queries", type=_titles, default=1_000, help="made of the titles")
    parser.add_argument(
        "--data", type=Path, help="a folder that keeps the library and its index for the next time"
    )
    parser.set_defaults(run=run)


def _titles(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"a number from {FEWEST}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run the bench on the engines asked for; print rows as they come; return the exit code."""
    given = [str(args.titles), str(args.queries)]
    return measure(args, "search_session", given, Found, searches_table)
