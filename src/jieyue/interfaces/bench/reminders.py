"""`jieyue bench reminders`: one morning's reminders by mail, and what is left of kills midway."""

import argparse
from collections.abc import Iterator
from typing import Any, Final

from jieyue.interfaces.bench.engines import add_arguments, measure
from jieyue.interfaces.bench.plan import Reminded

FEWEST: Final = 10


def add_parser(subparsers: Any) -> None:
    """Add `reminders` to the `bench` command."""
    parser = subparsers.add_parser(
        "reminders", help="one morning's reminders by mail, killed midway and gone on with"
    )
    add_arguments(parser)
    parser.add_argument("--readers", type=_readers, default=10_000, help="each with a book due")
    parser.add_argument("--kills", type=int, default=0, help="of the sending process, with SIGKILL")
    parser.add_argument("--returned", type=int, default=0, help="books back while mails go out")
    parser.set_defaults(run=run)


def _readers(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"a number from {FEWEST}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run the bench on the engines asked for; print rows as they come; return the exit code."""
    given = [str(args.readers), str(args.kills), str(args.returned)]
    return measure(args, "reminders_session", given, Reminded, _table)


def _table(rows: Iterator[Reminded]) -> None:
    """Print each row as it comes."""
    for row in rows:
        told = f"{row.readers} readers, {row.kills} kills: {row.mails} mails, {row.doubled} twice, "
        told += f"{row.missing} missing, {row.needless} for books brought back; "
        told += f"{row.seconds:.0f} s ({row.cpu_s:.0f} s of CPU), at most {row.peak_mb:.0f} MB"
        print(f"{row.engine:9}{told}", flush=True)
