"""A bench's rows as a table for people."""

from collections.abc import Iterator
from typing import Final

from jieyue.interfaces.bench.plan import Checked, Found, Indexed, Row, Searched

HEADINGS: Final = (
    "engine",
    "op",
    "clients",
    "per s",
    "p50 ms",
    "p95 ms",
    "CPU ms/op",
    "of it db",
    "CPU ms/copy",
)
WIDTHS: Final = (9, 14, 8, 9, 8, 8, 10, 9, 12)


def table(rows: Iterator[Row]) -> None:
    """Print each row as it comes. CPU is the server's, database included, clients not."""
    print("".join(text.ljust(width) for text, width in zip(HEADINGS, WIDTHS, strict=True)))
    seen: dict[tuple[str, str, int], float] = {}
    for row in rows:
        seen[row.engine, row.op, row.clients] = row.cpu_ms_per_op
        database = "" if row.db_cpu_ms_per_op is None else f"{row.db_cpu_ms_per_op:.2f}"
        cells = (
            row.engine, row.op, str(row.clients), f"{row.per_s:.0f}", f"{row.p50_ms:.2f}",
            f"{row.p95_ms:.2f}", f"{row.cpu_ms_per_op:.2f}", database, f"{row.cpu_ms_per_copy:.2f}",
        )  # fmt: skip
        shown = zip(cells, WIDTHS, strict=True)
        print("".join(text.ljust(width) for text, width in shown), flush=True)
    for line in ratios(seen):
        print(line)


def ratios(seen: dict[tuple[str, str, int], float]) -> list[str]:
    """Say what the figures mean on any machine: CPU by engine, operation and clients, compared."""
    lines = []
    for (engine, op, clients), single in seen.items():
        if op not in ("checkout", "checkin"):
            continue
        pile = seen.get((engine, f"{op}10", clients), 0.0) / single
        bare = single / seen.get((engine, f"bare_{op}", 1), single)
        lines.append(
            f"{engine}, {clients} at once: ten copies cost {pile:.2f} {op}s; "
            f"a {op} costs {bare:.2f} times bare SQL"
        )
    return lines


def checks_table(rows: Iterator[Checked]) -> None:
    """Print each row as it comes. CPU is this process's and the database's."""
    print(f"{'engine':9}{'check':28}{'loans':>9}{'seconds':>9}{'CPU s':>9}")
    for row in rows:
        cells = f"{row.loans:9}{row.seconds:9.2f}{row.cpu_s:9.2f}"
        print(f"{row.engine:9}{row.check:28}{cells}", flush=True)


def searches_table(rows: Iterator[Found]) -> None:
    """Print each row as it comes."""
    for row in rows:
        if isinstance(row, Indexed):
            told = f"{row.titles} titles in {row.seconds:.0f} s ({row.cpu_s:.0f} s of CPU), "
            told += f"{row.index_mb:.0f} MB"
        elif isinstance(row, Searched):
            told = f"{row.queries:6}{row.p50_ms:9.2f} ms{row.p95_ms:9.2f} ms{row.found:8.1%}"
        else:
            told = f"{row.queries:6} written: first {row.hit1:.1%}, of ten {row.hit10:.1%}"
        print(f"{row.engine:9}{row.kind:14}{told}", flush=True)
