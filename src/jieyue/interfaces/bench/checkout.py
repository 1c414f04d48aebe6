"""`jieyue bench checkout`: what a checkout and a checkin cost through the real HTTP API."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from jieyue.interfaces.bench.plan import Row, Sizes
from jieyue.interfaces.bench.report import table

ROOT: Final = Path(__file__).parents[4]
ENGINES: Final = ("sqlite", "postgres")
MAX_CLIENTS: Final = 64
UNAVAILABLE: Final = 69  # of bin/with-postgres


def add_parser(subparsers: Any) -> None:
    """Add `checkout` to the `bench` command."""
    parser = subparsers.add_parser(
        "checkout", help="checkouts and checkins a second, and their CPU"
    )
    parser.add_argument("--engine", choices=ENGINES, help="only this one")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument(
        "--clients", type=_numbers, default="1,8", help="numbers of clients, such as 1,8"
    )
    parser.add_argument("--json", action="store_true", help="one object a line")
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
    show = _print_json if args.json else table
    code = 0
    rows = _rows([args.engine] if args.engine else list(ENGINES), args)
    try:
        show(rows)
    except BenchFailedError as error:
        print(error, file=sys.stderr)
        code = 1
    return code


class BenchFailedError(RuntimeError):
    """A measurement could not be made or an acknowledged operation was lost."""


def _rows(engines: list[str], args: argparse.Namespace) -> Iterator[Row]:
    for engine in engines:
        with tempfile.TemporaryDirectory(prefix="jieyue-bench-") as folder:
            yield from _session(engine, args, Path(folder))


def _session(engine: str, args: argparse.Namespace, folder: Path) -> Iterator[Row]:
    sizes = Sizes()
    scaled = {
        name: max(20, int(value * args.scale))
        for name, value in TypeAdapter(Sizes).dump_python(sizes).items()
    }
    command = [sys.executable, "-m", "jieyue.interfaces.bench.session"]
    command += [engine, str(args.seconds), args.clients]
    command.append(TypeAdapter(Sizes).dump_json(Sizes(**scaled)).decode())
    if engine == "postgres":
        command = [sys.executable, str(ROOT / "bin" / "with-postgres"), "--durable", *command]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment(folder))
    assert process.stdout is not None
    for line in process.stdout:
        yield TypeAdapter(Row).validate_json(line)
    code = process.wait()
    if code == UNAVAILABLE and not args.engine:
        return  # with-postgres has said why; the other engine's rows stand
    if code:
        raise BenchFailedError(f"bench: {engine} failed ({code})")


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which every setting of ours is its default."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIEYUE_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "jieyue.config.settings",
        "JIEYUE_DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
    }


def _print_json(rows: Iterator[Row]) -> None:
    for row in rows:
        print(TypeAdapter(Row).dump_json(row).decode(), flush=True)
