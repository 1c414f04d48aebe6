"""`jieyue bench checkout`: what a checkout and a checkin cost through the real HTTP API."""

import argparse
from typing import Any, Final

from pydantic import TypeAdapter

from jieyue.interfaces.bench.engines import add_arguments, measure
from jieyue.interfaces.bench.plan import Row, Sizes
from jieyue.interfaces.bench.report import table

MAX_CLIENTS: Final = 64


def add_parser(subparsers: Any) -> None:
    """Add `checkout` to the `bench` command."""
    parser = subparsers.add_parser(
        "checkout", help="checkouts and checkins a second, and their CPU"
    )
    add_arguments(parser)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument(
        "--clients", type=_numbers, default="1,8", help="numbers of clients, such as 1,8"
    )
    parser.add_argument("--scale", type=float, default=1.0, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def _numbers(text: str) -> str:
    numbers = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and 0 < int(part) <= MAX_CLIENTS for part in numbers):
        raise argparse.ArgumentTypeError(
            f"numbers from 1 to {MAX_CLIENTS} with commas between them, such as 1,8"
        )
    return ",".join(numbers)


def run(args: argparse.Namespace) -> int:
    """Run the bench on the engines asked for; print rows as they come; return the exit code."""
    scaled = {
        name: max(20, int(value * args.scale))
        for name, value in TypeAdapter(Sizes).dump_python(Sizes()).items()
    }
    sizes = TypeAdapter(Sizes).dump_json(Sizes(**scaled)).decode()
    return measure(args, "session", [str(args.seconds), args.clients, sizes], Row, table)
