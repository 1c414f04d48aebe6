"""Running a bench's session on the engines asked for, each in a folder or server of its own."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

ROOT: Final = Path(__file__).parents[4]
ENGINES: Final = ("sqlite", "postgres")
UNAVAILABLE: Final = 69  # of bin/with-postgres


class BenchFailedError(RuntimeError):
    """A measurement could not be made or what was measured went wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every bench takes."""
    parser.add_argument("--engine", choices=ENGINES, help="only this one")
    parser.add_argument("--json", action="store_true", help="one object a line")


def measure(
    args: argparse.Namespace, session: str, given: list[str], kind: Any,
    table: Callable[[Iterator[Any]], None],
) -> int:  # fmt: skip
    """Run the session on the engines asked for; print rows as they come; return the exit code."""
    rows = _rows(args.engine, session, given, kind, getattr(args, "data", None))
    try:
        if args.json:
            for row in rows:
                print(TypeAdapter(kind).dump_json(row).decode(), flush=True)
        else:
            table(rows)
    except BenchFailedError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _rows(
    only: str | None, session: str, given: list[str], kind: Any, kept: Path | None
) -> Iterator[Any]:
    for engine in [only] if only else ENGINES:
        with _folder(kept, engine) as folder:
            command = [sys.executable, "-m", f"jieyue.interfaces.bench.{session}", engine, *given]
            if engine == "postgres":
                server = [sys.executable, str(ROOT / "bin" / "with-postgres"), "--durable"]
                command = [*server, *(["--keep", str(folder)] if kept else []), *command]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, env=_environment(folder))
            assert process.stdout is not None
            for line in process.stdout:
                yield TypeAdapter(kind).validate_json(line)
            code = process.wait()
            if code == UNAVAILABLE and not only:
                continue  # with-postgres has said why; the other engine's rows stand
            if code:
                raise BenchFailedError(f"bench: {engine} failed ({code})")


@contextmanager
def _folder(kept: Path | None, engine: str) -> Iterator[Path]:
    """Yield the engine's folder in the one that is kept, else one that is gone afterwards."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="jieyue-bench-") as folder:
            yield Path(folder)
    else:
        folder_of_engine = kept.absolute() / engine
        folder_of_engine.mkdir(parents=True, exist_ok=True)
        for each in (folder_of_engine.parent, folder_of_engine):
            each.chmod(0o711)  # PostgreSQL does not run as root
        yield folder_of_engine


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which every setting of ours is its default."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JIEYUE_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "jieyue.config.settings",
        "JIEYUE_DATA_DIR": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
    }
